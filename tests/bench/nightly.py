"""The nightly rule against its goals: all answers at once, cut identities, spammers, colluders."""

import json
import random
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from crowd.rules.consensus import guards
from tests.bench import crowds, replay
from tests.bench.crowds import Crowd, Said
from tests.bench.goals import Row
from tests.bench.truth_adapters import batch

Attack = Callable[[Sequence[Said], Sequence[str], random.Random], list[Said]]
ATTACKS: dict[str, Attack] = {
    "one-label spam": crowds.spammed,
    "4 colluders on all tasks": crowds.colluded(1.0),
    "4 colluders on half of the tasks": crowds.colluded(0.5),
}


def rows(measured: Sequence[Crowd], *, folder: Path | None, pool: Executor) -> list[Row]:
    """All answers of each set; then people cut to one answer each, and to three."""
    usual = float(np.mean([replay.accuracy(replay.majority(c.answers), c) for c in measured]))
    least, goal = usual, f"≥ {usual:.3f} (majority)"
    best = _best_public(folder, [crowd.name for crowd in measured])
    if best:
        least, goal = best[0], f"≥ {best[0]:.3f} ({best[1]}, best of the public methods)"
    ours = float(np.mean(list(pool.map(_accuracy, measured))))
    what = f"nightly: mean accuracy (majority {usual:.3f})"
    found = [Row(what, goal, f"{ours:.3f}", ours >= least)]
    for most in (1, 3):
        cut = [
            Crowd(each.name, crowds.passing_by(each.answers, most), each.truth) for each in measured
        ]
        ours = float(np.mean(list(pool.map(_accuracy, cut))))
        what = f"nightly: people cut to {most} answer{'s' if most > 1 else ''} each"
        found.append(Row(what, f"≥ {usual:.3f} (majority)", f"{ours:.3f}", ours >= usual))
    return found


def _accuracy(crowd: Crowd) -> float:
    return replay.accuracy(batch(crowd.answers), crowd)


def _best_public(folder: Path | None, names: Sequence[str]) -> tuple[float, str] | None:
    """The public method with the best mean, of those that finished on every set."""
    path = folder / "baselines.json" if folder else None
    if path is None or not path.exists():
        return None
    public: dict[str, Any] = json.loads(path.read_text())["categorical"]
    methods = set.intersection(*(set(public[name]) for name in names))
    means = {
        method: float(np.mean([public[name][method].get("accuracy", 0.0) for name in names]))
        for method in methods
        if not method.startswith("bench_")
    }
    return max((mean, method) for method, mean in means.items())


def attacked(measured: Sequence[Crowd], *, runs: int, pool: Executor) -> list[Row]:
    """Five answers per task and somebody odd: against majority, and whether they are flagged."""
    found: list[Row] = []
    for name in ATTACKS:
        sets = list(pool.map(partial(_one_attacked, attack=name, runs=runs), measured))
        below = [
            f"{crowd.name} {gain:+.3f} ± {margin:.3f}"
            for crowd, (gain, margin, _) in zip(measured, sets, strict=True)
            if gain < 0
        ]
        mean, _, seen = (float(np.mean(each)) for each in zip(*sets, strict=True))
        told = f"{mean:+.3f} (below: {', '.join(below) or 'none'})"
        found.append(
            Row(f"{name}, five answers per task: over majority", "everywhere ≥ 0", told, not below)
        )
        told = f"{10 * seen:.1f} of 10"
        found.append(Row(f"{name}: flagged", "≥ 9 of 10", told, seen >= 0.9))
    return found


def _one_attacked(crowd: Crowd, *, attack: str, runs: int) -> tuple[float, float, float]:
    """The mean gain over majority, its 95 % interval by the runs, and how often all are flagged."""
    gains, seen = [], []
    for seed in range(runs):
        chance = random.Random(seed)
        answers = ATTACKS[attack](crowds.thinned(crowd.answers, 5, chance), crowd.labels, chance)
        ours = replay.accuracy(batch(answers), crowd)
        gains.append(ours - replay.accuracy(replay.majority(answers), crowd))
        seen.append(_seen(answers))
    margin = 1.96 * float(np.std(gains)) / float(np.sqrt(max(1, runs - 1)))
    return float(np.mean(gains)), margin, float(np.mean(seen))


def _seen(answers: Sequence[Said]) -> bool:
    """Whether everyone odd is flagged."""
    tasks, people, labels = (
        {name: number for number, name in enumerate(sorted(set(each)))}
        for each in zip(*answers, strict=True)
    )
    task, person, label = np.array(
        [(tasks[t], people[p], labels[x]) for t, p, x in answers], np.int64
    ).T
    flagged = {
        who for flag in guards.flags(task=task, person=person, label=label) for who in flag.people
    }
    return all(number in flagged for name, number in people.items() if name.startswith("odd"))
