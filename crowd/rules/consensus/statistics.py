"""What is learnt from answers, as sums: they are added to, and taken from, as answers come and go.

Every micro-task contributes expected counts: "this person said B where A is right with probability
0.9". Sums of such counts are all the model needs (sufficient statistics), so they are stored per
contributor and question and updated in place: take out what a micro-task contributed before, put in
what it contributes now (Neal & Hinton, "A view of the EM algorithm that justifies incremental,
sparse, and other variants", 1998).
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Label = str
Confusion = dict[Label, dict[Label, float]]
Person = Hashable

TINY = 1e-9  # what is less is left over from rounding


class Reliability:
    """How often one person (or everyone) said what, where what was right: expected counts.

    A value: `+` and `-` make new ones.

    Attributes:
        confusion: right label → said label → expected count.
        rows: right label → all that was said where it is right.
        answers: all of them.
        right: those where both are the same.
    """

    __slots__ = ("answers", "confusion", "right", "rows")

    def __init__(self, confusion: Mapping[Label, Mapping[Label, float]] | None = None) -> None:
        self.confusion: Confusion = {}
        self.rows: dict[Label, float] = {}
        self.answers = self.right = 0.0
        for true, said in (confusion or {}).items():
            for label, count in said.items():
                self.count(true, label, count)

    def count(self, true: Label, said: Label, amount: float) -> None:
        """Add to a count in place; for whoever is building a new value."""
        row = self.confusion.setdefault(true, {})
        row[said] = row.get(said, 0.0) + amount
        self.rows[true] = self.rows.get(true, 0.0) + amount
        self.answers += amount
        if true == said:
            self.right += amount

    def absorb(self, other: "Reliability", sign: float = 1.0) -> None:
        """Add another in place (or take it out); for whoever is building a new value."""
        for true, said in other.confusion.items():
            for label, amount in said.items():
                self.count(true, label, sign * amount)

    def copy(self) -> "Reliability":
        new = Reliability()
        new.confusion = {true: dict(said) for true, said in self.confusion.items()}
        new.rows, new.answers, new.right = dict(self.rows), self.answers, self.right
        return new

    def __add__(self, other: "Reliability") -> "Reliability":
        new = self.copy()
        new.absorb(other)
        return new

    def __sub__(self, other: "Reliability") -> "Reliability":
        new = self.copy()
        new.absorb(other, -1.0)
        return Reliability(_without_dust(new.confusion))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reliability) and self.confusion == other.confusion

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Reliability({self.confusion!r})"

    def to_json(self) -> Confusion:
        """The counts, as JSON can hold them."""
        return _without_dust(self.confusion)

    @classmethod
    def from_json(cls, sums: Mapping[Label, Mapping[Label, float]]) -> "Reliability":
        return cls(sums)


class Pool:
    """What all answers to one question say of it. A value: `+` and `-` make new ones.

    Attributes:
        tasks: atom → label → in how many micro-tasks it is expected to be right.
        total: the same over all atoms together.
        people: everyone's reliability together.
    """

    __slots__ = ("people", "tasks", "total")

    def __init__(
        self,
        tasks: Mapping[str, Mapping[Label, float]] | None = None,
        people: Reliability | None = None,
    ) -> None:
        self.tasks: Confusion = {atom: dict(counts) for atom, counts in (tasks or {}).items()}
        self.total: dict[Label, float] = {}
        for counts in self.tasks.values():
            for label, amount in counts.items():
                self.total[label] = self.total.get(label, 0.0) + amount
        self.people = people.copy() if people else Reliability()

    def absorb(self, other: "Pool", sign: float = 1.0) -> None:
        """Add another in place (or take it out); for whoever is building a new value."""
        for atom, counts in other.tasks.items():
            mine = self.tasks.setdefault(atom, {})
            for label, amount in counts.items():
                mine[label] = mine.get(label, 0.0) + sign * amount
                self.total[label] = self.total.get(label, 0.0) + sign * amount
        self.people.absorb(other.people, sign)

    def __add__(self, other: "Pool") -> "Pool":
        new = Pool(self.tasks, self.people)
        new.absorb(other)
        return new

    def __sub__(self, other: "Pool") -> "Pool":
        new = Pool(self.tasks, self.people)
        new.absorb(other, -1.0)
        return Pool(_without_dust(new.tasks), Reliability(_without_dust(new.people.confusion)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pool) and self.tasks == other.tasks and self.people == other.people

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Pool({self.tasks!r}, {self.people!r})"

    def to_json(self) -> dict[str, Confusion]:
        """The counts, as JSON can hold them."""
        return {"tasks": _without_dust(self.tasks), "people": self.people.to_json()}

    @classmethod
    def from_json(cls, sums: Mapping[str, Any]) -> "Pool":
        return cls(sums.get("tasks"), Reliability(sums.get("people")))


@dataclass(frozen=True)
class Contribution:
    """What one micro-task adds to the sums.

    Attributes:
        said: (person, question key) → what this micro-task says of their reliability.
        tasks: question key → atom → label → how probable it is.
    """

    said: Mapping[tuple[Person, str], Reliability] = field(default_factory=dict)
    tasks: Mapping[str, Mapping[str, Mapping[Label, float]]] = field(default_factory=dict)

    def people(self) -> Mapping[tuple[Person, str], Reliability]:
        """What it adds to each person's sums at each question."""
        return self.said

    def pools(self) -> dict[str, Pool]:
        """What it adds to each question's sums."""
        pools = {key: Pool(atoms) for key, atoms in self.tasks.items()}
        for (_, key), reliability in self.said.items():
            pools.setdefault(key, Pool()).people.absorb(reliability)
        return pools

    def to_json(self) -> dict[str, Any]:
        """As JSON can hold it; people must be numbers or texts."""
        people = [[person, key, each.to_json()] for (person, key), each in self.said.items()]
        return {"people": people, "tasks": self.tasks}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Contribution":
        people = stored.get("people", ())
        return cls(
            said={(person, key): Reliability(counts) for person, key, counts in people},
            tasks=stored.get("tasks", {}),
        )


NOTHING_LEARNT = Contribution()


@dataclass(frozen=True)
class Knowledge:
    """All that the cross-check knows of the people and the questions of one step.

    Attributes:
        pools: question key → what everyone's answers say of it.
        people: (person, question key) → what that person has shown there.
    """

    pools: Mapping[str, Pool] = field(default_factory=dict)
    people: Mapping[tuple[Person, str], Reliability] = field(default_factory=dict)

    def with_(self, contribution: Contribution) -> "Knowledge":
        """With what a micro-task contributes."""
        return self._moved(contribution, 1.0)

    def without(self, contribution: Contribution) -> "Knowledge":
        """Without what a micro-task had contributed."""
        return self._moved(contribution, -1.0)

    def _moved(self, contribution: Contribution, sign: float) -> "Knowledge":
        pools, people = dict(self.pools), dict(self.people)
        for key, pool in contribution.pools().items():
            before = pools.get(key, Pool())
            pools[key] = before + pool if sign > 0 else before - pool
        for who, reliability in contribution.people().items():
            known = people.get(who, Reliability())
            people[who] = known + reliability if sign > 0 else known - reliability
        return Knowledge(pools, people)

    @classmethod
    def of(cls, contributions: Iterable[Contribution]) -> "Knowledge":
        """The sums of many micro-tasks, in the order given."""
        pools: dict[str, Pool] = {}
        people: dict[tuple[Person, str], Reliability] = {}
        for each in contributions:
            for key, pool in each.pools().items():
                pools.setdefault(key, Pool()).absorb(pool)
            for who, reliability in each.people().items():
                people.setdefault(who, Reliability()).absorb(reliability)
        return cls(pools, people)


def _without_dust(counts: Mapping[str, Mapping[Label, float]]) -> Confusion:
    """Without what subtraction left over, and without what is empty."""
    kept = {
        name: {label: amount for label, amount in each.items() if abs(amount) > TINY}
        for name, each in counts.items()
    }
    return {name: each for name, each in kept.items() if each}
