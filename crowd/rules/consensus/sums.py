"""The sums of the nightly rule over arrays: of everyone, each person, each (person, said label).

Sums of counts are kept per (person, said label) that occurs, not per person and confusion, so that
passers-by cost what they said and no more. All tables have one row per label, so that every step
runs along memory: that is several times as fast in NumPy as one row per micro-task.
"""

import numpy as np

from crowd.rules.consensus.answers import Answers, Floats, Ints, sorted_by
from crowd.rules.consensus.model import K
from crowd.rules.consensus.statistics import TINY


class Sums:
    """The sums of one sweep, and what they are made of.

    Attributes:
        votes: labels × micro-tasks: how much was said.
        rest: of each answer, how much others said to its micro-task.
        share: of each answer, how much of its lesson is what those others said.
        pair: of each answer, which (person, said label) it is; who, what: the two of each.
        cells: labels × pairs: how often this person said this, by what was right.
        rows: labels × people: how often they said anything, by what was right.
        right: of each person, how often they were.
        usual: everyone's accuracy; confusion: everyone's, right label × said label.
    """

    def __init__(self, answers: Answers, votes: Floats) -> None:
        self.answers, self.votes = answers, votes
        self.pair, self.who, self.what = _pairs(answers)
        by_pair = sorted_by(self.pair)
        sizes = np.bincount(self.pair, minlength=len(self.who))
        self.starts = np.cumsum(sizes) - sizes
        self.task = answers.task[by_pair].astype(np.int64)
        self.rest, self.share = _shares(answers, votes)
        self.of_others = _of_one_value(self.share, by_pair)
        self.own_lessons = self._added(np.ones(len(by_pair)), 1 - self.of_others)
        first, self.anchored = self._by_counting(by_pair)
        self._close(first)

    def _by_counting(self, by_pair: Ints) -> tuple[Floats, Floats]:
        """Labels × pairs: what the others' votes say; and that, as much of it as always stays."""
        answers, rest = self.answers, self.rest[by_pair]
        factor = np.divide(1.0, rest, out=np.zeros_like(rest), where=rest > TINY)
        own = factor.copy() if answers.strength is None else factor * answers.strength[by_pair]
        counted = np.stack([self._added(row.take(self.task) * factor) for row in self.votes])
        said = self.what, np.arange(len(self.what))
        counted[said] -= self._added(own)
        if isinstance(self.of_others, float):
            return np.maximum(counted, 0.0), np.maximum(counted, 0.0) * self.of_others
        factor *= self.of_others
        own *= self.of_others
        anchored = np.stack([self._added(row.take(self.task) * factor) for row in self.votes])
        anchored[said] -= self._added(own)
        return np.maximum(counted, 0.0), np.maximum(anchored, 0.0)

    def _added(self, amounts: Floats, share: Floats | float = 1.0) -> Floats:
        """Per pair, the sum of a share of these amounts; given in the order of pairs."""
        if not len(self.starts):
            return np.zeros(0)
        if isinstance(share, float):
            return np.add.reduceat(amounts, self.starts) * share
        return np.add.reduceat(amounts * share, self.starts)

    def learn(self, sure: Floats) -> None:
        """Make all sums anew from what is believed: labels × micro-tasks.

        What is believed adds up to one, so the last label is what the others leave.
        """
        cells, left = np.empty_like(self.anchored), self.own_lessons
        for row, here in zip(sure[:-1], cells[:-1], strict=True):
            here[:] = self._added(row.take(self.task), 1 - self.of_others)
            left = left - here
        cells[-1] = np.maximum(left, 0.0)
        cells += self.anchored
        self._close(cells)

    def _close(self, cells: Floats) -> None:
        """Each person's and everyone's sums, of those of each (person, said label)."""
        labels, people = self.answers.labels, self.answers.people
        self.cells = cells
        rows = [np.bincount(self.who, row, minlength=people) for row in cells]
        self.rows = np.asarray(np.stack(rows), np.float64)
        own = cells[self.what, np.arange(len(self.what))]
        self.right = np.asarray(np.bincount(self.who, own, minlength=people), np.float64)
        everyone = np.stack([np.bincount(self.what, row, minlength=labels) for row in cells])
        usual = (np.trace(everyone) + K.accuracy * K.crowd) / (everyone.sum() + K.crowd)
        even = np.full((labels, labels), (1 - usual) / max(1, labels - 1))
        np.fill_diagonal(even, usual)
        held = (everyone + K.everyone * even) / (everyone.sum(1, keepdims=True) + K.everyone)
        self.usual = float(usual)
        self.confusion: Floats = (1 - K.even) * held + K.even * even


def _pairs(answers: Answers) -> tuple[Ints, Ints, Ints]:
    """Answer → which (person, label) it is; and the two of each."""
    code = answers.person.astype(np.int64) * answers.labels + answers.label
    if answers.people * answers.labels <= 4 * len(code) + 1000:
        there = np.flatnonzero(np.bincount(code, minlength=answers.people * answers.labels))
        place = np.zeros(answers.people * answers.labels, np.int64)
        place[there] = np.arange(len(there))
        pair = place[code]
    else:
        there, pair = np.unique(code, return_inverse=True)
    return pair, there // answers.labels, there % answers.labels


def _of_one_value(shares: Floats, order: Ints) -> Floats | float:
    """These in this order, or the one value they all have: nearly always so, and much faster."""
    same = len(shares) and shares.min() == shares.max()
    return float(shares[0]) if same else shares[order]


def _shares(answers: Answers, votes: Floats) -> tuple[Floats, Floats]:
    """Of each answer: how much the others said, and which share of its lesson is their votes."""
    own = 1.0 if answers.strength is None else answers.strength
    rest = np.add.reduce(votes)[answers.task] - own
    share = np.where(rest > TINY, K.anchor, 0.0)
    if answers.truth is not None:
        share = np.where(answers.truth[answers.task] >= 0, 0.0, share)
    return rest, share
