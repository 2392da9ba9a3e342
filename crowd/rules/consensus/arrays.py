"""The model over whole arrays: every answer to a closed question at once, for the nightly rule.

Same formulas as `model`, same constants. All micro-tasks are believed anew from the sums of the
sweep before (each without its own contribution), then the sums are made anew: the result does not
depend on the order of the answers. It starts from leave-one-out majorities, never from what was
believed the day before.

Sums of counts are kept per (person, said label) that occurs, not per person and confusion, so that
passers-by cost what they said and no more.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from crowd.rules.consensus.dependence import groups, strengths
from crowd.rules.consensus.model import EDGE, LEAST, K
from crowd.rules.consensus.statistics import TINY

Ints = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]

SWEEPS = 10
CHUNK = 1 << 16  # answers believed at a time: their arrays stay in the processor's cache
BUSY = 50  # answers of a person, of which one moves the sums too little to be taken out each time


@dataclass(frozen=True)
class Answers:
    """Answers to one closed question, as whole numbers from 0, sorted by micro-task.

    Attributes:
        task, person, label: of each answer.
        strength: how much each counts (see `items.Item`), or None for 1 each.
        tasks, people, labels: how many there are of each.
        atom: of each micro-task, where a question has several items a micro-task; else None.
        truth: of each micro-task the label known to be right, or −1; or None.
    """

    task: Ints
    person: Ints
    label: Ints
    tasks: int
    people: int
    labels: int
    strength: Floats | None = None
    atom: Ints | None = None
    truth: Ints | None = None

    @classmethod
    def of(cls, task: Ints, person: Ints, label: Ints, **known: object) -> "Answers":
        """Sort answers that come in any order (stable: same answers, same sums)."""
        order = np.lexsort((label, person, task))
        strength = known.pop("strength", None)
        if isinstance(strength, np.ndarray):
            known["strength"] = strength[order]
        return cls(
            task=task[order].astype(np.int32),
            person=person[order].astype(np.int32),
            label=label[order].astype(np.int32),
            **{  # type: ignore[arg-type]
                "tasks": int(task.max(initial=-1)) + 1,
                "people": int(person.max(initial=-1)) + 1,
                "labels": int(label.max(initial=-1)) + 1,
                **known,
            },
        )


@dataclass(frozen=True)
class Beliefs:
    """What is believed: one row per micro-task, one column per label.

    Attributes:
        sure: the model's probabilities; probability: the calibrated ones.
    """

    sure: Floats
    probability: Floats


class _Sums:
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


class _Plan:
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


def independent(answers: Answers) -> Answers:
    """The same answers, those of people who answer as one counting as one person's."""
    found = groups(answers.task, answers.person, answers.label)
    if not found:
        return answers
    share = strengths(answers.task, answers.person, found)
    return replace(
        answers, strength=share * (1.0 if answers.strength is None else answers.strength)
    )


def estimate(answers: Answers, *, sweeps: int = SWEEPS) -> Beliefs:
    """Believe all micro-tasks of one question from all its answers.

    Time is linear in answers × labels × sweeps; memory in answers + (micro-tasks and said labels
    per person) × labels.
    """
    votes = _votes(answers)
    sums = _Sums(answers, votes)
    plan = _Plan(answers, sums.pair)
    frequent = _frequent(answers, votes / np.maximum(_sums_of_rows(votes), TINY)[:, None])
    counted = _majority(answers, votes)
    sure: Floats | None = None
    evidence = prior = votes
    for _ in range(sweeps):
        evidence, prior = _evidence(sums, plan, sure), _prior(answers, frequent)
        sure = _certain(answers, _softmax(prior + evidence))
        sums.learn(sure)
        frequent = _frequent(answers, _anchored(sure, counted))
    shown = _certain(answers, _softmax(prior + K.calibration * evidence))
    return Beliefs(votes if sure is None else sure, shown)


def _certain(answers: Answers, shares: Floats) -> Floats:
    """What is known to be right is certain."""
    if answers.truth is not None:
        known = np.flatnonzero(answers.truth >= 0)
        shares[known] = 0.0
        shares[known, answers.truth[known]] = 1.0
    return shares


def _votes(answers: Answers) -> Floats:
    """Micro-tasks × labels: how much was said."""
    columns = []
    for each in range(answers.labels):
        here = answers.label == each
        strength = None if answers.strength is None else answers.strength[here]
        columns.append(np.bincount(answers.task[here], strength, minlength=answers.tasks))
    return np.stack(columns, axis=1).astype(np.float64)


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
    rest = _sums_of_rows(votes)[answers.task] - own
    share = np.where(rest > TINY, K.anchor, 0.0)
    if answers.truth is not None:
        share = np.where(answers.truth[answers.task] >= 0, 0.0, share)
    return rest, share


def _anchored(sure: Floats, counted: tuple[Floats, Floats]) -> Floats:
    """What each micro-task says of what is frequent."""
    majority, share = counted
    return np.asarray((1 - share) * sure + share * majority)


def _majority(answers: Answers, votes: Floats) -> tuple[Floats, Floats]:
    """The majority of each micro-task, shared by a tie; and what share of its lesson it is."""
    top = votes == np.maximum.reduce(votes.T)[:, None]
    majority = top / _sums_of_rows(top.astype(np.float64))[:, None]
    share = np.where(_sums_of_rows(votes) > 0, K.anchor, 0.0)
    if answers.truth is not None:
        share = np.where(answers.truth >= 0, 0.0, share)
    return majority, share[:, None]


def _frequent(answers: Answers, weights: Floats) -> tuple[Floats, Floats]:
    """Micro-tasks expected per label: (atom × label sums, what each micro-task put in)."""
    heard = np.bincount(answers.task, minlength=answers.tasks) > 0
    weights = weights * heard[:, None]
    if answers.atom is None:
        return weights.sum(0, keepdims=True), weights
    atoms = int(answers.atom.max(initial=0)) + 1
    columns = [np.bincount(answers.atom, column, minlength=atoms) for column in weights.T]
    return np.stack(columns, axis=1), weights


def _prior(answers: Answers, frequent: tuple[Floats, Floats]) -> Floats:
    """Log-probability of each label before any vote, each micro-task without its own part."""
    per_atom, own = frequent
    even = np.full((1, answers.labels), 1 / answers.labels)
    if len(per_atom) > 1:
        total = np.maximum(per_atom.sum(0, keepdims=True) - own, 0)
        even = (total + K.prior * even) / (total.sum(1, keepdims=True) + K.prior)
    here = per_atom if answers.atom is None else per_atom[answers.atom]
    seen = np.maximum(here - own, 0)
    return np.asarray(np.log((seen + K.prior * even) / (_sums_of_rows(seen) + K.prior)[:, None]))


def _evidence(sums: _Sums, plan: _Plan, before: Floats | None) -> Floats:
    """Micro-tasks × labels: log-likelihood of all that was said."""
    answers = sums.answers
    evidence = np.zeros((answers.tasks, answers.labels))
    table = _log_chances(sums, sums.cells, sums.rows[sums.who], sums.right[sums.who], sums.what)
    for tasks, pairs, strength in plan.blocks:
        total = np.zeros((len(tasks), answers.labels))
        for place, column in enumerate(pairs):
            logs = np.take(table, column, axis=0)
            if strength is not None:
                logs *= strength[place][:, None]
            total += logs
        evidence[tasks] = total
    for first in range(0, len(plan.few), CHUNK):
        part = plan.few[first : first + CHUNK]
        logs = _of_few(sums, before, part)
        task = answers.task[part]
        begins = np.flatnonzero(np.diff(task, prepend=-1))
        evidence[task[begins]] += np.add.reduceat(logs, begins, axis=0)
    return evidence


def _of_few(sums: _Sums, before: Floats | None, part: Ints) -> Floats:
    """Log-likelihoods of these answers, each without what it has itself put into the sums."""
    answers = sums.answers
    task, person, said = answers.task[part], answers.person[part], answers.label[part]
    places = np.arange(len(task))
    own = sums.votes[task]
    own[places, said] -= 1.0 if answers.strength is None else answers.strength[part]
    rest = _sums_of_rows(own)
    heard = rest > TINY
    own /= np.where(heard, rest, 1.0)[:, None]
    if before is None:
        own *= heard[:, None]
    else:
        share = sums.share[part]
        own *= share[:, None]
        own += (1 - share)[:, None] * before[task]
    cells = np.maximum(sums.cells[sums.pair[part]] - own, 0.0)
    rows = np.maximum(sums.rows[person] - own, 0.0)
    right = np.maximum(sums.right[person] - own[places, said], 0.0)
    logs = _log_chances(sums, cells, rows, right, said)
    if answers.strength is not None:
        logs *= answers.strength[part][:, None]
    return logs


def _log_chances(sums: _Sums, cells: Floats, rows: Floats, right: Floats, said: Ints) -> Floats:
    """log P(said | right): `model.Crowd`, for many at once.

    Args:
        cells: of each, how often this person said this, by what was right.
        rows: how often this person said anything, by what was right; right: how often they were.
        said: the label.
    """
    places = np.arange(len(said))
    usual, confusion = sums.usual, sums.confusion
    diagonal = np.diag(confusion)
    inside = np.clip(diagonal, EDGE, 1 - EDGE)
    size = _sums_of_rows(rows) + K.person
    own = np.clip((right + K.person * usual) / size, EDGE, 1 - EDGE)
    others = np.clip((rows @ diagonal + K.person * usual) / size, EDGE, 1 - EDGE)
    tilt = own / (1 - own) * (1 - others) / others
    odds = (inside / (1 - inside))[None, :] * tilt[:, None]
    # Errors are shared out as everyone's are, in what accuracy leaves: error / (1 + odds).
    chance = (confusion / (1 - inside)[:, None]).T[said]
    chance[places, said] = odds[places, said]
    chance /= 1 + odds
    chance *= K.confusion
    chance += cells
    chance /= rows + K.confusion
    np.maximum(chance, LEAST, out=chance)
    return np.asarray(np.log(chance, out=chance))


def _softmax(logs: Floats) -> Floats:
    logs = logs - np.maximum.reduce(logs.T)[:, None]
    np.exp(logs, out=logs)
    logs /= _sums_of_rows(logs)[:, None]
    return logs


def _sums_of_rows(table: Floats) -> Floats:
    """Much faster for narrow tables than NumPy's own sum along them."""
    return np.asarray(table @ np.ones(table.shape[1]))
