"""Replaying answers in random order through the rule on line, and the figures of a replay."""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crowd.rules.consensus.live import Live
from crowd.rules.consensus.model import K
from crowd.rules.policy import Policy
from tests.bench.crowds import Crowd, Said, thinned

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Replay:
    """One replay of one crowd, over the tasks whose truth is known.

    Attributes:
        cost: answers asked per task.
        hits: 1 where right, 0 where wrong, a part of 1 where several are as likely.
        claims: the probability claimed for the likeliest.
        majority: the same as hits for the majority of five answers, in the same order.
    """

    cost: float
    hits: Floats
    claims: Floats
    majority: Floats


def replay(crowd: Crowd, seed: int, policy: Policy) -> Replay:
    """Ask in a random order, and nobody once a task is done."""
    return replays_by_power(crowd, seed, policy, [K.calibration])[K.calibration]


def replays_by_power(
    crowd: Crowd, seed: int, policy: Policy, powers: Sequence[float]
) -> dict[float, Replay]:
    """The same, with what is claimed under each of these calibrations: they decide nothing."""
    order = list(crowd.answers)
    random.Random(seed).shuffle(order)
    rule = Live(crowd.labels, policy)
    asked: dict[str, int] = {}
    for task, person, label in order:
        if task in asked and rule.is_done(task):
            continue
        rule.observe(task, person, label)
        asked[task] = asked.get(task, 0) + 1
    tasks = [task for task in crowd.truth if task in asked]
    usual = hits(majority(thinned(order, 5, _Still(seed))), crowd.truth, tasks)
    found, before = {}, K.calibration
    for power in powers:
        object.__setattr__(K, "calibration", power)  # one frozen value, for all modules
        rule.estimate()
        posteriors = {task: rule.posterior(task) for task in tasks}
        found[power] = Replay(
            cost=float(np.mean([asked[task] for task in tasks])),
            hits=hits(posteriors, crowd.truth, tasks),
            claims=np.array([max(posteriors[task].values()) for task in tasks]),
            majority=usual,
        )
    object.__setattr__(K, "calibration", before)
    return found


class _Still(random.Random):
    """Leaves the order as it is, so that majority sees the answers that came first."""

    def shuffle(self, x: object) -> None:
        """Nothing."""


def majority(answers: Sequence[Said]) -> dict[str, dict[str, float]]:
    """Votes per task."""
    votes: dict[str, dict[str, float]] = {}
    for task, _, label in answers:
        here = votes.setdefault(task, {})
        here[label] = here.get(label, 0.0) + 1.0
    return votes


def hits(
    beliefs: Mapping[str, Mapping[str, float]], truth: Mapping[str, str], tasks: Sequence[str]
) -> Floats:
    """1 where the likeliest is true; with ties, the chance that a lot drawn among them is."""
    found = []
    for task in tasks:
        belief = beliefs.get(task, {})
        most = max(belief.values(), default=0.0)
        top = [label for label, share in belief.items() if share >= most - 1e-12]
        found.append(1 / len(top) if truth[task] in top else 0.0)
    return np.array(found)


def accuracy(beliefs: Mapping[str, Mapping[str, float]], crowd: Crowd) -> float:
    return float(hits(beliefs, crowd.truth, list(crowd.truth)).mean())


def fixed(crowd: Crowd, seeds: int, most: int = 15) -> list[tuple[float, float]]:
    """Majority of a fixed number of answers: (mean cost, accuracy) for 1, 2, … answers."""
    points = []
    for number in range(1, most + 1):
        cost, right = [], []
        for seed in range(seeds):
            answers = thinned(crowd.answers, number, random.Random(seed))
            votes = majority(answers)
            cost.append(len(answers) / len(votes))
            right.append(accuracy(votes, crowd))
        points.append((float(np.mean(cost)), float(np.mean(right))))
        if number > 1 and points[-1][0] - points[-2][0] < 0.5:
            break  # most tasks have no more answers to give
    return points


def saved(cost: float, right: float, points: Sequence[tuple[float, float]]) -> float:
    """1 − cost / (the cost at which a fixed number reaches the same accuracy, or its largest)."""
    rising: list[tuple[float, float]] = []
    for point in sorted(points):
        if not rising or point[1] > rising[-1][1]:
            rising.append(point)
    if right <= rising[0][1]:
        return 1 - cost / rising[0][0]
    for (less, worse), (more, better) in itertools.pairwise(rising):
        if better >= right:
            return 1 - cost / (less + (more - less) * (right - worse) / (better - worse))
    return 1 - cost / max(point[0] for point in points)


def calibration_error(claims: Floats, found: Floats, weights: Floats) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015)."""
    bins = np.minimum((claims * 10).astype(int), 9)
    gaps = [abs(float(((claims - found) * weights)[bins == each].sum())) for each in range(10)]
    return sum(gaps) / float(weights.sum())
