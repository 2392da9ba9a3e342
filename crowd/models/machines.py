"""Machine volunteers: a model or an OCR engine that answers by API, and what it suggests to people.

A machine is a contributor: its reliability is learnt like anyone's. It never decides alone and is
on no board.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.answers import Answer
from crowd.models.assignments import Assignment
from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor
from crowd.models.microtasks import MicroTask


class Machine(models.Model):
    """A contributor that is no person, in one campaign."""

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="machines",
        verbose_name=_("campaign"),
        db_index=False,  # a constraint below begins with it
    )
    contributor = models.OneToOneField(
        Contributor,
        on_delete=models.PROTECT,
        related_name="machine",
        verbose_name=_("contributor"),
    )
    name = models.CharField(_("name"), max_length=100)
    # Whether people are shown what it says, to take over or to correct.
    suggests = models.BooleanField(_("suggests answers"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("made"))
    # Its token opens nothing any more; what it said stays.
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    class Meta:
        verbose_name = _("machine")
        verbose_name_plural = _("machines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "name"], name="one_machine_per_campaign_and_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Suggestion(models.Model):
    """A machine's answer that one person was shown with the question: nobody else is shown it."""

    microtask = models.OneToOneField(
        MicroTask,
        on_delete=models.CASCADE,
        related_name="suggestion",
        verbose_name=_("micro-task"),
    )
    assignment = models.OneToOneField(
        Assignment,
        on_delete=models.CASCADE,
        related_name="suggestion",
        verbose_name=_("assignment"),
    )
    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, related_name="+", verbose_name=_("answer")
    )
    offered_at = models.DateTimeField(_("shown"))

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")

    def __str__(self) -> str:
        return f"{self.assignment_id} ← {self.answer_id}"
