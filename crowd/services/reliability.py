"""How reliable one person has been, by kind of question: for that person's eyes alone."""

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum

from crowd.models import Contributor, Reliability
from crowd.rules import consensus as rules
from crowd.rules.questions import Kind
from crowd.services import contributors

ENOUGH = 10  # answers with others to compare with, before anything is said


class Standing(Enum):
    """In steps so large that they say nothing about a single answer."""

    EARLY = "early"  # too few answers to say
    OFTEN_OTHERWISE = "often_otherwise"
    MOSTLY = "mostly"
    NEARLY_ALWAYS = "nearly_always"


LEAST = ((0.9, Standing.NEARLY_ALWAYS), (0.7, Standing.MOSTLY), (0.0, Standing.OFTEN_OTHERWISE))


@dataclass(frozen=True, kw_only=True)
class KindOfQuestion:
    """What a person's answers to one kind of question have come to."""

    kind: str
    answers: int
    standing: Standing


def of(*, contributor: Contributor) -> list[KindOfQuestion]:
    """One person's standing, the kind they have answered most first."""
    person = contributors.person_ids(contributor=contributor)
    rows = Reliability.objects.filter(contributor__in=person).select_related("question")
    seen: dict[str, float] = defaultdict(float)
    right: dict[str, float] = defaultdict(float)
    for row in rows:
        sums = rules.Reliability.from_json(row.sums)
        # Several choices are a yes or no each; to people they are one answer.
        parts = len(row.question.options) if row.question.kind == Kind.CHOICES.value else 1
        seen[row.question.kind] += sums.answers / max(1, parts)
        right[row.question.kind] += sums.right / max(1, parts)
    kinds = sorted(seen, key=lambda kind: (-seen[kind], kind))
    return [
        KindOfQuestion(
            kind=kind, answers=round(seen[kind]), standing=_standing(right[kind], seen[kind])
        )
        for kind in kinds
        if round(seen[kind])
    ]


def _standing(right: float, answers: float) -> Standing:
    if answers < ENOUGH:
        return Standing.EARLY
    return next(standing for least, standing in LEAST if right >= least * answers)
