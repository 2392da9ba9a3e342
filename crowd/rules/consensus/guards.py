"""Guards: series of answers that look odd, from plain numbers. They flag; people decide.

Each guard is a pure function of what was said, by whom, to what, how fast. What it says is how
improbable honest work would look so, not that it is not: a flagged person's answers are held out of
decisions until a campaigner has looked, and what they were asked is asked to others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from crowd.rules.consensus.agreement import ac1, alpha
from crowd.rules.consensus.dependence import BEYOND, Group, groups

__all__ = ["Flag", "Group", "Oddity", "ac1", "alpha", "copied", "flags", "hasty", "one_label"]

Ints = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]

SERIES = 10  # answers, before anything is said of a person
CHANCE = 1e-4  # an honest person would look so less often than this
HASTE = 0.5  # the share of answers faster than anyone can read


class Oddity(Enum):
    """What is odd."""

    ONE_LABEL = "one_label"  # says the same to everything, whatever it is
    COPIED = "copied"  # two who answer as one
    AGAINST_EVERYONE = "against_everyone"  # three or more who answer as one, unlike the others
    HASTY = "hasty"  # faster than reading


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One oddity.

    Attributes:
        people: one person, or those who answer as one.
        answers: how many answers it was seen in.
        strength: the share of answers that are odd, or agreement beyond chance, 0 to 1.
    """

    oddity: Oddity
    people: tuple[int, ...]
    answers: int
    strength: float


def flags(
    *, task: Ints, person: Ints, label: Ints, seconds: Floats | None = None, reading: float = 0.0
) -> list[Flag]:
    """Everything odd in the answers to one question.

    Args:
        task, person, label: of each answer, as whole numbers from 0.
        seconds: from being shown to answering, or NaN.
        reading: the fewest seconds in which anyone can read and answer.
    """
    order = np.lexsort((label, person, task))
    task, person, label = task[order], person[order], label[order]
    found = one_label(task=task, person=person, label=label)
    found += copied(task=task, person=person, label=label)
    if seconds is not None:
        found += hasty(person=person, seconds=seconds[order], reading=reading)
    return found


def one_label(*, task: Ints, person: Ints, label: Ints) -> list[Flag]:
    """People who say the same to everything.

    Flagged when a whole series (ten answers at least) is one label, when drawing that label so
    often from what others said to the same micro-tasks would be a wonder, and nobody else's answers
    are needed to see it: someone who is right that often is not flagged, for others say it too.
    """
    if not len(task):
        return []
    people, labels, tasks = int(person.max()) + 1, int(label.max()) + 1, int(task.max()) + 1
    said = np.bincount(person.astype(np.int64) * labels + label, minlength=people * labels)
    said = said.reshape(people, labels)
    votes = np.bincount(task.astype(np.int64) * labels + label, minlength=tasks * labels)
    votes = votes.reshape(tasks, labels)
    others = votes.sum(1)[task] - 1
    same = (votes[task, label] - 1) / np.maximum(others, 1)
    same = np.where(others > 0, np.clip(same, 0.01, 1.0), 1.0)
    # The chance that someone drawn from the others would have said all this.
    log_chance = np.bincount(person, np.log(same), minlength=people)
    sizes = said.sum(1)
    uniform = (said.max(1) == sizes) & (sizes >= SERIES) & (log_chance < np.log(CHANCE))
    return [
        Flag(oddity=Oddity.ONE_LABEL, people=(who,), answers=int(sizes[who]), strength=1.0)
        for who in np.flatnonzero(uniform).tolist()
    ]


def copied(*, task: Ints, person: Ints, label: Ints) -> list[Flag]:
    """People who answer as one, see `dependence`; the arrays sorted by micro-task and person."""
    if not len(task):
        return []
    sizes = np.bincount(person)
    return [
        Flag(
            oddity=Oddity.COPIED if len(group.people) == 2 else Oddity.AGAINST_EVERYONE,
            people=group.people,
            answers=int(sizes[list(group.people)].sum()),
            strength=round(min(1.0, group.beyond), 3),
        )
        for group in groups(task, person, label)
        if group.beyond >= BEYOND
    ]


def hasty(*, person: Ints, seconds: Floats, reading: float) -> list[Flag]:
    """People who answer faster than anyone can read, half the time or more.

    Args:
        seconds: of each answer; NaN where nobody knows.
        reading: the fewest that reading takes.
    """
    known = ~np.isnan(seconds)
    if not known.any():
        return []
    who, fast = person[known], seconds[known] < reading
    sizes = np.bincount(who)
    share = np.bincount(who, fast) / np.maximum(sizes, 1)
    return [
        Flag(
            oddity=Oddity.HASTY,
            people=(each,),
            answers=int(sizes[each]),
            strength=float(share[each]),
        )
        for each in np.flatnonzero((sizes >= SERIES) & (share >= HASTE)).tolist()
    ]


def reading_seconds(characters: int, questions: int) -> float:
    """The fewest seconds in which anyone can look at an excerpt and answer.

    A second to look and one per question; text at 60 characters a second, five times the pace of a
    good reader (some 250 words a minute), for people who skim.
    """
    return 1.0 + questions + max(0, characters) / 60


def counts(task: Sequence[int] | Ints, label: Sequence[int] | Ints) -> NDArray[np.int64]:
    """Micro-tasks × labels: how many said what; what the coefficients of agreement take."""
    tasks, labels = np.asarray(task), np.asarray(label)
    shape = (int(tasks.max(initial=-1)) + 1, int(labels.max(initial=-1)) + 1)
    code = tasks.astype(np.int64) * shape[1] + labels
    return np.bincount(code, minlength=shape[0] * shape[1]).reshape(shape)
