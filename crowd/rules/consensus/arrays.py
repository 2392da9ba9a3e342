"""The model over whole arrays: every answer to a closed question at once, for the nightly rule.

Same formulas as `model`, same constants. All micro-tasks are believed anew from the sums of the
sweep before (each without its own contribution), then the sums are made anew: the result does not
depend on the order of the answers. It starts from leave-one-out majorities, never from what was
believed the day before.
"""

from dataclasses import dataclass, replace

import numpy as np

from crowd.rules.consensus.answers import Answers, Floats, votes_of
from crowd.rules.consensus.dependence import groups, strengths
from crowd.rules.consensus.evidence import Evidence
from crowd.rules.consensus.model import K
from crowd.rules.consensus.statistics import TINY
from crowd.rules.consensus.sums import Sums

__all__ = ["Answers", "Beliefs", "estimate", "independent"]

SWEEPS = 10


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
    sums, frequency = Sums(answers, votes), _Frequency(answers, votes)
    evidence = Evidence(sums)
    sure: Floats | None = None
    logs, prior = np.zeros_like(votes), votes
    for _ in range(sweeps):
        logs, prior = evidence.of(sure), frequency.prior()
        sure = _certain(answers, _shares(prior, logs, 1.0))
        sums.learn(sure)
        frequency.learn(sure)
    shown = _certain(answers, _shares(prior, logs, K.calibration))
    return Beliefs(votes.T if sure is None else sure.T, shown.T)


def _certain(answers: Answers, shares: Floats) -> Floats:
    """What is known to be right is certain."""
    if answers.truth is not None:
        known = np.flatnonzero(answers.truth >= 0)
        shares[:, known] = 0.0
        shares[answers.truth[known], known] = 1.0
    return shares


class _Frequency:
    """How frequent each label is, by what is believed of all micro-tasks."""

    def __init__(self, answers: Answers, votes: Floats) -> None:
        self.answers = answers
        heard = np.bincount(answers.task, minlength=answers.tasks) > 0
        total = np.add.reduce(votes)
        share = np.where(total > 0, K.anchor, 0.0)
        if answers.truth is not None:
            share[answers.truth >= 0] = 0.0
        top = votes == np.maximum.reduce(votes)
        majority = top / np.add.reduce(top, dtype=np.float64)  # shared by a tie
        self.anchored = majority * (share * heard)
        self.own_share = (1 - share) * heard
        self._count(votes / np.maximum(total, TINY) * heard)

    def learn(self, sure: Floats) -> None:
        """Count anew from what is believed: labels × micro-tasks."""
        weights = sure * self.own_share
        weights += self.anchored
        self._count(weights)

    def _count(self, weights: Floats) -> None:
        """Sums per label and atom, and what each micro-task has put in."""
        self.own, atom = weights, self.answers.atom
        if atom is None:
            self.per_atom = np.add.reduce(weights, axis=1, keepdims=True)
        else:
            atoms = int(atom.max(initial=0)) + 1
            self.per_atom = np.stack([np.bincount(atom, row, minlength=atoms) for row in weights])

    def prior(self) -> Floats:
        """How probable each label is before any vote, up to a factor for each micro-task.

        Each micro-task without its own part. The sums of how frequent all labels are together are
        the same for each of them, so they are left out.
        """
        even: Floats | float = 1 / self.answers.labels
        if self.per_atom.shape[1] > 1:
            others = np.add.reduce(self.per_atom, axis=1, keepdims=True) - self.own
            np.maximum(others, 0, out=others)
            even = (others + K.prior * even) / (np.add.reduce(others) + K.prior)
        here = self.per_atom if self.answers.atom is None else self.per_atom[:, self.answers.atom]
        seen = here - self.own
        np.maximum(seen, 0, out=seen)
        seen += K.prior * even
        return np.asarray(seen)


def _shares(prior: Floats, logs: Floats, power: float) -> Floats:
    """Bayes' rule: prior × likelihood to this power, as shares of each micro-task."""
    shares = logs - np.maximum.reduce(logs)
    if power != 1.0:
        shares *= power
    np.exp(shares, out=shares)
    shares *= prior
    shares /= np.add.reduce(shares)
    return np.asarray(shares)
