"""Audits: settled verdicts drawn by lot and looked at again, for an honest error rate."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.answers import Answer
from crowd.models.campaigns import Campaign
from crowd.models.users import User
from crowd.models.verdicts import Verdict


class AuditPer(models.TextChoices):
    CAMPAIGN = "campaign", _("in all")
    DOCUMENT = "document", _("per document")
    PERSON = "person", _("per person")


class Audit(models.Model):
    """One sample, `size` verdicts in each stratum."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="audits")
    per = models.CharField(_("drawn"), max_length=8, choices=AuditPer)
    size = models.PositiveSmallIntegerField(_("verdicts each"))
    made_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("drawn"))

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="an_audit_looks_at_something"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.made_at:%Y-%m-%d}"


class AuditItem(models.Model):
    """One verdict of a sample, and whether whoever looked found it right."""

    audit = models.ForeignKey(
        Audit, on_delete=models.CASCADE, related_name="items", db_index=False
    )  # a constraint begins with it
    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, related_name="+")
    # In a sample per person, whose answer is looked at.
    answer = models.ForeignKey(
        Answer, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    # Number of the document or of the person it was drawn for (0: in all), and how many verdicts
    # it was drawn from.
    stratum = models.BigIntegerField(default=0)
    population = models.PositiveIntegerField()
    right = models.BooleanField(_("right"), null=True, blank=True)
    checked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)

    class Meta:
        verbose_name = _("audited verdict")
        verbose_name_plural = _("audited verdicts")
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "stratum", "verdict"],
                name="one_item_per_audit_stratum_and_verdict",
            ),
            models.CheckConstraint(
                condition=Q(right=None, checked_at=None)
                | Q(right__isnull=False, checked_at__isnull=False),
                name="checked_items_and_no_others_have_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}: {self.verdict_id}"
