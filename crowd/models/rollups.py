"""Roll-ups: what a campaign's dashboard shows, counted by a worker and not at every look.

Nothing here is a source: `manage.py roll_up` counts all of it anew.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.documents import Document
from crowd.models.steps import Step


class RollUp(models.Model):
    """When a campaign was last counted, and what has one value only (`services.rollups`)."""

    campaign = models.OneToOneField(
        Campaign, on_delete=models.CASCADE, related_name="roll_up", primary_key=True
    )
    counted_at = models.DateTimeField(_("counted"))
    took_ms = models.PositiveIntegerField(_("milliseconds it took"), default=0)
    # Step key → {"open", "needs", "answers", "concluded"}.
    steps = models.JSONField(default=dict)
    # `rules.forecasting.Forecast` as JSON; null when nothing can be said yet.
    forecast = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("roll-up")
        verbose_name_plural = _("roll-ups")

    def __str__(self) -> str:
        return str(self.campaign_id)


class HourCount(models.Model):
    """How many answers one step was given in one hour (UTC)."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField(_("hour"))
    answers = models.PositiveIntegerField(_("answers"))

    class Meta:
        verbose_name = _("answers of an hour")
        verbose_name_plural = _("answers by hour")
        constraints = [
            models.UniqueConstraint(fields=["step", "hour"], name="one_count_per_step_and_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.hour:%Y-%m-%d %H}"


class DayCount(models.Model):
    """How many people took part in a campaign on one day (UTC), and for how many it was new."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    new = models.PositiveIntegerField(_("new"))
    returning = models.PositiveIntegerField(_("returning"))

    class Meta:
        verbose_name = _("people of a day")
        verbose_name_plural = _("people by day")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day"], name="one_count_per_campaign_and_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.day}"


class DocumentCount(models.Model):
    """How far one document is, in micro-tasks (those withdrawn do not count)."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="counted", primary_key=True
    )
    total = models.PositiveIntegerField()
    settled = models.PositiveIntegerField()
    contested = models.PositiveIntegerField()
    set_aside = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("progress of a document")
        verbose_name_plural = _("progress of documents")

    def __str__(self) -> str:
        return str(self.document_id)

    @property
    def open(self) -> int:
        return self.total - self.settled - self.contested - self.set_aside
