"""Moves: a campaign that comes in from elsewhere, or leaves as a whole."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign
from crowd.models.users import User


def move_key(move: "Move", _filename: str) -> str:
    """Where a moved file is stored; never a name from outside."""
    return f"moves/{move.pk}"


class MoveKind(models.TextChoices):
    PYBOSSA = "pybossa", _("PyBossa project")
    LABEL_STUDIO = "label_studio", _("Label Studio project")
    TAMIS = "tamis", _("campaign of another Tamis")
    LEAVING = "leaving", _("copy of a whole campaign")


class MoveState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    MOVING = "moving", _("on its way")
    MOVED = "moved", _("done")
    FAILED = "failed", _("failed")


class MoveQuerySet(models.QuerySet["Move"]):
    def unfinished(self) -> "MoveQuerySet":
        return self.filter(state__in=[MoveState.WAITING.value, MoveState.MOVING.value])


class Move(models.Model):
    """One import into a new draft, or one copy of a whole campaign: a file, and how far it is.

    `campaign` is the one that leaves, or the draft that was made of what came in.
    """

    kind = models.CharField(_("what"), max_length=12, choices=MoveKind)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="moves", verbose_name=_("account")
    )
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="moves",
        verbose_name=_("campaign"),
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    name = models.CharField(_("file"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to=move_key, max_length=200, blank=True)
    byte_size = models.BigIntegerField(_("bytes"), default=0)
    state = models.CharField(
        _("state"), max_length=10, choices=MoveState, default=MoveState.WAITING.value
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), null=True, blank=True)
    # The first lines that were refused: [{"where", "code", "params"}]; `refused_count` counts all.
    refusals = models.JSONField(_("refused"), default=list, blank=True)
    refused_count = models.PositiveIntegerField(_("refused"), default=0)
    # What came of it: "excerpts", "answers", "people", "known" → how many.
    counts = models.JSONField(_("contents"), default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    problem_code = models.CharField(max_length=60, blank=True)
    problem_params = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(problem_code=""),
                name="a_failed_move_says_why",
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(done__lte=F("total")),
                name="no_more_is_moved_than_there_is",
            ),
        ]
        indexes = [
            # Read by services.moves.go_on, which looks for work every few seconds.
            models.Index(
                fields=["id"],
                condition=Q(state__in=["waiting", "moving"]),
                name="moves_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
