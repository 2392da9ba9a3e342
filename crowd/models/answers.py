"""Answers: what one contributor said to one micro-task."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crowd.models.assignments import Assignment
from crowd.models.contributors import Contributor
from crowd.models.microtasks import MicroTask
from crowd.models.rows import QuickRow


class AnswerQuerySet(models.QuerySet["Answer"]):
    def counting(self) -> "AnswerQuerySet":
        """Those the cross-check goes by."""
        return self.filter(set_aside_at=None)

    def waiting(self) -> "AnswerQuerySet":
        """Those the cross-check has not read yet."""
        return self.filter(counted_at=None)


class SetAside(models.TextChoices):
    LATE = "late", _("came after the verdict")
    JOINED = "joined", _("same person, answered before")
    CUT = "cut", _("the cut was mended")
    FINE = "fine", _("the cut was found to be right")
    HELD = "held", _("held out by a guard")
    CHANGED = "changed", _("the question was changed")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    CORRECTED = "corrected", _("corrected by who gave it")
    REFUSED = "refused", _("the file was refused")
    OWN = "own", _("about a file of one's own")


class Answer(QuickRow):
    """What one contributor said to one micro-task.

    The id is the client's UUID: sent again, the answer is recognised (DESIGN, rule 1). `values`
    holds question key → value, null for "can't tell".
    """

    id = models.UUIDField(primary_key=True)
    microtask = models.ForeignKey(
        MicroTask, on_delete=models.CASCADE, related_name="answers", verbose_name=_("micro-task")
    )
    contributor = models.ForeignKey(
        Contributor,
        on_delete=models.PROTECT,
        related_name="answers",
        verbose_name=_("contributor"),
        db_index=False,  # an index below begins with it
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="answers", verbose_name=_("assignment")
    )
    values = models.JSONField(_("values"), default=dict)
    badly_cut = models.BooleanField(_("badly cut"), default=False)
    given_at = models.DateTimeField(_("given"))
    # When the cross-check first read it; null is its place in the cross-check's queue.
    counted_at = models.DateTimeField(_("cross-checked"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)
    set_aside_reason = models.CharField(
        _("why set aside"), max_length=10, choices=SetAside, blank=True
    )

    # The machine's answer that its author was shown; loaded by `services.dossiers`, no column.
    led_by: "Answer | None" = None

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "microtask"],
                condition=Q(set_aside_at=None),
                name="one_answer_per_contributor_and_microtask",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at=None, set_aside_reason="")
                | (Q(set_aside_at__isnull=False) & ~Q(set_aside_reason="")),
                name="an_answer_set_aside_says_why",
            ),
        ]
        indexes = [
            # Read by services.consensus.settle_waiting: the cross-check's queue.
            models.Index(
                fields=["given_at"],
                condition=Q(counted_at=None),
                name="answers_not_yet_cross_checked",
            ),
            # Read by every claim: how many answers are on their way to the cross-check?
            models.Index(
                fields=["microtask"],
                condition=Q(counted_at=None),
                name="answers_waiting_by_microtask",
            ),
            # Read by services.rollups: what came since the last count? Rows come in the order of
            # time, so a few pages say where they are.
            BrinIndex(fields=["given_at"], autosummarize=True, name="answers_by_time_in_blocks"),
            # Read by services.history: my contributions, newest first.
            models.Index(fields=["contributor", "-given_at"], name="answers_of_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
