"""Complaints: "these words should not stand here", said of a name, a team, a find or a comment."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.contributors import Contributor
from crowd.models.users import User


class About(models.TextChoices):
    PSEUDONYM = "pseudonym", _("pseudonym")
    TEAM = "team", _("team name")
    FIND = "find", _("find")
    COMMENT = "comment", _("comment")


class ComplaintState(models.TextChoices):
    WAITING = "waiting", _("waiting for review")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def waiting(self) -> "ComplaintQuerySet":
        return self.filter(state=ComplaintState.WAITING.value)


class Complaint(models.Model):
    """What one contributor finds wrong with words that others chose.

    The words themselves are not copied: whoever looks reads what stands there now.
    """

    subject = models.CharField(_("about"), max_length=10, choices=About)
    # Of the contributor whose name it is, of the team, the find or the comment.
    subject_id = models.BigIntegerField()
    # Whose page it stood on; null for the site's own.
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="complaints",
        verbose_name=_("campaign"),
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="complaints",
        verbose_name=_("contributor"),
    )
    note = models.TextField(_("note"), blank=True, max_length=500)
    made_at = models.DateTimeField(_("made"))
    state = models.CharField(
        _("state"), max_length=10, choices=ComplaintState, default=ComplaintState.WAITING.value
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="complaints_decided",
        verbose_name=_("decided by"),
    )

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_id", "contributor"],
                condition=Q(state="waiting"),
                name="one_waiting_complaint_per_subject_and_contributor",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="decided_complaints_and_no_others_have_a_date",
            ),
        ]
        indexes = [
            # Read by services.complaints.waiting: the queue, oldest first.
            models.Index(
                fields=["made_at"], condition=Q(state="waiting"), name="complaints_to_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


class RefusedName(models.Model):
    """A name that was taken away: nobody may take it again. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("refused name")
        verbose_name_plural = _("refused names")

    def __str__(self) -> str:
        return self.digest[:8]
