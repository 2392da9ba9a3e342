"""The rule on line against its goals: recorded answers replayed, set by set."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from crowd.rules.consensus.model import K
from crowd.rules.policy import Policy
from tests.bench import replay
from tests.bench.crowds import Crowd
from tests.bench.goals import Row
from tests.bench.replay import Floats, Replay

ANCHORS, CONFUSIONS, CALIBRATIONS = (0.15, 0.25, 0.4), (2.0, 4.0, 8.0), (0.5, 0.65, 0.8, 1.0)

Choice = tuple[float, float, float]  # anchor, confusion, calibration


@dataclass(frozen=True)
class OfSet:
    """What replays of one set show: means over them, and per task what was claimed and right."""

    name: str
    cost: float
    right: float
    usual: float
    gain: float
    margin: float
    saved: float
    claims: Floats
    hits: Floats

    @property
    def gap(self) -> float:
        return float((self.claims - self.hits).mean())


def of_set(crowd: Crowd, *, seeds: int) -> OfSet:
    """Replay one set under "careful"."""
    runs = [replay.replay(crowd, seed, Policy.careful()) for seed in range(seeds)]
    return _summed(crowd, runs, replay.fixed(crowd, seeds))


def _summed(crowd: Crowd, runs: Sequence[Replay], points: Sequence[tuple[float, float]]) -> OfSet:
    gain = np.mean([run.hits - run.majority for run in runs], axis=0)
    right = float(np.mean([run.hits.mean() for run in runs]))
    cost = float(np.mean([run.cost for run in runs]))
    return OfSet(
        name=crowd.name,
        cost=cost,
        right=right,
        usual=float(np.mean([run.majority.mean() for run in runs])),
        gain=float(gain.mean()),
        margin=1.96 * float(gain.std()) / float(np.sqrt(len(gain))),
        saved=replay.saved(cost, right, points),
        claims=np.concatenate([run.claims for run in runs]),
        hits=np.concatenate([run.hits for run in runs]),
    )


def rows(measured: Sequence[Crowd], *, seeds: int, pool: Executor) -> list[Row]:
    """Replay all sets, print each, and hold the figures against the goals."""
    sets = list(pool.map(partial(of_set, seeds=seeds), measured))
    print(f"On line, careful, {seeds} replays of each set:\n")
    print("| set | answers | accuracy | difference | saved | gap |\n|---|---|---|---|---|---|")
    for each in sets:
        print(
            f"| {each.name} | {each.cost:.2f} | {each.right:.3f} | {each.gain:+.3f} ± "
            f"{each.margin:.3f} | {each.saved:.0%} | {each.gap:+.3f} |"
        )
    print(flush=True)
    cost, gain = float(np.mean([s.cost for s in sets])), float(np.mean([s.gain for s in sets]))
    worst = min(s.gain + s.margin for s in sets)
    saved = float(np.median([s.saved for s in sets]))
    (gap, alike), (error, error_alike) = _calibration(sets)
    return [
        Row(
            "on line, careful: answers per task, mean of the sets", "≤ 4", f"{cost:.2f}", cost <= 4
        ),
        Row("accuracy over majority of five", "≥ +0.020", f"{gain:+.3f}", gain >= 0.02),
        Row("worst set, upper end of its paired 95 % interval", "≥ 0", f"{worst:+.3f}", worst >= 0),
        Row(
            "answers saved against a fixed number, median", "≥ 45 %", f"{saved:.0%}", saved >= 0.45
        ),
        Row(
            "claimed minus real: every task alike; every set alike",
            "within ±0.03",
            f"{gap:+.3f}; {alike:+.3f}",
            max(abs(gap), abs(alike)) <= 0.03,
        ),
        Row(
            "calibration error: every task alike; every set alike",
            "≤ 0.06",
            f"{error:.3f}; {error_alike:.3f}",
            max(error, error_alike) <= 0.06,
        ),
    ]


def _calibration(sets: Sequence[OfSet]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Claimed minus real, and the calibration error: every task alike, every set alike."""
    claims = np.concatenate([each.claims for each in sets])
    hits = np.concatenate([each.hits for each in sets])
    alike = np.concatenate([np.full(len(each.hits), 1 / len(each.hits)) for each in sets])
    gaps = float((claims - hits).mean()), float(np.mean([each.gap for each in sets]))
    errors = [
        replay.calibration_error(claims, hits, weights) for weights in (np.ones_like(claims), alike)
    ]
    return gaps, (errors[0], errors[1])


def chosen(measured: Sequence[Crowd], *, pool: Executor) -> list[Row]:
    """Constants chosen anew for each set without it, and for all: what they come to.

    By accuracy over majority, less a point for each answer, less a tenth of the calibration error.
    """
    grid = list(itertools.product(ANCHORS, CONFUSIONS))
    jobs = list(itertools.product(grid, measured))
    found: dict[Choice, dict[str, OfSet]] = {}
    for (pair, crowd), by_power in zip(jobs, pool.map(_of_choice, jobs), strict=True):
        for power, each in by_power.items():
            found.setdefault((*pair, power), {})[crowd.name] = each
    names = [crowd.name for crowd in measured]
    without = {name: _best(found, [each for each in names if each != name]) for name in names}
    fitted = _best(found, names)
    apart = "constants chosen for each set without it: over majority; answers; gap; error"
    together = "the same, fitted to all sets"
    return [
        Row(apart, "reported", _told([found[without[name]][name] for name in names])),
        Row(together, "reported", _told(list(found[fitted].values()))),
        Row(
            "fitted: anchor η, confusion κ, calibration λ", "reported", "; ".join(map(str, fitted))
        ),
    ]


def _of_choice(job: tuple[tuple[float, float], Crowd]) -> Mapping[float, OfSet]:
    (anchor, confusion), crowd = job
    with _constants(anchor=anchor, confusion=confusion):
        runs = replay.replays_by_power(crowd, 0, Policy.careful(), CALIBRATIONS)
        return {power: _summed(crowd, [run], [(1.0, 0.0)]) for power, run in runs.items()}


@contextmanager
def _constants(**other: float) -> Iterator[None]:
    """The model with other constants; they are one frozen value that all its modules hold."""
    before = {name: getattr(K, name) for name in other}
    try:
        for name, value in other.items():
            object.__setattr__(K, name, value)
        yield
    finally:
        for name, value in before.items():
            object.__setattr__(K, name, value)


def _best(found: Mapping[Choice, Mapping[str, OfSet]], names: Sequence[str]) -> Choice:
    return max(found, key=lambda choice: (_score([found[choice][name] for name in names]), choice))


def _score(sets: Sequence[OfSet]) -> float:
    (gap, _), (error, error_alike) = _calibration(sets)
    gain, cost = np.mean([s.gain for s in sets]), np.mean([s.cost for s in sets])
    return float(gain - cost / 100 - (abs(gap) + error + error_alike) / 30)


def _told(sets: Sequence[OfSet]) -> str:
    (gap, _), (error, _) = _calibration(sets)
    gain, cost = np.mean([s.gain for s in sets]), np.mean([s.cost for s in sets])
    return f"{gain:+.3f}; {cost:.2f}; {gap:+.3f}; {error:.3f}"
