"""Reports: "there is personal data here", said by anyone, reviewed by the campaign's team."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.contributors import Contributor
from crowd.models.documents import Excerpt
from crowd.models.users import User


class ReportKind(models.TextChoices):
    PERSONAL_DATA = "personal_data", _("personal data")


class ReportState(models.TextChoices):
    WAITING = "waiting", _("waiting for review")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


class ReportQuerySet(models.QuerySet["Report"]):
    def waiting(self) -> "ReportQuerySet":
        return self.filter(state=ReportState.WAITING.value)

    def hiding(self) -> "ReportQuerySet":
        """Those that keep their excerpt hidden now."""
        return self.filter(Q(state=ReportState.UPHELD.value) | Q(state="waiting", hides=True))


class Report(models.Model):
    """What one contributor reports of one excerpt. `hides`: it left play at once, unreviewed."""

    excerpt = models.ForeignKey(
        Excerpt, on_delete=models.CASCADE, related_name="reports", verbose_name=_("excerpt")
    )
    contributor = models.ForeignKey(
        Contributor, on_delete=models.PROTECT, related_name="reports", verbose_name=_("contributor")
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=ReportKind, default=ReportKind.PERSONAL_DATA.value
    )
    note = models.TextField(_("note"), blank=True, max_length=1000)
    made_at = models.DateTimeField(_("made"))
    hides = models.BooleanField(_("hid it at once"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState, default=ReportState.WAITING.value
    )
    reviewed_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports_reviewed",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["excerpt", "contributor"],
                condition=Q(state="waiting"),
                name="one_waiting_report_per_excerpt_and_contributor",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", reviewed_at=None)
                | (~Q(state="waiting") & Q(reviewed_at__isnull=False)),
                name="reviewed_reports_and_no_others_have_a_date",
            ),
        ]
        indexes = [
            # Read by services.reports.waiting: the review queue, oldest first.
            models.Index(
                fields=["made_at"], condition=Q(state="waiting"), name="reports_to_review"
            ),
            # Read by services.reports: how much do this person's unreviewed reports hide?
            models.Index(
                fields=["contributor"],
                condition=Q(state="waiting", hides=True),
                name="unreviewed_hiding_reports",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} → {self.excerpt_id}"
