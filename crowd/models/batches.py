"""Batches: micro-tasks taken along for a train ride."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor


class Batch(models.Model):
    """Some micro-tasks lent together, for hours, to be answered without a connection."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="batches", verbose_name=_("campaign")
    )
    contributor = models.ForeignKey(
        Contributor, on_delete=models.PROTECT, related_name="batches", verbose_name=_("contributor")
    )
    lent_at = models.DateTimeField(_("lent"))
    due_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("lent_at")),
                name="a_batch_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} → {self.contributor_id}"
