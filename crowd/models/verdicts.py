"""Verdicts: what the cross-check concludes, with its proof. Every revision is kept."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.answers import Answer
from crowd.models.assignments import Assignment
from crowd.models.microtasks import MicroTask, under_a_veil
from crowd.models.rows import QuickRow
from crowd.rules.lifecycle import MicroTaskState

OUTCOMES = [
    (MicroTaskState.SETTLED.value, _("settled")),
    (MicroTaskState.CONTESTED.value, _("contested")),
    (MicroTaskState.SET_ASIDE.value, _("badly cut")),
]


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def current(self) -> "VerdictQuerySet":
        return self.filter(is_current=True)

    def readable(self) -> "VerdictQuerySet":
        """The current ones, without those under a veil, or on their way.

        While someone still holds a lease the verdict waits for their answer, whoever asks: they
        could ask from another browser (DESIGN, rule 4).
        """
        lent = Assignment.objects.lent().filter(microtask=OuterRef("microtask"))
        return self.current().exclude(under_a_veil("microtask__")).exclude(Exists(lent))

    def in_play(self) -> "VerdictQuerySet":
        """Without follow-ups that a revised verdict no longer calls for."""
        return self.exclude(microtask__state=MicroTaskState.WITHDRAWN.value)

    def public(self) -> "VerdictQuerySet":
        """Those anyone may see: of visible campaigns, excerpts and micro-tasks."""
        return self.public_unless_hidden().filter(microtask__excerpt__hidden_at=None)

    def public_unless_hidden(self) -> "VerdictQuerySet":
        """The same, for a statement that leaves out hidden excerpts by itself."""
        visible = ["open", "paused", "closed"]
        return self.readable().in_play().filter(microtask__campaign__state__in=visible)

    def shown(self) -> "VerdictQuerySet":
        """Every revision of the micro-tasks whose current verdict is public.

        While a micro-task is open again there is nothing to see: whoever is asked now must not
        read what others said before.
        """
        return self.filter(microtask__verdicts__in=Verdict.objects.public())


class Verdict(QuickRow):
    """The conclusion for one micro-task.

    `values` holds question key → {"value", "outcome", "confidence", "support", "answers"}.
    """

    microtask = models.ForeignKey(
        MicroTask,
        on_delete=models.CASCADE,
        related_name="verdicts",
        verbose_name=_("micro-task"),
        db_index=False,  # a constraint below begins with it
    )
    step = models.ForeignKey(
        "crowd.Step", on_delete=models.CASCADE, related_name="verdicts", verbose_name=_("step")
    )
    revision = models.PositiveIntegerField(_("revision"))
    is_current = models.BooleanField(_("current"), default=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=OUTCOMES)
    values = models.JSONField(_("values"), default=dict)
    confidence = models.FloatField(_("confidence"))
    answers_count = models.PositiveSmallIntegerField(_("answers"))
    rule_version = models.CharField(_("rule"), max_length=40)
    # Question key → atom → [[what could be right, how probable it is], …], the likeliest first.
    probabilities = models.JSONField(_("probabilities"), default=dict, blank=True)
    # What settled it, when it was not the answers alone.
    review = models.ForeignKey(
        "crowd.Review", null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts"
    )
    known_answer = models.ForeignKey(
        "crowd.KnownAnswer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="verdicts",
    )
    made_at = models.DateTimeField(_("made"))
    answers = models.ManyToManyField(Answer, through="VerdictAnswer", related_name="verdicts")

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.UniqueConstraint(
                fields=["microtask", "revision"], name="one_verdict_per_microtask_and_revision"
            ),
            models.UniqueConstraint(
                fields=["microtask"],
                condition=Q(is_current=True),
                name="one_current_verdict_per_microtask",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1),
                name="a_confidence_is_a_probability",
            ),
        ]
        indexes = [
            # Read by services.points: what is frequent in this step?
            models.Index(
                fields=["step", "-id"],
                condition=Q(is_current=True),
                name="current_verdicts_newest_first",
            ),
            # Read by services.review_queue: what is settled, but not surely.
            models.Index(
                fields=["step", "confidence"],
                condition=Q(is_current=True, outcome="settled", confidence__lt=0.9),
                name="unsure_verdicts_by_confidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.microtask_id} r{self.revision}"


class VerdictAnswer(QuickRow):
    """One answer a verdict stands on, and how much it weighed."""

    verdict = models.ForeignKey(
        Verdict,
        on_delete=models.CASCADE,
        related_name="proof",
        verbose_name=_("verdict"),
        db_index=False,  # a constraint below begins with it
    )
    answer = models.ForeignKey(
        Answer, on_delete=models.PROTECT, related_name="proof", verbose_name=_("answer")
    )
    weight = models.FloatField(_("weight"), default=1.0)
    agrees = models.BooleanField(_("says the same"))
    # The probabilities of the same verdict without this person, as in `Verdict.probabilities`;
    # null when nobody else answered. Points stand on them.
    without = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        constraints = [
            models.UniqueConstraint(
                fields=["verdict", "answer"], name="one_proof_per_verdict_and_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict_id} ← {self.answer_id}"

    @property
    def without_author(self) -> dict[str, dict[str, dict[str, float]]]:
        """`without` as question key → atom → what could be right → its probability."""
        return {
            key: {atom: dict(pairs) for atom, pairs in atoms.items()}
            for key, atoms in (self.without or {}).items()
        }
