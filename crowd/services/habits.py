"""Habits: what each person says to a question, summed beside what others say, to reckon chance.

Only whoever holds the campaign (`locks.hold`) reads these rows to write them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crowd.models import Answer, Habit, Question
from crowd.rules import scoring
from crowd.rules.scoring import Saying
from crowd.services import bulk

Key = tuple[int, int, Decimal]
"""Contributor, question, and the weight that the work had when it was lent."""


@dataclass(frozen=True, kw_only=True)
class Worth:
    """What one answer changes: by its agreement and chance, and in the whole of its author's."""

    points: float
    agreement: float
    chance: float


@dataclass(kw_only=True)
class Habits:
    """The habits of everyone in one batch.

    Attributes:
        questions: (step, key) → id.
        sizes: step → how many questions it has: an answer is worth the mean over them.
    """

    questions: dict[tuple[int, str], int]
    sizes: dict[int, int]
    sums: dict[Key, scoring.Habit]
    touched: set[Key]

    def change(
        self, answer: Answer, *, before: Mapping[str, Saying], after: Mapping[str, Saying]
    ) -> Worth:
        """Count an answer as `after` in the place of `before`, by question key."""
        step_id, points = answer.microtask.step_id, 0.0
        agreement, chance = [], []
        for key in before.keys() | after.keys():
            question_id = self.questions.get((step_id, key))
            if question_id is None:
                continue  # a question that is asked no more
            name = (answer.contributor_id, question_id, answer.assignment.weight)
            self.touched.add(name)
            habit = self.sums.setdefault(name, scoring.Habit())
            points -= habit.points
            if key in before:
                habit.remove(before[key])
            if key in after:
                habit.add(after[key])
                agreement.append(after[key].agreement)
                chance.append(habit.chance)
            points += habit.points
        return Worth(
            points=points / max(1, self.sizes.get(step_id, 1)),
            agreement=_share(agreement),
            chance=_share(chance),
        )


def _share(parts: list[float]) -> float:
    mean = sum(parts) / len(parts) if parts else 0.0
    return min(1.0, max(0.0, mean))


def load(answers: Iterable[Answer]) -> Habits:
    """The habits of the authors of these answers, which have their micro-tasks loaded."""
    given = list(answers)
    asked = Question.objects.filter(step__in={answer.microtask.step_id for answer in given})
    questions = {(step_id, key): pk for pk, step_id, key in asked.values_list("pk", "step", "key")}
    people = {answer.contributor_id for answer in given}
    rows = Habit.objects.filter(contributor__in=people, question__in=questions.values())
    sizes: dict[int, int] = {}
    for step_id, _ in questions:
        sizes[step_id] = sizes.get(step_id, 0) + 1
    sums = {
        (row.contributor_id, row.question_id, row.weight): scoring.Habit.from_json(row.sums)
        for row in rows
    }
    return Habits(questions=questions, sizes=sizes, sums=sums, touched=set())


def save(habits: Habits) -> None:
    """Write the sums that have changed."""
    rows = [
        Habit(
            contributor_id=contributor_id,
            question_id=question_id,
            weight=weight,
            sums=habits.sums[contributor_id, question_id, weight].to_json(),
        )
        for contributor_id, question_id, weight in sorted(habits.touched)
    ]
    bulk.upsert(rows, by=["contributor_id", "question_id", "weight"], changes="sums")


def write(said: Mapping[str, Saying]) -> dict[str, Any]:
    """What is counted of one answer, as a ledger row keeps it."""
    return {key: dict(vars(saying)) for key, saying in said.items()}


def read(counted: Mapping[str, Any]) -> dict[str, Saying]:
    """What a ledger row says is counted."""
    return {key: Saying(**saying) for key, saying in counted.items()}
