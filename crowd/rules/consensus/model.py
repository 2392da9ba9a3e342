"""The model: how probable each answer is to be right, from who said what and what is known of them.

Dawid & Skene's confusion model (1979), in three steps from everyone to one person, each as strong
as there are answers to hold it up: everyone's confusion; tilted to this person's accuracy; moved to
this person's own confusion. docs/consensus.md has the formulas, what they rest on, and how the
constants were chosen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from crowd.rules.consensus.items import NOT_THERE, SPECIAL, Item
from crowd.rules.consensus.statistics import Label, Pool, Reliability

VALUE, OTHER = "value", "other"
"""In open questions only this is counted: a value was right, and it or another was said."""

UNSAID = "unsaid"
"""In open questions: something nobody has said yet."""


@dataclass(frozen=True)
class Constants:
    """All constants of the model; counts are imaginary answers.

    Attributes:
        accuracy: how often people are right before anything is known.
        crowd: answers this is worth against what everyone's answers say.
        everyone: answers, per right label, that hold everyone's confusion to even errors.
        even: the share of even errors that stays however many answers there are.
        person: answers that hold a person's accuracy to everyone's.
        confusion: answers, per right label, that hold a person's confusion to their accuracy.
        prior: micro-tasks that hold what is frequent to "all alike".
        anchor: the share of what is learnt that comes from counting the others' votes.
        calibration: the power that published probabilities take the evidence to.
    """

    accuracy: float = 0.75
    crowd: float = 10.0
    everyone: float = 10.0
    even: float = 0.3
    person: float = 5.0
    confusion: float = 4.0
    prior: float = 5.0
    anchor: float = 0.25
    calibration: float = 0.65


K = Constants()
LEAST = 1e-6  # nothing anyone says is impossible
EDGE = 1e-3  # accuracies stay this far from 0 and 1


@dataclass(frozen=True)
class Belief:
    """What is believed of one item.

    Attributes:
        labels: all that could be right.
        sure: of each, the model's probability: what is learnt from and what stops the asking.
        probability: of each, the calibrated probability: what is published.
    """

    labels: tuple[Label, ...]
    sure: tuple[float, ...]
    probability: tuple[float, ...]

    @property
    def top(self) -> int:
        """The place of the likeliest."""
        return self.sure.index(max(self.sure))


def accuracy_of_all(everyone: Reliability) -> float:
    """How often people are right at a question."""
    return (everyone.right + K.accuracy * K.crowd) / (everyone.answers + K.crowd)


def accuracy(everyone: Reliability, person: Reliability | None) -> float:
    """How often one person is right at a question, by all that is known."""
    usual = accuracy_of_all(everyone)
    if person is None:
        return usual
    return _inside((person.right + K.person * usual) / (person.answers + K.person))


def believe(item: Item, pool: Pool, people: Sequence[Reliability | None]) -> Belief:
    """Bayes' rule for one item.

    Args:
        pool: of the question, without this micro-task's own contribution.
        people: what is known of who voted, one per vote, without this micro-task's too.
    """
    labels, classes = candidates(item)
    if item.truth is not None:
        certain = tuple(float(each == item.truth) for each in labels)
        return Belief(labels, certain, certain)
    is_closed = item.closed is not None
    crowd = Crowd(pool.people, len(labels) if is_closed else 2 + len(SPECIAL))
    scatter = max(1, item.alternatives - 1)
    logs = [0.0] * len(labels)
    for said, strength, person in zip(item.said, item.strength, people, strict=True):
        tilt = crowd.tilt(person)
        for place, (label, true) in enumerate(zip(labels, classes, strict=True)):
            heard = said if is_closed or said in SPECIAL else VALUE if said == label else OTHER
            chance = crowd.chance(person, tilt, true, heard)
            if heard == OTHER:
                chance /= scatter
            logs[place] += strength * math.log(max(chance, LEAST))
    if item.against:
        logs[labels.index(NOT_THERE)] += item.against
    prior = _prior(item, pool, labels)
    return Belief(labels, _softmax(prior, logs, 1.0), _softmax(prior, logs, K.calibration))


class Crowd:
    """P(said | right) at one question, by the three steps of the hierarchy.

    Args:
        everyone: all answers to the question.
        size: how many different things can be said.
    """

    __slots__ = ("_errors", "_even", "_odds", "_rights", "everyone", "usual")

    def __init__(self, everyone: Reliability, size: int) -> None:
        self.everyone = everyone
        self.usual = accuracy_of_all(everyone)
        self._even = (1 - self.usual) / max(1, size - 1)
        self._rights: dict[Label, float] = {}
        self._odds: dict[Label, float] = {}
        self._errors: dict[tuple[Label, Label], float] = {}

    def chance(self, person: Reliability | None, tilt: float, true: Label, said: Label) -> float:
        """How probable it is that this person says one thing where another is right."""
        if true not in self._odds:
            right = _inside(self._right(true))
            self._odds[true] = right / (1 - right)
        odds = self._odds[true] * tilt
        chance = (odds if said == true else self._error(true, said)) / (1 + odds)
        if person is None:
            return chance
        row = person.confusion.get(true)
        own = row.get(said, 0.0) if row else 0.0
        return (own + K.confusion * chance) / (person.rows.get(true, 0.0) + K.confusion)

    def tilt(self, person: Reliability | None) -> float:
        """How much better than everyone this person is, where they answered: a ratio of odds."""
        if person is None:
            return 1.0
        expected = 0.0
        for true, rows in person.rows.items():
            expected += rows * self._right(true)
        size = person.answers + K.person
        own = _inside((person.right + K.person * self.usual) / size)
        others = _inside((expected + K.person * self.usual) / size)
        return own / (1 - own) * (1 - others) / others

    def _right(self, true: Label) -> float:
        """How often everyone is right where this is right."""
        if true not in self._rights:
            self._rights[true] = self._of_everyone(true, true, self.usual)
        return self._rights[true]

    def _error(self, true: Label, said: Label) -> float:
        """The share of this error among all that everyone makes where this is right."""
        if (true, said) not in self._errors:
            shared = self._of_everyone(true, said, self._even)
            self._errors[true, said] = shared / (1 - _inside(self._right(true)))
        return self._errors[true, said]

    def _of_everyone(self, true: Label, said: Label, even: float) -> float:
        row = self.everyone.confusion.get(true)
        counted = row.get(said, 0.0) if row else 0.0
        rows = self.everyone.rows.get(true, 0.0)
        held = (counted + K.everyone * even) / (rows + K.everyone)
        return (1 - K.even) * held + K.even * even


def candidates(item: Item) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """What could be right, and under which label each is counted."""
    said = set(item.said) if item.truth is None else {*item.said, item.truth}
    if item.closed is not None and said.issubset(item.closed):
        return item.closed, item.closed  # nearly always
    seen = sorted(said)
    if item.closed is not None:
        labels = tuple(dict.fromkeys([*item.closed, *seen]))
        return labels, labels
    labels = (*seen, UNSAID)
    return labels, tuple(each if each in SPECIAL else VALUE for each in labels)


def _prior(item: Item, pool: Pool, labels: Sequence[Label]) -> list[float]:
    """Log-probabilities of the candidates before any vote."""
    here = pool.tasks.get(item.atom, {})
    if item.closed is not None:
        shares = _shares(here, pool, labels)
        return [math.log(share) for share in shares]
    special = [each for each in labels if each in SPECIAL]
    value, *others = _shares(here, pool, [VALUE, *special])
    frequent = dict(zip(special, others, strict=True))
    distinct = len(labels) - 1 - len(special)
    places = max(item.alternatives, distinct + 1)
    return [
        math.log(frequent[each])
        if each in frequent
        else math.log(value * ((places - distinct) if each == UNSAID else 1) / places)
        for each in labels
    ]


def _shares(here: dict[Label, float], pool: Pool, labels: Sequence[Label]) -> list[float]:
    """How frequent each label is: at this atom, held to the question, held to all alike."""
    even = 1 / len(labels)
    base = [even] * len(labels)
    if len(pool.tasks) > 1 or (pool.tasks and not here):
        base = _held(pool.total, labels, base)
    return _held(here, labels, base)


def _held(counts: dict[Label, float], labels: Sequence[Label], base: list[float]) -> list[float]:
    seen = [max(0.0, counts.get(each, 0.0)) for each in labels]
    total = sum(seen) + K.prior
    return [(each + K.prior * share) / total for each, share in zip(seen, base, strict=True)]


def _softmax(prior: Sequence[float], logs: Sequence[float], power: float) -> tuple[float, ...]:
    raised = [p + power * each for p, each in zip(prior, logs, strict=True)]
    most = max(raised)
    exps = [math.exp(each - most) for each in raised]
    total = sum(exps)
    return tuple(each / total for each in exps)


def _inside(share: float) -> float:
    return min(max(share, EDGE), 1 - EDGE)
