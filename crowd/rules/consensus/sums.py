"""The sums of the nightly rule over arrays: of everyone, each person, each (person, said label).

Sums of counts are kept per (person, said label) that occurs, not per person and confusion, so that
passers-by cost what they said and no more.
"""

import numpy as np

from crowd.rules.consensus.answers import Answers, Floats, Ints, sums_of_rows
from crowd.rules.consensus.model import K
from crowd.rules.consensus.statistics import TINY

BUSY = 50  # answers of a person, of which one moves the sums too little to be taken out each time


class Sums:
    """The sums of one sweep, and the plan by which they are made."""

    def __init__(self, answers: Answers, votes: Floats) -> None:
        self.answers, self.votes = answers, votes
        self.pair, self.who, self.what = _pairs(answers)
        self.by_pair = np.argsort(self.pair, kind="stable")
        self.starts = np.searchsorted(self.pair[self.by_pair], np.arange(len(self.who)))
        self.task = answers.task[self.by_pair]
        rest, self.share = _shares(answers, votes)
        others = self._by_counting(rest)
        share = self.share[self.by_pair]
        self.anchored = self._added(others * share[:, None])
        self.own_share: Floats | float = 1 - share[:, None]
        if len(share) and share.min() == share.max():
            self.own_share = float(1 - share[0])
        self._close(self._added(others))

    def _by_counting(self, rest: Floats) -> Floats:
        """What the others' votes say of each answer's person, in the order of pairs."""
        answers = self.answers
        others = np.take(self.votes, self.task, axis=0)
        own = 1.0 if answers.strength is None else answers.strength[self.by_pair]
        others[np.arange(len(others)), answers.label[self.by_pair]] -= own
        rest = rest[self.by_pair]
        others *= np.divide(1.0, rest, out=np.zeros_like(rest), where=rest > TINY)[:, None]
        return np.asarray(others)

    def _added(self, amounts: Floats) -> Floats:
        if not len(self.starts):
            return np.zeros((0, self.answers.labels))
        return np.asarray(np.add.reduceat(amounts, self.starts, axis=0))

    def learn(self, sure: Floats) -> None:
        """Make all sums anew from what is believed."""
        amounts = np.take(sure, self.task, axis=0)
        amounts *= self.own_share
        self._close(self._added(amounts) + self.anchored)

    def _close(self, cells: Floats) -> None:
        """Each person's and everyone's sums, of those of each (person, said label)."""
        labels = self.answers.labels
        self.cells = cells
        self.rows = np.stack([self._of_people(column) for column in cells.T], axis=1)
        own = cells[np.arange(len(self.what)), self.what]
        self.right = self._of_people(own)
        self.everyone = np.stack(
            [np.bincount(self.what, column, minlength=labels) for column in cells.T]
        )
        total = self.everyone.sum()
        usual = (np.trace(self.everyone) + K.accuracy * K.crowd) / (total + K.crowd)
        even = np.full((labels, labels), (1 - usual) / max(1, labels - 1))
        np.fill_diagonal(even, usual)
        rows = self.everyone.sum(1, keepdims=True)
        held = (self.everyone + K.everyone * even) / (rows + K.everyone)
        self.usual = float(usual)
        self.confusion = (1 - K.even) * held + K.even * even

    def _of_people(self, column: Floats) -> Floats:
        sums = np.bincount(self.who, column, minlength=self.answers.people)
        return np.asarray(sums, np.float64)


class Plan:
    """How evidence is added up: by table for people who answer a lot, one by one for the others."""

    def __init__(self, answers: Answers, pair: Ints) -> None:
        given = np.bincount(answers.person, minlength=answers.people)
        busy = given[answers.person] >= BUSY
        self.few = np.flatnonzero(~busy)
        often = np.flatnonzero(busy)
        counts = np.bincount(answers.task[often], minlength=answers.tasks)
        begins = np.concatenate(([0], np.cumsum(counts)))[:-1]
        self.blocks = []
        for count in np.unique(counts[counts > 0]).tolist():
            tasks = np.flatnonzero(counts == count)
            places = often[begins[tasks] + np.arange(count)[:, None]]  # count × tasks
            strength = None if answers.strength is None else answers.strength[places]
            self.blocks.append((tasks, pair[places], strength))


def _pairs(answers: Answers) -> tuple[Ints, Ints, Ints]:
    """Answer → which (person, label) it is; and the two of each."""
    code = answers.person.astype(np.int64) * answers.labels + answers.label
    if answers.people * answers.labels <= 4 * len(code) + 1000:
        there = np.flatnonzero(np.bincount(code, minlength=answers.people * answers.labels))
        place = np.zeros(answers.people * answers.labels, np.int32)
        place[there] = np.arange(len(there), dtype=np.int32)
        pair = place[code]
    else:
        there, pair = np.unique(code, return_inverse=True)
    return pair.astype(np.int32), there // answers.labels, there % answers.labels


def _shares(answers: Answers, votes: Floats) -> tuple[Floats, Floats]:
    """Of each answer: how much the others said, and which share of its lesson is their votes."""
    own = 1.0 if answers.strength is None else answers.strength
    rest = sums_of_rows(votes)[answers.task] - own
    share = np.where(rest > TINY, K.anchor, 0.0)
    if answers.truth is not None:
        share = np.where(answers.truth[answers.task] >= 0, 0.0, share)
    return rest, share
