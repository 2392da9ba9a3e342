"""Points for being right, not for being many: agreement with the others, corrected for chance.

An answer gains the probability that the verdict made without it gives to what it says, minus what
the same person's answers get on average beside verdicts they were not meant for: all pairings of
their answers with the verdicts of their other micro-tasks, to the same question. Always saying the
same thing therefore earns nothing, however often it happens to be right (the idea of Dasgupta &
Ghosh 2013 and of Shnayder, Agarwal, Frongillo & Parkes 2016, with the verdict of the others in the
place of one peer, and all pairings in the place of one drawn at random).

Chance is a property of all that one person said, so each new answer moves it a little for those
before. What a new answer earns is what it changes in the person's whole: the whole depends on what
was said, never on the order in which it settled.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

BUCKETS = 256  # of open answers: so many kinds of wording are told apart where chance is reckoned
CUT = "\N{BLACK SCISSORS}"  # "this excerpt is badly cut", whatever the question


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One answer to one question, beside the verdict made without it.

    A question has one atom or several (an option each); an answer agrees by the mean over them.

    Attributes:
        agreement: the probability that the verdict without this answer gives to it, 0 to 1.
        said: atom → what the answer says of it.
        expected: atom → what could be right → its probability, without this answer.
        even: the agreement of someone who knows nothing of what is frequent.
    """

    agreement: float
    said: Mapping[str, str]
    expected: Mapping[str, Mapping[str, float]]
    even: float


Sums = dict[str, dict[str, float]]
"""Atom → what was said, or could be right → how often, or with what probability in all."""


@dataclass(kw_only=True)
class Habit:
    """All that one person said to one question, in sums that can be added to and taken from.

    Attributes:
        answers: how many.
        agreement: summed over them.
        even: summed over them.
        crossings: the agreement of each answer with each *other* verdict, summed.
        said, expected: summed over the answers.
    """

    answers: int = 0
    agreement: float = 0.0
    even: float = 0.0
    crossings: float = 0.0
    said: Sums = field(default_factory=dict)
    expected: Sums = field(default_factory=dict)

    @property
    def chance(self) -> float:
        """What these answers agree by chance, 0 to 1: each of them beside the verdicts of all the
        others, and beside one imaginary verdict that holds everything for equally likely, so that
        a first answer has a chance too.
        """
        return (self.crossings + self.even) / self.answers**2 if self.answers else 0.0

    @property
    def points(self) -> float:
        """What these answers are worth together: agreement minus chance, each."""
        return self.agreement - self.answers * self.chance

    def add(self, saying: Saying) -> None:
        """Count one more answer."""
        self.crossings += self._crossing(saying)
        self._count(saying, 1)

    def remove(self, saying: Saying) -> None:
        """Take back one that was counted."""
        self._count(saying, -1)
        self.crossings -= self._crossing(saying)

    def _crossing(self, saying: Saying) -> float:
        """The new answer beside the earlier verdicts, and the earlier ones beside the new."""
        total = 0.0
        for atom, mine in saying.said.items():
            total += self.expected.get(atom, {}).get(mine, 0.0)
            earlier = self.said.get(atom, {})
            right = saying.expected.get(atom, {})
            total += sum(count * right.get(each, 0.0) for each, count in earlier.items())
        return total / len(saying.said) if saying.said else 0.0

    def _count(self, saying: Saying, sign: int) -> None:
        self.answers += sign
        self.agreement += sign * saying.agreement
        self.even += sign * saying.even
        for atom, mine in saying.said.items():
            _add(self.said, atom, [(mine, sign)])
            _add(self.expected, atom, ((k, sign * p) for k, p in saying.expected[atom].items()))

    def to_json(self) -> dict[str, Any]:
        """The sums as a JSON object."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, sums: Mapping[str, Any]) -> "Habit":
        return cls(**sums)


def _add(sums: Sums, atom: str, more: Iterable[tuple[str, float]]) -> None:
    counts = sums.setdefault(atom, {})
    for each, amount in more:
        counts[each] = counts.get(each, 0.0) + amount
        if abs(counts[each]) < 1e-9:
            del counts[each]


def bucket(label: str) -> str:
    """One of 256 names for an open answer: sums stay small, and chance grows by 1/256 at most."""
    return f"#{hashlib.blake2b(label.encode(), digest_size=1).hexdigest()}"
