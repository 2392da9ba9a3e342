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
    """The sums of one sweep."""

    def __init__(self, answers: Answers, pair: Ints, who: Ints, what: Ints) -> None:
        self.answers, self.pair, self.who, self.what = answers, pair, who, what
        self.cells = np.zeros((len(who), answers.labels))  # (person, said) × right label
        self.rows = np.zeros((answers.people, answers.labels))  # person × right label

    def put(self, right: int, amounts: Floats) -> None:
        """Set the counts of one right label from the amount of each answer."""
        cells = np.bincount(self.pair, amounts, minlength=len(self.who))
        self.cells[:, right] = cells
        self.rows[:, right] = np.bincount(self.who, cells, minlength=self.answers.people)

    def close(self) -> None:
        """Make everyone's sums of each person's."""
        labels = self.answers.labels
        own = self.cells[np.arange(len(self.what)), self.what]
        self.right = np.bincount(self.who, own, minlength=self.answers.people)
        self.everyone = np.stack(
            [
                np.bincount(self.what, self.cells[:, right], minlength=labels)
                for right in range(labels)
            ]
        )
        total = self.everyone.sum()
        usual = (np.trace(self.everyone) + K.accuracy * K.crowd) / (total + K.crowd)
        even = np.full((labels, labels), (1 - usual) / max(1, labels - 1))
        np.fill_diagonal(even, usual)
        rows = self.everyone.sum(1, keepdims=True)
        held = (self.everyone + K.everyone * even) / (rows + K.everyone)
        self.usual = float(usual)
        self.confusion = (1 - K.even) * held + K.even * even


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
    pair, who, what = _pairs(answers)
    votes = _votes(answers)
    starts = np.searchsorted(answers.task, np.arange(answers.tasks + 1))
    sums = _Sums(answers, pair, who, what)
    _learn(sums, votes, None)
    frequent = _frequent(answers, votes / np.maximum(votes.sum(1, keepdims=True), 1))
    sure = probability = np.zeros_like(votes)
    for sweep in range(sweeps):
        before = None if sweep == 0 else sure
        sure, probability = _believe(sums, votes, before, starts, _prior(answers, frequent))
        _learn(sums, votes, sure)
        frequent = _frequent(answers, _anchored(sure, votes, answers))
    return Beliefs(sure, probability)


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


def _amounts(answers: Answers, votes: Floats, sure: Floats | None, right: int) -> Floats:
    """How much each answer says of its person where `right` is right."""
    weight = 1.0 if answers.strength is None else answers.strength
    rest = votes.sum(1)[answers.task] - weight
    heard = rest > TINY
    others = votes[answers.task, right] - weight * (answers.label == right)
    others /= np.where(heard, rest, 1.0)
    if sure is None:
        return np.asarray(others * heard)
    share = np.where(heard, K.anchor, 0.0)
    if answers.truth is not None:
        share = np.where(answers.truth[answers.task] >= 0, 0.0, share)
    return np.asarray((1 - share) * sure[answers.task, right] + share * others)


def _learn(sums: _Sums, votes: Floats, sure: Floats | None) -> None:
    for right in range(sums.answers.labels):
        sums.put(right, _amounts(sums.answers, votes, sure, right))
    sums.close()


def _anchored(sure: Floats, votes: Floats, answers: Answers) -> Floats:
    """What each micro-task says of what is frequent."""
    top = (votes == votes.max(1, keepdims=True)) & (votes.sum(1, keepdims=True) > 0)
    majority = top / np.maximum(top.sum(1, keepdims=True), 1)
    share = np.where(top.any(1), K.anchor, 0.0)
    if answers.truth is not None:
        share = np.where(answers.truth >= 0, 0.0, share)
    return np.asarray((1 - share)[:, None] * sure + share[:, None] * majority)


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
    return np.asarray(np.log((seen + K.prior * even) / (seen.sum(1, keepdims=True) + K.prior)))


def _believe(
    sums: _Sums, votes: Floats, before: Floats | None, starts: Ints, prior: Floats
) -> tuple[Floats, Floats]:
    answers = sums.answers
    evidence = np.zeros((answers.tasks, answers.labels))
    first = 0
    while first < answers.tasks:
        last = int(np.searchsorted(starts, starts[first] + CHUNK, side="right")) - 1
        last = min(max(last, first + 1), answers.tasks)
        part = slice(int(starts[first]), int(starts[last]))
        logs = _log_likelihoods(sums, votes, before, part)
        heard = np.flatnonzero(np.diff(starts[first : last + 1]))
        if len(heard):
            begins = starts[first:last][heard] - starts[first]
            evidence[first + heard] = np.add.reduceat(logs, begins, axis=0)
        first = last
    sure, probability = _softmax(prior + evidence), _softmax(prior + K.calibration * evidence)
    if answers.truth is not None:
        known = np.flatnonzero(answers.truth >= 0)
        for each in (sure, probability):
            each[known] = 0.0
            each[known, answers.truth[known]] = 1.0
    return sure, probability


def _log_likelihoods(sums: _Sums, votes: Floats, before: Floats | None, part: slice) -> Floats:
    """log P(said | right) of these answers × right labels: `model.likelihoods`, all at once."""
    answers, labels = sums.answers, sums.answers.labels
    task, person, said = answers.task[part], answers.person[part], answers.label[part]
    places = np.arange(len(task))
    own = votes[task]  # what this answer itself had put in
    own[places, said] -= 1.0 if answers.strength is None else answers.strength[part]
    rest = own.sum(1)
    heard = rest > TINY
    own /= np.where(heard, rest, 1.0)[:, None]
    if before is None:
        own *= heard[:, None]
    else:
        share = np.where(heard, K.anchor, 0.0)
        if answers.truth is not None:
            share = np.where(answers.truth[task] >= 0, 0.0, share)
        own *= share[:, None]
        own += (1 - share)[:, None] * before[task]
    cells = np.maximum(sums.cells[sums.pair[part]] - own, 0.0)
    rows = np.maximum(sums.rows[person] - own, 0.0)
    usual = sums.usual
    diagonal = np.clip(np.diag(sums.confusion), EDGE, 1 - EDGE)
    right = np.maximum(sums.right[person] - own[places, said], 0.0)
    size = rows.sum(1) + K.person
    mine = np.clip((right + K.person * usual) / size, EDGE, 1 - EDGE)
    expected = np.clip((rows @ np.diag(sums.confusion) + K.person * usual) / size, EDGE, 1 - EDGE)
    tilt = (mine / (1 - mine)) / (expected / (1 - expected))
    odds = (diagonal / (1 - diagonal))[None, :] * tilt[:, None]
    tilted = odds / (1 + odds)
    # Errors shrink as accuracy grows: everyone's, times (1 − tilted) / (1 − everyone's accuracy).
    errors = (sums.confusion / (1 - diagonal)[:, None]).T[said]
    chance = errors * (1 - tilted)
    chance[places, said] = tilted[places, said]
    chance *= K.confusion
    chance += cells
    rows += K.confusion
    chance /= rows
    np.maximum(chance, LEAST, out=chance)
    np.log(chance, out=chance)
    if answers.strength is not None:
        chance *= answers.strength[part][:, None]
    return np.asarray(chance[:, :labels])


def _softmax(logs: Floats) -> Floats:
    logs = logs - logs.max(1, keepdims=True)
    np.exp(logs, out=logs)
    logs /= logs.sum(1, keepdims=True)
    return logs
