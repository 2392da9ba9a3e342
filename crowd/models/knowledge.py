"""What the cross-check has learnt: sums that grow with every answer, and what each came from.

Nothing here is a source: all of it is added up anew from the answers by `manage.py resettle`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crowd.models.contributors import Contributor
from crowd.models.microtasks import MicroTask
from crowd.models.rows import QuickRow
from crowd.models.steps import Question


class QuestionKnowledge(QuickRow):
    """What everyone's answers to one question say of it: which answers are frequent, and how often
    people take one for another. Sums, as `rules.consensus` adds them.
    """

    question = models.OneToOneField(
        Question, on_delete=models.CASCADE, related_name="knowledge", verbose_name=_("question")
    )
    sums = models.JSONField(default=dict)
    # How many answers the sums were of when they were last estimated as a whole.
    estimated_from = models.FloatField(default=0.0)
    # Agreement beyond chance, as last measured: Krippendorff's alpha and Gwet's AC1.
    alpha = models.FloatField(_("alpha"), null=True, blank=True)
    ac1 = models.FloatField(_("AC1"), null=True, blank=True)
    measured_at = models.DateTimeField(_("measured"), null=True, blank=True)

    class Meta:
        verbose_name = _("knowledge of a question")
        verbose_name_plural = _("knowledge of questions")

    def __str__(self) -> str:
        return str(self.question_id)


class Reliability(QuickRow):
    """How one contributor answers one question: sums, as `rules.consensus` adds them.

    Shown to that person alone, in words, per kind of question.
    """

    contributor = models.ForeignKey(
        Contributor, on_delete=models.CASCADE, related_name="reliabilities"
    )
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="reliabilities")
    sums = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("reliability")
        verbose_name_plural = _("reliabilities")
        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "question"],
                name="one_reliability_per_contributor_and_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id}: {self.question_id}"


class Belief(QuickRow):
    """What one micro-task has put into the sums above, so that it can be taken out again."""

    microtask = models.OneToOneField(
        MicroTask, on_delete=models.CASCADE, related_name="belief", primary_key=True
    )
    share = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("belief")
        verbose_name_plural = _("beliefs")

    def __str__(self) -> str:
        return str(self.microtask_id)


class Habit(QuickRow):
    """What one contributor says to one question, beside what the others say to the same
    micro-tasks: what being right by chance is reckoned from (`rules.scoring`).
    """

    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="habits")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="habits")
    weight = models.DecimalField(max_digits=5, decimal_places=2)
    sums = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("habit")
        verbose_name_plural = _("habits")
        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "question", "weight"],
                name="one_habit_per_contributor_question_and_weight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contributor_id}: {self.question_id}"
