"""Objections: someone whose answer was not confirmed says why they think it was right."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.contributors import Contributor
from crowd.models.users import User
from crowd.models.verdicts import Verdict


class ObjectionState(models.TextChoices):
    WAITING = "waiting", _("waiting for review")
    GRANTED = "granted", _("the verdict was revised")
    DECLINED = "declined", _("the verdict stands")


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def waiting(self) -> "ObjectionQuerySet":
        return self.filter(state=ObjectionState.WAITING.value)

    def unheard(self) -> "ObjectionQuerySet":
        """Those that no further opinion has come to."""
        return self.waiting().filter(heard_at=None)


class Objection(models.Model):
    """What one contributor holds against a verdict. It asks for one more opinion, then a look."""

    verdict = models.ForeignKey(
        Verdict,
        on_delete=models.CASCADE,
        related_name="objections",
        verbose_name=_("verdict"),
        db_index=False,  # a constraint below begins with it
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="objections",
        verbose_name=_("contributor"),
    )
    reason = models.TextField(_("reason"), blank=True, max_length=500)
    made_at = models.DateTimeField(_("made"))
    # When the cross-check read one answer more than there were.
    heard_at = models.DateTimeField(_("one more opinion came"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectionState, default=ObjectionState.WAITING.value
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="objections_decided",
        verbose_name=_("decided by"),
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = [
            models.UniqueConstraint(
                fields=["verdict", "contributor"], name="one_objection_per_verdict_and_contributor"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="decided_objections_and_no_others_have_a_date",
            ),
        ]
        indexes = [
            # Read by services.objections.waiting: the review queue, oldest first.
            models.Index(
                fields=["made_at"], condition=Q(state="waiting"), name="objections_to_review"
            ),
            # Read by services.opinions, before each claim but for the shortest way.
            models.Index(
                fields=["verdict"],
                condition=Q(state="waiting", heard_at=None),
                name="objections_without_an_opinion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} → {self.verdict_id}"
