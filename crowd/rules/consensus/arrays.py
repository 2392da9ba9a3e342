"""The model over whole arrays: every answer to a closed question at once, for the nightly rule.

Same formulas as `model`, same constants. All micro-tasks are believed anew from the sums of the
sweep before (each without its own contribution), then the sums are made anew: the result does not
depend on the order of the answers. It starts from leave-one-out majorities, never from what was
believed the day before.
"""

from dataclasses import dataclass, replace

import numpy as np

from crowd.rules.consensus.answers import Answers, Floats, Ints, sums_of_rows, votes_of
from crowd.rules.consensus.dependence import groups, strengths
from crowd.rules.consensus.model import EDGE, LEAST, K
from crowd.rules.consensus.statistics import TINY
from crowd.rules.consensus.sums import Plan, Sums

__all__ = ["Answers", "Beliefs", "estimate", "independent"]

SWEEPS = 10
CHUNK = 1 << 16  # answers believed at a time: their arrays stay in the processor's cache


@dataclass(frozen=True)
class Beliefs:
    """What is believed: one row per micro-task, one column per label.

    Attributes:
        sure: the model's probabilities; probability: the calibrated ones.
    """

    sure: Floats
    probability: Floats


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
    votes = votes_of(answers)
    sums = Sums(answers, votes)
    plan = Plan(answers, sums.pair)
    frequent = _frequent(answers, votes / np.maximum(sums_of_rows(votes), TINY)[:, None])
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


def _anchored(sure: Floats, counted: tuple[Floats, Floats]) -> Floats:
    """What each micro-task says of what is frequent."""
    majority, share = counted
    return np.asarray((1 - share) * sure + share * majority)


def _majority(answers: Answers, votes: Floats) -> tuple[Floats, Floats]:
    """The majority of each micro-task, shared by a tie; and what share of its lesson it is."""
    top = votes == np.maximum.reduce(votes.T)[:, None]
    majority = top / sums_of_rows(top.astype(np.float64))[:, None]
    share = np.where(sums_of_rows(votes) > 0, K.anchor, 0.0)
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
    return np.asarray(np.log((seen + K.prior * even) / (sums_of_rows(seen) + K.prior)[:, None]))


def _evidence(sums: Sums, plan: Plan, before: Floats | None) -> Floats:
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


def _of_few(sums: Sums, before: Floats | None, part: Ints) -> Floats:
    """Log-likelihoods of these answers, each without what it has itself put into the sums."""
    answers = sums.answers
    task, person, said = answers.task[part], answers.person[part], answers.label[part]
    places = np.arange(len(task))
    own = sums.votes[task]
    own[places, said] -= 1.0 if answers.strength is None else answers.strength[part]
    rest = sums_of_rows(own)
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


def _log_chances(sums: Sums, cells: Floats, rows: Floats, right: Floats, said: Ints) -> Floats:
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
    size = sums_of_rows(rows) + K.person
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
    logs /= sums_of_rows(logs)[:, None]
    return logs
