"""The rule on line and in memory, for one closed question: what benchmarks and simulations replay.

The same model and the same sums as `decide`, kept in place instead of in a database: an answer
comes, the micro-task's old contribution is taken out, the belief is reckoned anew, the new
contribution is put in (Neal & Hinton 1998). Whenever the answers have grown enough all is
estimated anew, as the service does. What is settled stays settled.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np

from crowd.rules.consensus.arrays import Answers, estimate
from crowd.rules.consensus.growth import next_due
from crowd.rules.consensus.items import Item
from crowd.rules.consensus.learning import Amounts, learn
from crowd.rules.consensus.model import Belief, believe
from crowd.rules.consensus.statistics import Label, Person, Pool, Reliability
from crowd.rules.policy import Policy

KEY, ATOM = "", ""


@dataclass(slots=True)
class Held:
    """One micro-task: its answers, what is believed of it, and what it has put into the sums."""

    people: list[Person] = field(default_factory=list)
    said: list[Label] = field(default_factory=list)
    belief: Belief | None = None
    learnt: Amounts = field(default_factory=dict)
    everyone: dict[tuple[Label, Label], float] = field(default_factory=dict)
    frequent: dict[Label, float] = field(default_factory=dict)
    is_settled: bool = False


class Live:
    """Folds in one answer at a time.

    Args:
        labels: all that can be said.
        policy: one that goes by probability.
    """

    def __init__(self, labels: Sequence[Label], policy: Policy) -> None:
        self.labels, self.policy = tuple(labels), policy
        self.pool = Pool()
        self.people: dict[Person, Reliability] = {}
        self.held: dict[Hashable, Held] = {}
        self.answers, self.due = 0, next_due(0)

    def observe(self, task: Hashable, person: Person, label: Label) -> None:
        """Fold in one answer."""
        if label not in self.labels:
            self.labels = (*self.labels, label)
        held = self.held.setdefault(task, Held())
        self._take_out(held)
        held.people.append(person)
        held.said.append(label)
        item = self._item(held)
        held.belief = believe(item, self.pool, [self.people.get(each) for each in held.people])
        self._learn(held, item)
        self._settle(held)
        self.answers += 1
        if self.answers >= self.due:
            self.estimate()
            self.due = next_due(self.answers)

    def is_done(self, task: Hashable) -> bool:
        """Whether nobody else is to be asked."""
        held = self.held[task]
        return held.is_settled or len(held.said) >= self.policy.at_most

    def posterior(self, task: Hashable) -> dict[Label, float]:
        """The calibrated probabilities."""
        belief = self.held[task].belief
        return dict(zip(belief.labels, belief.probability, strict=True)) if belief else {}

    def estimate(self) -> None:
        """Estimate everything anew from all answers so far: the nightly rule."""
        tasks = list(self.held)
        people = list(
            dict.fromkeys(person for each in self.held.values() for person in each.people)
        )
        place = {person: number for number, person in enumerate(people)}
        code = {label: number for number, label in enumerate(self.labels)}
        rows = [
            (number, place[person], code[label])
            for number, held in enumerate(self.held.values())
            for person, label in zip(held.people, held.said, strict=True)
        ]
        task, person, label = np.array(rows, np.int64).T
        beliefs = estimate(
            Answers.of(
                task,
                person,
                label,
                tasks=len(tasks),
                people=len(people),
                labels=len(self.labels),
            )
        )
        self.pool, self.people = Pool(), {}
        for number, held in enumerate(self.held.values()):
            sure, shown = beliefs.sure[number], beliefs.probability[number]
            held.belief = Belief(self.labels, tuple(sure.tolist()), tuple(shown.tolist()))
            self._learn(held, self._item(held))
            self._settle(held)

    def _item(self, held: Held) -> Item:
        return Item(
            key=KEY,
            atom=ATOM,
            people=tuple(held.people),
            said=tuple(held.said),
            strength=(1.0,) * len(held.said),
            closed=self.labels,
            alternatives=len(self.labels),
        )

    def _learn(self, held: Held, item: Item) -> None:
        """Put what a micro-task says now into the sums, in place."""
        assert held.belief is not None  # just set
        held.learnt, held.frequent = learn(item, held.belief)
        held.everyone = {}
        for (_, true, said), amount in held.learnt.items():
            held.everyone[true, said] = held.everyone.get((true, said), 0.0) + amount
        self._count(held, 1.0)

    def _take_out(self, held: Held) -> None:
        if held.belief is not None:
            self._count(held, -1.0)

    def _count(self, held: Held, sign: float) -> None:
        frequent = self.pool.tasks.setdefault(ATOM, {})
        for label, amount in held.frequent.items():
            frequent[label] = frequent.get(label, 0.0) + sign * amount
        for (true, said), amount in held.everyone.items():
            self.pool.people.count(true, said, sign * amount)
        for (person, true, said), amount in held.learnt.items():
            own = self.people.get(person)
            if own is None:
                own = self.people[person] = Reliability()
            own.count(true, said, sign * amount)

    def _settle(self, held: Held) -> None:
        assert held.belief is not None  # just set
        assert self.policy.sure is not None  # the kind of policy this is for
        enough = len(held.said) >= max(self.policy.agree, self.policy.at_least)
        if enough and max(held.belief.sure) >= self.policy.sure:
            held.is_settled = True
