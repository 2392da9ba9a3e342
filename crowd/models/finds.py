"""Finds: "look at this!", said of an excerpt, shown once the campaign's team has agreed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.contributors import Contributor
from crowd.models.documents import Excerpt
from crowd.models.users import User


class FindState(models.TextChoices):
    WAITING = "waiting", _("waiting for review")
    SHOWN = "shown", _("shown")
    HIDDEN = "hidden", _("not shown")


class FindQuerySet(models.QuerySet["Find"]):
    def waiting(self) -> "FindQuerySet":
        return self.filter(state=FindState.WAITING.value)

    def public(self) -> "FindQuerySet":
        """Those anyone may see: agreed to, of a visible excerpt of a visible campaign."""
        return self.filter(
            state=FindState.SHOWN.value,
            excerpt__hidden_at=None,
            excerpt__campaign__state__in=["open", "paused", "closed"],
        )


class Find(models.Model):
    """An excerpt worth showing, with a sentence that says why."""

    excerpt = models.ForeignKey(
        Excerpt, on_delete=models.CASCADE, related_name="finds", verbose_name=_("excerpt")
    )
    contributor = models.ForeignKey(
        Contributor, on_delete=models.PROTECT, related_name="finds", verbose_name=_("contributor")
    )
    sentence = models.CharField(_("why"), max_length=280)
    made_at = models.DateTimeField(_("made"))
    state = models.CharField(
        _("state"), max_length=10, choices=FindState, default=FindState.WAITING.value
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="finds_decided",
        verbose_name=_("decided by"),
    )

    objects = FindQuerySet.as_manager()

    class Meta:
        verbose_name = _("find")
        verbose_name_plural = _("finds")
        constraints = [
            models.UniqueConstraint(
                fields=["excerpt", "contributor"], name="one_find_per_excerpt_and_contributor"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="decided_finds_and_no_others_have_a_date",
            ),
        ]
        indexes = [
            # Read by services.finds.waiting: the review queue, oldest first.
            models.Index(fields=["made_at"], condition=Q(state="waiting"), name="finds_to_review"),
            # Read by services.finds.shown: a campaign's finds, newest first.
            models.Index(fields=["-decided_at"], condition=Q(state="shown"), name="finds_shown"),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id} → {self.excerpt_id}"
