"""Learning: what one item says of who voted and of what is frequent, as counts to be summed."""

from collections.abc import Hashable, Sequence

from crowd.rules.consensus.items import SPECIAL, Item
from crowd.rules.consensus.model import OTHER, VALUE, Belief, K, candidates
from crowd.rules.consensus.statistics import TINY, Contribution, Label, Person, Reliability

Amounts = dict[tuple[Person, Label, Label], float]
"""(person, right, said) → expected count."""


def learn(item: Item, belief: Belief) -> tuple[Amounts, dict[Label, float]]:
    """What one item says of who voted, and of what is frequent.

    A share (`anchor`) of it comes from counting votes instead of from the model: for each person
    the others' votes, for the item the majority. Votes alone are no model, but they can't drift
    away from what people say.
    """
    if item.sure is not None and item.truth is None:
        return _learn_by_form(item)
    labels, classes = candidates(item)
    votes = dict.fromkeys(labels, 0.0)
    for said, strength in zip(item.said, item.strength, strict=True):
        votes[said] += strength
    anchor = K.anchor if item.truth is None else 0.0
    amounts = _of_people(item, belief, votes, anchor)
    most = max(votes.values())
    winners = [each for each in labels if votes[each] == most] if item.said else []
    share = anchor if winners else 0.0
    frequent: dict[Label, float] = {}
    for each, true, sure in zip(labels, classes, belief.sure, strict=True):
        majority = 1 / len(winners) if each in winners else 0.0
        frequent[true] = frequent.get(true, 0.0) + (1 - share) * sure + share * majority
    return amounts, frequent


def _of_people(item: Item, belief: Belief, votes: dict[Label, float], anchor: float) -> Amounts:
    labels, classes = candidates(item)
    heard, is_closed = sum(item.strength), item.closed is not None
    amounts: Amounts = {}
    for person, said, strength in zip(item.people, item.said, item.strength, strict=True):
        rest = heard - strength
        share = anchor if rest > TINY else 0.0
        a_vote = share / rest if share else 0.0
        for each, true, sure in zip(labels, classes, belief.sure, strict=True):
            others = votes[each] - strength if each == said else votes[each]
            amount = (1 - share) * sure + a_vote * others
            if amount > TINY:
                heard_as = (
                    said if is_closed or said in SPECIAL else VALUE if said == each else OTHER
                )
                name = (person, true, heard_as)
                amounts[name] = amounts.get(name, 0.0) + amount
    return amounts


def _learn_by_form(item: Item) -> tuple[Amounts, dict[Label, float]]:
    """Where a form compares by degrees: what each person said of what the others say."""
    amounts: Amounts = {}
    for person, lesson in zip(item.people, item.lessons, strict=True):
        if lesson is None:
            continue
        right, of = lesson
        for said, amount in ((VALUE, right), (OTHER, of - right)):
            if amount > TINY:
                amounts[person, VALUE, said] = amount
    return amounts, {VALUE: 1.0} if item.people else {}


def contribution(items: Sequence[Item], beliefs: Sequence[Belief]) -> Contribution:
    """What one micro-task adds to the sums."""
    people: dict[tuple[Person, str], Reliability] = {}
    tasks: dict[str, dict[str, dict[Label, float]]] = {}
    for item, belief in zip(items, beliefs, strict=True):
        if item.said:
            amounts, tasks.setdefault(item.key, {})[item.atom] = learn(item, belief)
            for (person, true, said), amount in amounts.items():
                people.setdefault((person, item.key), Reliability()).count(true, said, amount)
    return Contribution(people, tasks)


def furthest(one: Contribution, other: Contribution) -> float:
    """The largest difference of any expected count between what two contributions add."""
    ours, theirs = _counts(one), _counts(other)
    return max(
        (abs(ours.get(each, 0.0) - theirs.get(each, 0.0)) for each in ours.keys() | theirs.keys()),
        default=0.0,
    )


def _counts(of: Contribution) -> dict[Hashable, float]:
    counts: dict[Hashable, float] = {}
    for who, reliability in of.said.items():
        for true, row in reliability.confusion.items():
            counts.update(((who, true, said), count) for said, count in row.items())
    for key, atoms in of.tasks.items():
        for atom, shares in atoms.items():
            counts.update(((key, atom, label), share) for label, share in shares.items())
    return counts
