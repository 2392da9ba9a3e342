"""Drafts: what somebody has typed and not sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.assignments import Assignment


class Draft(models.Model):
    """What was typed into the form of one assignment: one row per contributor and micro-task.

    It is only read while the assignment can still be answered; once it is answered, the row is
    forgotten at the next sweep at the latest, so that answering costs no statement more.
    """

    assignment = models.OneToOneField(
        Assignment,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="draft",
        verbose_name=_("assignment"),
    )
    # Name of an input → all that was typed or ticked under it.
    fields = models.JSONField(_("typed"), default=dict)
    # Counts what was saved: a page that knows an earlier one learns that there is a newer.
    revision = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [
            # Read by services.drafts.sweep: those nobody has come back to for long.
            models.Index(fields=["written_at"], name="drafts_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} ({self.revision})"
