"""Items: what is decided one by one, each a bare list of who said which label.

Whatever the question (a choice, an option, a text, a cell), `crowd.rules.atoms` takes the answers
apart into atoms and categories; here each atom becomes an item, and each category a label.
"""

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from crowd.rules import atoms
from crowd.rules.atoms import CANT_TELL, NOTHING, Category, Lesson, Parts, label
from crowd.rules.consensus.statistics import Label, Person
from crowd.rules.consensus.votes import Vote
from crowd.rules.questions import Kind, Question

USUAL = 0.75  # how often people are right, for a form that asks before anything is known

SPECIAL = frozenset({label(CANT_TELL), label(NOTHING)})
"""Labels that mean the same whatever the question: they have a frequency of their own."""

THERE, NOT_THERE = label(True), label(False)  # of a mark on a picture
ANYWHERE = 10  # different places for marks that are wrong, as for wrong texts


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to be decided.

    Attributes:
        key, atom: of which question, and which part of it.
        people, said: who said which label, one of each per vote.
        strength: how much each vote counts, 1 unless it is one of a group.
        closed: all that can be said, where that has an end.
        alternatives: among how many different things people who are wrong scatter.
        truth: what a reviewer or a known answer says.
        sure: the probability of what is made of the votes, where a form knows better.
        lessons: what each vote shows of its author (right, of how much), where a form knows.
        chance: how seldom two who are wrong mark the same; 1 where that says nothing.
    """

    key: str
    atom: str
    people: tuple[Person, ...]
    said: tuple[Label, ...]
    strength: tuple[float, ...]
    closed: tuple[Label, ...] | None
    alternatives: int
    truth: Label | None = None
    sure: float | None = None
    lessons: tuple[Lesson | None, ...] = ()
    chance: int = 1

    @property
    def against(self) -> float:
        """Log-likelihood that marks of more than one person say against nothing being there.

        Whoever marks what is not there marks it anywhere: a first one may, a second hardly will
        at the same place.
        """
        if self.chance == 1:
            return 0.0
        marked = [s for s, said in zip(self.strength, self.said, strict=True) if said == THERE]
        return -max(0.0, sum(marked) - 1) * math.log(self.chance)


@dataclass(frozen=True)
class Sheet:
    """The answers to one question, taken apart, with its items.

    Attributes:
        votes: those that count for it, in the order of `parts.said`.
        categories: label → category, to find the way back.
    """

    question: Question
    votes: tuple[Vote, ...]
    parts: Parts
    items: tuple[Item, ...]
    categories: Mapping[Label, Category] = field(default_factory=dict)


def sheet(
    question: Question,
    votes: Sequence[Vote],
    *,
    per_group: int = 1,
    accuracies: Mapping[Person, float] | None = None,
    laid: atoms.Parts | None = None,
) -> Sheet:
    """Take apart what these votes say to one question.

    Args:
        votes: without those that find the excerpt badly cut.
        per_group: so many votes of one group count.
        accuracies: person → how often they are right, for forms that reckon by themselves.
        laid: what taking apart the same votes has already given.
    """
    voices = tuple(vote for vote in votes if not vote.truth)
    truths = [vote for vote in votes if vote.truth and question.key in vote.values]
    everyone = (*voices, *truths)
    values = [atoms.value_of(question, vote.values) for vote in everyone]
    parts = atoms.take_apart(question, values) if laid is None else laid
    known = accuracies or {}
    right = [1.0 if vote.truth else known.get(vote.who, USUAL) for vote in everyone]
    own = parts.sure(right)
    strengths = _strengths(voices, per_group)
    items, categories = [], {}
    for name in parts.names:
        said = [each.get(name) for each in parts.said]
        categories.update({label(each): each for each in said if each is not None})
        closed = parts.closed(name)
        categories.update({label(each): each for each in closed or ()})
        heard = [i for i in range(len(voices)) if said[i] is not None]
        lessons = parts.lessons(name, right) if name in own else {}
        items.append(
            Item(
                key=question.key,
                atom=name,
                people=tuple(voices[i].who for i in heard),
                said=tuple(label(said[i]) for i in heard),
                strength=tuple(strengths[i] for i in heard),
                closed=None if closed is None else tuple(map(label, closed)),
                alternatives=max(2, parts.alternatives(name)),
                truth=next((label(each) for each in said[len(voices) :] if each is not None), None),
                sure=own.get(name),
                lessons=tuple(lessons.get(i) for i in heard) if name in own else (),
                chance=ANYWHERE if question.kind is Kind.REGION and closed == (True, False) else 1,
            )
        )
    return Sheet(question, everyone, parts, tuple(items), categories)


def _strengths(votes: Sequence[Vote], per_group: int) -> list[float]:
    """What each vote counts for, so that a group counts for `per_group` at most."""
    sizes = Counter(vote.group for vote in votes if vote.group is not None)
    return [min(1.0, per_group / sizes[v.group]) if v.group is not None else 1.0 for v in votes]


def persons(votes: Sequence[Vote], per_group: int) -> int:
    """How many deciding people these are: of one group `per_group` at most, machines none."""
    human = [vote for vote in votes if not vote.machine]
    groups: Counter[Hashable] = Counter(v.group for v in human if v.group is not None)
    alone = sum(vote.group is None for vote in human)
    return alone + sum(min(size, per_group) for size in groups.values())
