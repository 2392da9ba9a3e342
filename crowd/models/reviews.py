"""What people with a say decide: reviewers about micro-tasks, campaigners about flags."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor
from crowd.models.microtasks import MicroTask
from crowd.models.users import User


class ReviewQuerySet(models.QuerySet["Review"]):
    def current(self) -> "ReviewQuerySet":
        return self.filter(replaced_at=None)


class Review(models.Model):
    """A reviewer's answer to a micro-task: it weighs as truth. Earlier ones are kept."""

    microtask = models.ForeignKey(
        MicroTask, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("micro-task")
    )
    reviewer = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviews",
        verbose_name=_("reviewer"),
    )
    values = models.JSONField(_("values"), default=dict, blank=True)
    badly_cut = models.BooleanField(_("badly cut"), default=False)
    made_at = models.DateTimeField(_("made"))
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["microtask"],
                condition=Q(replaced_at=None),
                name="one_current_review_per_microtask",
            ),
        ]

    def __str__(self) -> str:
        return str(self.microtask_id)


class FlagKind(models.TextChoices):
    FAST = "fast", _("faster than reading")
    COPIED = "copied", _("copied series")
    ONE_LABEL = "one_label", _("always the same answer")
    GROUP = "group", _("a group against everyone")


class FlagState(models.TextChoices):
    HELD = "held", _("held out")
    RESTORED = "restored", _("restored")


class Flag(models.Model):
    """Something odd in one person's answers, for the campaigner to look at. Never public."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="flags", verbose_name=_("campaign")
    )
    contributor = models.ForeignKey(
        Contributor, on_delete=models.CASCADE, related_name="flags", verbose_name=_("contributor")
    )
    kind = models.CharField(_("what"), max_length=10, choices=FlagKind)
    # What was measured, by name; people of one group share "group".
    measured = models.JSONField(_("measured"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FlagState, default=FlagState.HELD)
    made_at = models.DateTimeField(_("made"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [
            # Restored by a campaigner, the same suspicion is not raised again.
            models.UniqueConstraint(
                fields=["campaign", "contributor", "kind"],
                name="one_flag_per_campaign_contributor_and_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id}: {self.kind}"
