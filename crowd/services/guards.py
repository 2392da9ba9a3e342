"""Guards: look over a campaign's answers for what honest reading does not leave behind."""

import json
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from crowd.models import Answer, Campaign, Flag, Question, QuestionKnowledge, Step
from crowd.models.reviews import FlagKind
from crowd.rules import atoms
from crowd.rules import consensus as rules
from crowd.rules.consensus import guards
from crowd.rules.consensus.guards import Oddity
from crowd.services import flags

NEWEST = 200_000  # answers of a step that are looked at, at most
GLANCE = 200  # characters: whoever sorts a long text need not read all of it
KINDS = {
    Oddity.ONE_LABEL: FlagKind.ONE_LABEL,
    Oddity.COPIED: FlagKind.COPIED,
    Oddity.AGAINST_EVERYONE: FlagKind.GROUP,
    Oddity.HASTY: FlagKind.FAST,
}


@dataclass
class _Series:
    """The answers to one question as the rules want them, numbered from 0."""

    tasks: dict[Hashable, int] = field(default_factory=dict)
    people: dict[Hashable, int] = field(default_factory=dict)
    labels: dict[Hashable, int] = field(default_factory=dict)
    rows: list[tuple[int, int, int]] = field(default_factory=list)
    pace: list[float] = field(default_factory=list)

    def add(self, task: int, person: int, label: str, pace: float) -> None:
        self.rows.append(
            (
                self.tasks.setdefault(task, len(self.tasks)),
                self.people.setdefault(person, len(self.people)),
                self.labels.setdefault(label, len(self.labels)),
            )
        )
        self.pace.append(pace)


def look_over(*, campaign: Campaign, now: datetime) -> list[Flag]:
    """Measure how well people agree on each question, and flag what looks odd.

    Returns:
        The new flags; the answers of those people are held out from now on.
    """
    suspected: list[Flag] = []
    for step in campaign.steps.order_by("position"):
        answers = _answers(step)
        for question in step.questions.order_by("position", "pk"):
            suspected += _look_at(campaign, question, answers, now)
    once = {(flag.contributor_id, flag.kind): flag for flag in suspected}
    return flags.raise_flags(campaign=campaign, flags=list(once.values()), now=now)


def _answers(step: Step) -> list[Answer]:
    given = Answer.objects.counting().filter(microtask__step=step, badly_cut=False)
    loaded = given.select_related("assignment", "microtask__excerpt").order_by("-given_at")
    return list(loaded[:NEWEST])


def _look_at(
    campaign: Campaign, question: Question, answers: Iterable[Answer], now: datetime
) -> list[Flag]:
    series, rule = _Series(), question.rule
    for answer in answers:
        said = _label(rule, answer.values)
        if said is not None:
            series.add(answer.microtask_id, answer.contributor_id, said, _pace(answer))
    if not series.rows:
        return []
    task, person, label = np.array(series.rows, np.int64).T
    counts = guards.counts(task, label)
    QuestionKnowledge.objects.update_or_create(
        question=question,
        defaults={"alpha": guards.alpha(counts), "ac1": guards.ac1(counts), "measured_at": now},
    )
    # Pace is in units of the fastest reading: below 1 nobody can have read.
    found = guards.flags(
        task=task, person=person, label=label, seconds=np.array(series.pace), reading=1.0
    )
    people: list[Any] = list(series.people)
    return [
        Flag(
            campaign=campaign,
            contributor_id=people[who],
            kind=KINDS[each.oddity],
            measured={
                "question": question.key,
                "answers": each.answers,
                "strength": round(each.strength, 3),
                "group": [people[other] for other in each.people if other != who],
            },
            made_at=now,
        )
        for each in found
        for who in each.people
    ]


def _label(rule: Any, values: dict[str, Any]) -> str | None:
    """What was said, as one label; None for a question that was not asked."""
    value = atoms.value_of(rule, values)
    if isinstance(value, atoms.Missing):
        return None if value is atoms.UNASKED else ""
    said = atoms.take_apart(rule, [value]).said[0]
    return json.dumps({atom: rules.label(each) for atom, each in said.items()}, sort_keys=True)


def _pace(answer: Answer) -> float:
    """Seconds from lending to answering, over the fewest in which anyone can have read it."""
    excerpt = answer.microtask.excerpt
    characters = sum(map(len, excerpt.cells)) or len(excerpt.text)
    least = guards.reading_seconds(min(GLANCE, characters), len(answer.values))
    taken = (answer.given_at - answer.assignment.lent_at).total_seconds()
    return taken / least
