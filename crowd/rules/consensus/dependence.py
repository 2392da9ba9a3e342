"""Who answers as one: people who agree with each other far beyond what each of them would alone.

Two honest people agree because both are mostly right, and sometimes because a micro-task is hard
for everyone. Copies agree on everything, also where nobody else does. For each pair, agreement is
compared with what independence would give, each person's habits held fast: given what the others
say, how often this person says each label. On recorded crowds colluders stand at 1.0 and clear of
chance; honest pairs who agree so much have too little in common for it to be clear.
"""

from collections.abc import Iterator, Sequence
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
    said = _Said(task, person, label, weight)
    suspects = _suspects(said)
    if not len(suspects):
        nobody = np.zeros(0, np.int64)
        return _Pairs(nobody, nobody, np.zeros(0), np.zeros(0))
    sums = np.zeros((4, len(suspects)))  # micro-tasks, agreements, expected, variance
    habits, people = _habits(said), said.people
    for one, other in _beside(said, np.flatnonzero(_among(suspects, said))):
        code = person[one].astype(np.int64) * people + person[other]
        place = np.minimum(np.searchsorted(suspects, code), len(suspects) - 1)
        others, known = _others(said, one, other)
        known &= suspects[place] == code
        first, second, place, others = (each[known] for each in (one, other, place, others))
        chance = (habits[person[first], others] * habits[person[second], others]).sum(1)
        same = (label[first] == label[second]).astype(float)
        for row, values in enumerate((None, same, chance, chance * (1 - chance))):
            sums[row] += np.bincount(place, values, minlength=len(suspects))
    count, agreed, expected, variance = sums
    beyond = (agreed - expected) / np.maximum(count - expected, 1e-9)
    clear = (agreed - expected) / np.sqrt(np.maximum(variance, 1e-9))
    kept = (count >= ENOUGH) & (count - expected >= POWER) & (beyond >= BEYOND) & (clear >= CLEAR)
    codes = suspects[kept]
    return _Pairs(codes // people, codes % people, beyond[kept], clear[kept])


class _Said:
    """What was said, and of each micro-task which labels most said.

    Attributes:
        votes: labels × micro-tasks, in one row; place: of each answer, where its own is in it.
        besides: for each of these, the most votes of any other label; runner_up: the second most
            of those; other: which label has the most (the lower one, of a tie).
    """

    def __init__(self, task: Ints, person: Ints, label: Ints, weight: Floats) -> None:
        self.task, self.person, self.label, self.weight = task, person, label, weight
        self.people, self.labels = int(person.max(initial=0)) + 1, int(label.max(initial=0)) + 1
        self.tasks = int(task.max(initial=-1)) + 1
        self.place = label.astype(np.int64) * self.tasks + task
        votes = np.bincount(self.place, weight, minlength=self.tasks * self.labels)
        self.votes: Floats = votes.astype(np.float64)
        self._compare(self.votes.reshape(self.labels, self.tasks))

    def _compare(self, votes: Floats) -> None:
        one, two, three = np.full((3, self.tasks), -1.0)
        first, second = np.zeros((2, self.tasks), np.int32)
        for label, row in enumerate(votes):
            above_one, above_two = row > one, row > two
            three = np.where(above_two, two, np.maximum(row, three))
            two = np.where(above_one, one, np.maximum(row, two))
            second = np.where(above_one, first, np.where(above_two, label, second))
            one, first = np.maximum(row, one), np.where(above_one, label, first)
        labels = np.arange(self.labels)[:, None]
        is_first = first == labels
        self.besides = np.where(is_first, two, one).ravel()
        self.runner_up = np.where(is_first | (second == labels), three, two).ravel()
        self.other = np.where(is_first, second, first).ravel()


def _beside(said: _Said, kept: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of these answers (places, rising) to one micro-task, the nearest neighbours first."""
    task = said.task[kept]
    sizes = np.bincount(task) if len(task) else np.zeros(1, np.int64)
    for shift in range(1, min(int(sizes.max()), NEIGHBOURS)):
        here = np.flatnonzero(task[:-shift] == task[shift:])
        first, second = kept[here], kept[here + shift]
        near = second - first < NEIGHBOURS
        yield first[near], second[near]


def _among(suspects: Ints, said: _Said) -> NDArray[np.bool_]:
    """Of each answer whether its person is one of a pair of suspects."""
    there = np.zeros(said.people, bool)
    there[suspects // said.people] = there[suspects % said.people] = True
    return np.asarray(there[said.person])


def _habits(said: _Said) -> Floats:
    """P(this person says a label | what most others say): people × labels × labels."""
    labels, people = said.labels, said.people
    other, besides = said.other.take(said.place), said.besides.take(said.place)
    own = said.votes.take(said.place) - said.weight
    is_own = (own > besides) | ((own == besides) & (said.label < other))
    most = np.where(is_own, said.label, other)
    code = (said.person.astype(np.int64) * labels + most) * labels + said.label
    counts = np.bincount(code, minlength=people * labels * labels).reshape(people, labels, labels)
    everyone = counts.sum(0) + 1e-9
    everyone /= everyone.sum(1, keepdims=True)
    return np.asarray((counts + HABIT * everyone) / (counts.sum(2, keepdims=True) + HABIT))


def _others(said: _Said, first: Ints, second: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """What most others say to the micro-tasks of pairs of answers, and whether they say it."""
    rest = said.votes.reshape(said.labels, said.tasks).T[said.task[first]]
    places = np.arange(len(first))
    rest[places, said.label[first]] -= said.weight[first]
    rest[places, said.label[second]] -= said.weight[second]
    most = rest.argmax(1)
    top = rest[places, most]
    rest[places, most] = -1
    return most, (top > 1e-9) & (top > rest.max(1, initial=-1.0) + 1e-9)


def _suspects(said: _Said) -> NDArray[np.int64]:
    """Codes of the pairs that deviate together from everyone else more than once: few.

    Two who say the same deviate where most others say one other thing. Of most answers it shows
    at once that no pair of them can.
    """
    is_alone = (said.besides > 1e-9) & (said.besides > said.runner_up + 1e-9)
    most = 2 * float(said.weight.max(initial=0.0))  # what two can take away
    could = is_alone & (said.besides > said.votes - most)
    codes = []
    for one, other in _beside(said, np.flatnonzero(could.take(said.place))):
        place = said.place[one]
        left = said.votes[place] - said.weight[one] - said.weight[other]
        deviate = (said.label[one] == said.label[other]) & (said.besides[place] > left + 1e-9)
        first, second = one[deviate], other[deviate]
        codes.append(said.person[first].astype(np.int64) * said.people + said.person[second])
    if not codes:
        return np.zeros(0, np.int64)
    found, count = np.unique(np.concatenate(codes), return_counts=True)
    return np.asarray(found[count >= TOGETHER])
