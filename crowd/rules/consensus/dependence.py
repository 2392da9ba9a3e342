"""Who answers as one: people who agree with each other far beyond what each of them would alone.

Two honest people agree because both are mostly right, and sometimes because a micro-task is hard
for everyone. Copies agree on everything, also where nobody else does. For each pair, agreement is
compared with what independence would give, each person's habits held fast: given what the others
say, how often this person says each label. On recorded crowds colluders stand at 1.0 and clear of
chance; honest pairs who agree so much have too little in common for it to be clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]

BEYOND = 0.8  # agreement beyond chance, from 0 (as alone) to 1 (always the same)
CLEAR = 4.0  # standard deviations away from chance
ENOUGH = 8  # micro-tasks both have answered
POWER = 2.5  # disagreements that independence would have made in them
TOGETHER = 2  # deviations from everyone else, the same way: fewer are not looked into
NEIGHBOURS = 40  # answers of one micro-task that are compared with each
ROUNDS = 5
HABIT = 4.0  # imaginary answers that hold a person's habits to everyone's


@dataclass(frozen=True)
class Group:
    """People who answer as one.

    Attributes:
        people: at least two.
        beyond: the least agreement beyond chance of its pairs that qualify, 0 to 1.
        clear: the greatest number of standard deviations from chance of its pairs.
    """

    people: tuple[int, ...]
    beyond: float
    clear: float


@dataclass(frozen=True)
class _Pairs:
    one: Ints
    other: Ints
    beyond: Floats
    clear: Floats


def groups(task: Ints, person: Ints, label: Ints) -> list[Group]:
    """Find them, the clearest first: once one is found it counts as one person, and so on.

    Args:
        task, person, label: of each answer, as whole numbers from 0, sorted by task and person.
    """
    found: list[Group] = []
    weight = np.ones(len(task))
    for _ in range(ROUNDS):
        pairs = _pairs(task, person, label, weight)
        if not len(pairs.one):
            break
        clearest = float(pairs.clear.max())
        new = _grown(pairs, max(CLEAR, clearest / 2), found)
        if not new:
            break
        found += new
        weight = strengths(task, person, found)
    return found


def strengths(task: Ints, person: Ints, found: Sequence[Group], most: int = 1) -> Floats:
    """What each answer counts for, so that of one group `most` count per micro-task."""
    weight = np.ones(len(task))
    people = int(person.max(initial=-1)) + 1
    for group in found:
        inside = np.zeros(people, bool)
        inside[list(group.people)] = True
        members = np.flatnonzero(inside[person])
        sizes = np.bincount(task[members], minlength=int(task.max(initial=-1)) + 1)
        weight[members] = np.minimum(1.0, most / sizes[task[members]])
    return weight


def _grown(pairs: _Pairs, clear: float, known: Sequence[Group]) -> list[Group]:
    """Groups around the clearest pairs: who qualifies with most of a group joins it."""
    taken = {each for group in known for each in group.people}
    friends: dict[int, dict[int, float]] = {}
    order = np.argsort(-pairs.clear, kind="stable")
    ones, others = pairs.one.tolist(), pairs.other.tolist()
    for at in order.tolist():
        if pairs.clear[at] >= clear:
            friends.setdefault(ones[at], {})[others[at]] = float(pairs.beyond[at])
            friends.setdefault(others[at], {})[ones[at]] = float(pairs.beyond[at])
    new = []
    for at in order.tolist():
        seed = {ones[at], others[at]}
        if pairs.clear[at] < clear or seed & taken:
            continue
        for each in sorted(set(friends[ones[at]]) | set(friends[others[at]])):
            if each not in taken and sum(each in friends[one] for one in seed) * 2 > len(seed):
                seed.add(each)
        taken |= seed
        least = min(
            beyond for one in seed for other, beyond in friends[one].items() if other in seed
        )
        new.append(Group(tuple(sorted(seed)), least, float(pairs.clear[at])))
    return new


def _pairs(task: Ints, person: Ints, label: Ints, weight: Floats) -> _Pairs:
    """Pairs that agree beyond chance, enough and clearly."""
    people, labels = int(person.max(initial=0)) + 1, int(label.max(initial=0)) + 1
    tasks = int(task.max(initial=-1)) + 1
    code = task.astype(np.int64) * labels + label
    votes: Floats = np.bincount(code, weight, minlength=tasks * labels).astype(np.float64)
    votes = votes.reshape(tasks, labels)
    habits = _habits(votes, task, person, label, weight, people)
    shifts = list(_neighbours(task))
    suspects = _suspects(shifts, votes, task, person, label, weight, people)
    sums = np.zeros((4, len(suspects)))  # micro-tasks, agreements, expected, variance
    if not len(suspects):
        nobody = np.zeros(0, np.int64)
        return _Pairs(nobody, nobody, np.zeros(0), np.zeros(0))
    for shift in shifts:
        first = np.flatnonzero(task[:-shift] == task[shift:])
        code = person[first].astype(np.int64) * people + person[first + shift]
        place = np.minimum(np.searchsorted(suspects, code), len(suspects) - 1)
        there = suspects[place] == code
        first, place = first[there], place[there]
        others, known = _others(votes, task, label, weight, first, first + shift)
        first, place, others = first[known], place[known], others[known]
        chance = (habits[person[first], others] * habits[person[first + shift], others]).sum(1)
        same = (label[first] == label[first + shift]).astype(float)
        for row, values in enumerate((None, same, chance, chance * (1 - chance))):
            sums[row] += np.bincount(place, values, minlength=len(suspects))
    count, agreed, expected, variance = sums
    beyond = (agreed - expected) / np.maximum(count - expected, 1e-9)
    clear = (agreed - expected) / np.sqrt(np.maximum(variance, 1e-9))
    kept = (count >= ENOUGH) & (count - expected >= POWER) & (beyond >= BEYOND) & (clear >= CLEAR)
    codes = suspects[kept]
    return _Pairs(codes // people, codes % people, beyond[kept], clear[kept])


def _neighbours(task: Ints) -> Sequence[int]:
    """Distances at which two answers of one micro-task stand, in answers sorted by it."""
    sizes = np.bincount(task) if len(task) else np.zeros(1, np.int64)
    return range(1, min(int(sizes.max()), NEIGHBOURS))


def _habits(
    votes: Floats, task: Ints, person: Ints, label: Ints, weight: Floats, people: int
) -> Floats:
    """P(this person says a label | what most others say): people × labels × labels."""
    labels = votes.shape[1]
    others = votes[task]
    others[np.arange(len(task)), label] -= weight
    most = others.argmax(1)
    code = (person.astype(np.int64) * labels + most) * labels + label
    own = np.bincount(code, minlength=people * labels * labels).reshape(people, labels, labels)
    everyone = own.sum(0) + 1e-9
    everyone /= everyone.sum(1, keepdims=True)
    return np.asarray((own + HABIT * everyone) / (own.sum(2, keepdims=True) + HABIT))


def _others(
    votes: Floats, task: Ints, label: Ints, weight: Floats, first: Ints, second: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """What most others say to the micro-tasks of pairs of answers, and whether they say it."""
    rest = votes[task[first]]
    places = np.arange(len(first))
    rest[places, label[first]] -= weight[first]
    rest[places, label[second]] -= weight[second]
    most = rest.argmax(1)
    top = rest[places, most]
    rest[places, most] = -1
    return most, (top > 1e-9) & (top > rest.max(1) + 1e-9)


def _suspects(
    shifts: Sequence[int],
    votes: Floats,
    task: Ints,
    person: Ints,
    label: Ints,
    weight: Floats,
    people: int,
) -> NDArray[np.int64]:
    """Codes of the pairs that deviate together from everyone else more than once: few."""
    codes = []
    for shift in shifts:
        first = np.flatnonzero((task[:-shift] == task[shift:]) & (label[:-shift] == label[shift:]))
        others, known = _others(votes, task, label, weight, first, first + shift)
        first = first[known & (others != label[first])]
        codes.append(person[first].astype(np.int64) * people + person[first + shift])
    if not codes:
        return np.zeros(0, np.int64)
    found, count = np.unique(np.concatenate(codes), return_counts=True)
    return np.asarray(found[count >= TOGETHER])
