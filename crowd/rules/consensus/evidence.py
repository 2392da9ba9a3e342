"""The evidence of the nightly rule: for every micro-task, how probable what was said is.

People who answer a lot are read from a table, one entry per (person, said label): their own one
answer moves their sums too little to be taken out. The others' answers are taken one by one.
All tables have one row per label, as in `sums`.
"""

from collections.abc import Iterator

import numpy as np

from crowd.rules.consensus.answers import Floats, Ints, sorted_by
from crowd.rules.consensus.model import EDGE, LEAST, K
from crowd.rules.consensus.statistics import TINY
from crowd.rules.consensus.sums import Sums

BUSY = 50  # answers of a person, of which one moves the sums too little to be taken out each time
CHUNK = 1 << 13  # answers believed at a time: their arrays stay in the processor's cache


class Evidence:
    """How evidence is added up, planned once for all sweeps."""

    def __init__(self, sums: Sums) -> None:
        answers, self.sums = sums.answers, sums
        given = np.bincount(answers.person, minlength=answers.people)
        busy = given[answers.person] >= BUSY
        self.few = np.flatnonzero(~busy)
        often = np.flatnonzero(busy)
        counts = np.bincount(answers.task[often], minlength=answers.tasks)
        begins = np.concatenate(([0], np.cumsum(counts)))[:-1]
        self.order = sorted_by(counts)  # micro-tasks with as many such answers side by side
        self.blocks: list[tuple[int, int, Ints, Floats | None]] = []
        ends = np.cumsum(np.bincount(counts)).tolist() if len(counts) else []
        for count, end in enumerate(ends):
            start = ends[count - 1] if count else 0
            if not count or start == end:
                continue
            places = often[begins[self.order[start:end]] + np.arange(count)[:, None]]
            strength = None if answers.strength is None else answers.strength[places]
            self.blocks.append((start, end, sums.pair[places], strength))  # count × tasks

    def of(self, before: Floats | None) -> Floats:
        """Labels × micro-tasks: log-likelihood of all that was said, against that of label 0.

        Args:
            before: what was believed when the sums were made; None: they are of counted votes.
        """
        sums, answers = self.sums, self.sums.answers
        rows, right = sums.rows.take(sums.who, axis=1), sums.right.take(sums.who)
        table = _log_chances(sums, sums.cells, rows, right, sums.what)
        evidence = np.zeros((answers.labels, answers.tasks))
        for logs, here in zip(table[1:], evidence[1:], strict=True):
            here[self.order] = self._often(logs - table[0])
        for part in self._parts():
            task = answers.task[part]
            begins = np.flatnonzero(np.diff(task, prepend=-1))
            logs = _of_few(sums, before, part)
            evidence[1:, task[begins]] += np.add.reduceat(logs[1:] - logs[0], begins, axis=1)
        if answers.against is not None:
            evidence += answers.against
        return evidence

    def _often(self, logs: Floats) -> Floats:
        """What people who answer a lot say for one label, in this plan's order."""
        total = np.zeros(self.sums.answers.tasks)
        for start, end, pairs, strength in self.blocks:
            here = total[start:end]
            for place, column in enumerate(pairs):
                said = logs.take(column)
                here += said if strength is None else said * strength[place]
        return total

    def _parts(self) -> Iterator[Ints]:
        for first in range(0, len(self.few), CHUNK):
            yield self.few[first : first + CHUNK]


def _of_few(sums: Sums, before: Floats | None, part: Ints) -> Floats:
    """Log-likelihoods of these answers, each without what it has itself put into the sums."""
    answers = sums.answers
    task, person, pair = answers.task[part], answers.person[part], sums.pair[part]
    said, rest, share = answers.label[part], sums.rest[part], sums.share[part]
    strength = None if answers.strength is None else answers.strength[part]
    heard = rest > TINY
    factor = np.divide(1.0, rest, out=np.ones_like(rest), where=heard)
    factor *= heard if before is None else share
    places = np.arange(len(part))
    own = sums.votes.take(task, axis=1)
    own[said, places] -= 1.0 if strength is None else strength
    own *= factor
    if before is not None:
        own += before.take(task, axis=1) * (1 - share)
    right = np.maximum(sums.right.take(person) - own[said, places], 0.0)
    cells, rows = sums.cells.take(pair, axis=1), sums.rows.take(person, axis=1)
    cells -= own
    rows -= own
    np.maximum(cells, 0.0, out=cells)
    np.maximum(rows, 0.0, out=rows)
    logs = _log_chances(sums, cells, rows, right, said)
    if strength is not None:
        logs *= strength
    return logs


def _log_chances(sums: Sums, cells: Floats, rows: Floats, right: Floats, said: Ints) -> Floats:
    """log P(said | right): `model.Crowd`, for many at once; labels × how many.

    Args:
        cells: of each, how often this person said this, by what was right.
        rows: how often this person said anything, by what was right; right: how often they were.
        said: the label.
    """
    usual, diagonal = sums.usual, np.diag(sums.confusion)
    inside = np.clip(diagonal, EDGE, 1 - EDGE)
    size = np.add.reduce(rows) + K.person
    own = np.clip((right + K.person * usual) / size, EDGE, 1 - EDGE)
    others = np.clip((diagonal @ rows + K.person * usual) / size, EDGE, 1 - EDGE)
    tilt = own / (1 - own) * (1 - others) / others
    odds = np.multiply.outer(inside / (1 - inside), tilt)
    # Errors are shared out as everyone's are, in what accuracy leaves: error / (1 + odds).
    chances = (K.confusion * sums.confusion / (1 - inside)[:, None]).take(said, axis=1)
    places = np.arange(len(said))
    chances[said, places] = K.confusion * odds[said, places]
    odds += 1
    chances /= odds
    chances += cells
    rows += K.confusion  # nobody needs them any more
    chances /= rows
    np.maximum(chances, LEAST, out=chances)
    return np.asarray(np.log(chances, out=chances))
