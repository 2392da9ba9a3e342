"""Amendments: a policy, a question or a step's words changed after launch, weighed first."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.steps import Question, Step
from crowd.models.users import User


class AmendmentKind(models.TextChoices):
    POLICY = "policy", _("how sure")
    WORDING = "wording", _("wording")
    MEANING = "meaning", _("meaning")


class AmendmentState(models.TextChoices):
    WEIGHING = "weighing", _("being weighed")
    WEIGHED = "weighed", _("to be decided")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    DROPPED = "dropped", _("dropped")


class Amendment(models.Model):
    """What is to change, what that will come to, and how far it is applied. All are kept."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="amendments")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="amendments")
    # Null: a policy, or what the step says above its questions.
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.CASCADE, related_name="amendments"
    )
    kind = models.CharField(_("what"), max_length=8, choices=AmendmentKind)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    # What it will come to, as `services.amendment_effects` finds it; {} until it is weighed.
    effect = models.JSONField(_("effect"), default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=AmendmentState, default=AmendmentState.WEIGHING.value
    )
    # Micro-tasks gone through, of how many, and up to which one.
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    reached = models.BigIntegerField(default=0)
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"],
                condition=Q(state="applying"),
                name="one_amendment_of_a_step_is_applied_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind="policy") | Q(question=None),
                name="amendments_of_a_policy_are_about_no_question",
            ),
        ]
        indexes = [
            # Read by services.amendments.unfinished_ids, on schedule.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["weighing", "applying"]),
                name="amendments_for_the_workers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.step_id}"
