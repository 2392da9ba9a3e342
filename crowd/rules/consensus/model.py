"""The model: how probable each answer is to be right, from who said what and what is known of them.

Dawid & Skene's confusion model (1979), in three steps from everyone to one person, each as strong
as there are answers to hold it up: everyone's confusion; tilted to this person's accuracy; moved to
this person's own confusion. docs/consensus.md has the formulas, what they rest on, and how the
constants were chosen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from crowd.rules.consensus.items import SPECIAL, Item
from crowd.rules.consensus.statistics import Contribution, Label, Person, Pool, Reliability

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
    labels, classes = _candidates(item)
    if item.truth is not None:
        certain = tuple(float(each == item.truth) for each in labels)
        return Belief(labels, certain, certain)
    prior = _prior(item, pool, labels)
    logs = [0.0] * len(labels)
    size = len(labels) if item.closed is not None else 2 + len(SPECIAL)
    spread = math.log(max(1, item.alternatives - 1))
    for said, strength, person in zip(item.said, item.strength, people, strict=True):
        pairs = [_pair(item, each, true, said) for each, true in zip(labels, classes, strict=True)]
        chances = likelihoods(pool.people, person, pairs, size)
        for place, (chance, pair) in enumerate(zip(chances, pairs, strict=True)):
            scattered = spread if pair[1] == OTHER else 0.0
            logs[place] += strength * (math.log(max(chance, LEAST)) - scattered)
    return Belief(labels, _softmax(prior, logs, 1.0), _softmax(prior, logs, K.calibration))


def likelihoods(
    everyone: Reliability,
    person: Reliability | None,
    pairs: Sequence[tuple[Label, Label]],
    size: int,
) -> list[float]:
    """P(said | right) for pairs (right, said), by the three steps of the hierarchy.

    Args:
        size: how many different things can be said.
    """
    usual = accuracy_of_all(everyone)
    error = (1 - usual) / max(1, size - 1)
    tilt = _tilt(everyone, person, usual) if person is not None else 0.0
    chances = []
    for true, said in pairs:
        right = _inside(_of_everyone(everyone, true, true, usual))
        tilted = 1 / (1 + math.exp(-(math.log(right / (1 - right)) + tilt))) if tilt else right
        if said == true:
            chance = tilted
        else:
            chance = _of_everyone(everyone, true, said, error) * (1 - tilted) / (1 - right)
        if person is not None:
            own = max(0.0, person.confusion.get(true, {}).get(said, 0.0))
            rows = max(0.0, person.rows.get(true, 0.0))
            chance = (own + K.confusion * chance) / (rows + K.confusion)
        chances.append(chance)
    return chances


def _of_everyone(everyone: Reliability, true: Label, said: Label, even: float) -> float:
    counted = max(0.0, everyone.confusion.get(true, {}).get(said, 0.0))
    rows = max(0.0, everyone.rows.get(true, 0.0))
    return (1 - K.even) * (counted + K.everyone * even) / (rows + K.everyone) + K.even * even


def _tilt(everyone: Reliability, person: Reliability, usual: float) -> float:
    """How much better than everyone this person is, where they answered, in log-odds."""
    expected = sum(
        rows * _of_everyone(everyone, true, true, usual) for true, rows in person.rows.items()
    )
    own = _inside((person.right + K.person * usual) / (person.answers + K.person))
    others = _inside((expected + K.person * usual) / (person.answers + K.person))
    return math.log(own / (1 - own)) - math.log(others / (1 - others))


def _candidates(item: Item) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """What could be right, and under which label each is counted."""
    seen = dict.fromkeys([*sorted(set(item.said)), *([item.truth] if item.truth else [])])
    if item.closed is not None:
        labels = tuple(dict.fromkeys([*item.closed, *seen]))
        return labels, labels
    labels = (*seen, UNSAID)
    return labels, tuple(each if each in SPECIAL else VALUE for each in labels)


def _pair(item: Item, candidate: Label, true: Label, said: Label) -> tuple[Label, Label]:
    if item.closed is not None or said in SPECIAL:
        return true, said
    return true, VALUE if said == candidate else OTHER


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


def learn(item: Item, belief: Belief, into: dict[tuple[Person, str], Reliability]) -> dict[Label, float]:
    """Add what one item says of who voted; returns what it says of what is frequent.

    A share (`anchor`) of it comes from counting votes instead of from the model: for each person
    the others' votes, for the item the majority. Votes alone are no model, but they can't drift
    away from what people say.
    """
    labels, classes = _candidates(item)
    if item.sure is not None and item.truth is None:
        return _learn_by_form(item, into)
    count = len(item.said)
    votes = {each: item.said.count(each) for each in labels}
    anchor = K.anchor if item.truth is None else 0.0
    for person, said in zip(item.people, item.said, strict=True):
        sums = into.setdefault((person, item.key), Reliability())
        share = anchor if count > 1 else 0.0
        for each, true, sure in zip(labels, classes, belief.sure, strict=True):
            others = (votes[each] - (each == said)) / max(1, count - 1)
            amount = (1 - share) * sure + share * others
            if amount:
                sums.count(*_pair(item, each, true, said), amount)
    most = max(votes.values())
    winners = [each for each in labels if votes[each] == most] if count else []
    frequent: dict[Label, float] = {}
    share = anchor if winners else 0.0
    for each, true, sure in zip(labels, classes, belief.sure, strict=True):
        majority = 1 / len(winners) if each in winners else 0.0
        frequent[true] = frequent.get(true, 0.0) + (1 - share) * sure + share * majority
    return frequent


def _learn_by_form(item: Item, into: dict[tuple[Person, str], Reliability]) -> dict[Label, float]:
    """Where a form compares by degrees: what of its conclusion each person said."""
    for person, agreement in zip(item.people, item.agreement, strict=True):
        sums = into.setdefault((person, item.key), Reliability())
        sums.count(VALUE, VALUE, agreement)
        sums.count(VALUE, OTHER, 1 - agreement)
    return {VALUE: 1.0} if item.people else {}


def contribution(items: Sequence[Item], beliefs: Sequence[Belief]) -> Contribution:
    """What one micro-task adds to the sums."""
    people: dict[tuple[Person, str], Reliability] = {}
    tasks: dict[str, dict[str, dict[Label, float]]] = {}
    for item, belief in zip(items, beliefs, strict=True):
        if item.said:
            tasks.setdefault(item.key, {})[item.atom] = learn(item, belief, people)
    return Contribution(people, tasks)
