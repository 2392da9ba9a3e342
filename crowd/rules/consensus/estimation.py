"""The nightly rule: all answers of a step at once, the same for any order of arrival."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from crowd.rules.atoms import Parts
from crowd.rules.consensus.answers import Floats
from crowd.rules.consensus.arrays import SWEEPS, Answers, independent
from crowd.rules.consensus.arrays import estimate as estimate_arrays
from crowd.rules.consensus.deciding import decide
from crowd.rules.consensus.decisions import Decision
from crowd.rules.consensus.items import NOT_THERE, Item, Sheet, sheet
from crowd.rules.consensus.learning import contribution
from crowd.rules.consensus.model import Belief, believe, candidates
from crowd.rules.consensus.standing import EMPTY
from crowd.rules.consensus.statistics import Contribution, Knowledge, Label
from crowd.rules.consensus.votes import Vote
from crowd.rules.policy import Policy
from crowd.rules.questions import Question

STILL = 1e-3  # when no probability moves more, open questions have come to rest

Casts = Mapping[Any, Sequence[Vote]]
Place = tuple[Any, int]  # micro-task, which of its items


@dataclass(frozen=True)
class Estimate:
    """What the nightly rule says of a step.

    Attributes:
        knowledge: all sums, to replace those that were stored.
        decisions: micro-task → decision, its contribution the one that is in the sums.
        laid: micro-task → question key → its answers laid beside one another.
    """

    knowledge: Knowledge
    decisions: Mapping[Any, Decision]
    laid: Mapping[Any, Mapping[str, Parts]]

    def about(self, microtask: Any) -> Knowledge:
        """What is known of those who answered a micro-task, from all the others."""
        return _about(self.knowledge, self.decisions[microtask].contribution)


def estimate(questions: Sequence[Question], casts: Casts, policy: Policy) -> Estimate:
    """Estimate everything anew from all answers of one step.

    Closed questions go through `arrays`, where people who answer as one count as one person; open
    ones are believed item by item, over and over, until they rest.

    Args:
        casts: micro-task → its votes, as for `decide`; those held out are not among them.
    """
    ids = sorted(casts, key=str)
    votes = {each: sorted(casts[each], key=lambda vote: str(vote.id)) for each in ids}
    sheets = {each: _sheets(questions, votes[each], policy) for each in ids}
    items = {each: [item for of in sheets[each] for item in of.items] for each in ids}
    laid = {each: {of.question.key: of.parts for of in sheets[each]} for each in ids}
    beliefs: dict[Place, Belief] = {}
    for question in questions:
        places = [
            (each, at)
            for each in ids
            for at, item in enumerate(items[each])
            if item.key == question.key
        ]
        closed = [(each, at) for each, at in places if items[each][at].closed is not None]
        beliefs |= _of_closed(closed, items)
        beliefs |= _of_open([place for place in places if place not in beliefs], items)
    shares = {
        each: contribution(items[each], [beliefs[each, at] for at in range(len(items[each]))])
        for each in ids
    }
    knowledge = Knowledge.of(shares.values())
    decisions = {
        each: replace(
            decide(questions, votes[each], policy, _about(knowledge, shares[each]), laid[each]),
            contribution=shares[each],
        )
        for each in ids
    }
    return Estimate(knowledge, decisions, laid)


def _about(knowledge: Knowledge, share: Contribution) -> Knowledge:
    """What is known of these people from all the other micro-tasks."""
    people = {who: knowledge.people[who] for who in share.people()}
    return Knowledge(knowledge.pools, people).without(share)


def _sheets(questions: Sequence[Question], votes: Sequence[Vote], policy: Policy) -> list[Sheet]:
    said = [vote for vote in votes if not vote.badly_cut]
    return [sheet(question, said, per_group=policy.per_group) for question in questions]


def _of_closed(places: Sequence[Place], items: Mapping[Any, Sequence[Item]]) -> dict[Place, Belief]:
    """All items of one closed question at once."""
    heard = [place for place in places if items[place[0]][place[1]].said]
    if not heard:
        return {place: _untold(items[place[0]][place[1]]) for place in places}
    all_items = [items[each][at] for each, at in heard]
    atoms = _numbered(item.atom for item in all_items)
    labels = _numbered(label for item in all_items for label in (*candidates(item)[0], *item.said))
    people = _numbered(sorted({who for item in all_items for who in item.people}, key=str))
    rows = np.array(
        [
            (number, people[who], labels[said])
            for number, item in enumerate(all_items)
            for who, said in zip(item.people, item.said, strict=True)
        ],
        np.int64,
    )
    strength = np.array([each for item in all_items for each in item.strength])
    truth = np.array([-1 if item.truth is None else labels[item.truth] for item in all_items])
    answers = Answers.of(
        *rows.T,
        tasks=len(all_items),
        people=len(people),
        labels=len(labels),
        strength=strength,
        atom=np.array([atoms[item.atom] for item in all_items]) if len(atoms) > 1 else None,
        truth=truth,
        against=_against(all_items, labels),
    )
    believed = estimate_arrays(independent(answers))
    found = {
        place: _narrowed(item, labels, sure, shown)
        for place, item, sure, shown in zip(
            heard, all_items, believed.sure.tolist(), believed.probability.tolist(), strict=True
        )
    }
    return {place: found.get(place) or _untold(items[place[0]][place[1]]) for place in places}


def _against(items: Sequence[Item], labels: Mapping[Label, int]) -> Floats | None:
    """What each item itself says against nothing being there; None where none says anything."""
    found = np.array([item.against for item in items])
    if not found.any():
        return None
    against = np.zeros((len(labels), len(items)))
    against[labels[NOT_THERE]] = found
    return against


def _narrowed(
    item: Item, labels: Mapping[Label, int], sure: Sequence[float], shown: Sequence[float]
) -> Belief:
    """What is believed of the labels that this item could have."""
    own = candidates(item)[0]
    return Belief(own, _shared(own, labels, sure), _shared(own, labels, shown))


def _shared(
    own: Sequence[Label], labels: Mapping[Label, int], row: Sequence[float]
) -> tuple[float, ...]:
    picked = [row[labels[each]] for each in own]
    total = sum(picked)
    return tuple(each / total for each in picked)


def _untold(item: Item) -> Belief:
    """Nobody has said anything: it contributes nothing either."""
    return believe(item, EMPTY, [None] * len(item.said))


def _of_open(places: Sequence[Place], items: Mapping[Any, Sequence[Item]]) -> dict[Place, Belief]:
    """Items of one open question: believed anew from each other's sums until they rest."""
    beliefs = {place: _by_votes(items[place[0]][place[1]]) for place in places}
    for _ in range(SWEEPS if places else 0):
        shares = {
            place: contribution([items[place[0]][place[1]]], [beliefs[place]]) for place in places
        }
        knowledge = Knowledge.of(shares.values())
        before, beliefs = beliefs, {}
        for place in places:
            item, known = items[place[0]][place[1]], _about(knowledge, shares[place])
            people = [known.people.get((who, item.key)) for who in item.people]
            beliefs[place] = believe(item, known.pools.get(item.key, EMPTY), people)
        moved = (
            abs(new - old)
            for place in places
            for new, old in zip(beliefs[place].sure, before[place].sure, strict=True)
        )
        if max(moved, default=0.0) < STILL:
            break
    return beliefs


def _by_votes(item: Item) -> Belief:
    """Where estimation starts: each label as probable as it has votes."""
    labels = candidates(item)[0]
    heard = sum(item.strength)
    shares = [
        sum(s for s, said in zip(item.strength, item.said, strict=True) if said == each)
        for each in labels
    ]
    even = 1 / len(labels)
    row = tuple(share / heard if heard else even for share in shares)
    return Belief(labels, row, row)


def _numbered(names: Iterable[Hashable]) -> dict[Any, int]:
    """Each different name → its number, in order of appearance."""
    numbers: dict[Any, int] = {}
    for name in names:
        numbers.setdefault(name, len(numbers))
    return numbers
