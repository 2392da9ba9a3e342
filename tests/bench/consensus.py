"""make bench-consensus: the cross-check against its goals, line by line.

On recorded answers where a folder of them is named (TRUTH=… or --truth), else on generated ones.
Public methods are compared where `baselines.json` stands beside the data; speed is compared with
crowd-kit where it can be imported (python -m pip install crowd-kit).
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from crowd.rules.consensus import guards
from crowd.rules.consensus.arrays import Answers, estimate, independent
from crowd.rules.consensus.live import Live
from crowd.rules.policy import Policy
from tests.bench import crowds, replay
from tests.bench.crowds import Crowd, Said
from tests.bench.truth_adapters import batch

SPEED = 1_000_000
MANY = 10_000_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = _options(arguments)
    if options.memory:
        _print_memory()
        return
    folder = options.truth or os.environ.get("TRUTH")
    measured = crowds.recorded(Path(folder)) if folder else crowds.generated()
    if not folder:
        print(
            "No recorded answers were named: these are generated. For recorded ones: "
            "make bench-consensus TRUTH=folder (see tests/bench/crowds.py for what is in it)."
        )
    rows = _on_line(measured, options.seeds)
    rows += _nightly(measured, _public(Path(folder)) if folder else None)
    rows += _attacked(measured, options.runs)
    if not options.no_speed:
        rows += _speed()
    width = max(len(row[0]) for row in rows)
    for name, goal, value in rows:
        print(f"{name:{width}s}  {goal:18s}  {value}")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truth", help="folder of recorded answers")
    parser.add_argument("--seeds", type=int, default=5, help="replays of each set")
    parser.add_argument("--runs", type=int, default=10, help="of each attack on each set")
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", help="where to write the rows as JSON")
    return parser.parse_args(arguments)


Row = tuple[str, str, str]  # what, goal, measured


def _on_line(measured: Sequence[Crowd], seeds: int) -> list[Row]:
    print(f"{'on line (careful)':20s} answers accuracy majority-of-5  difference  saved  gap")
    cost, gains, savings, gaps, worst = [], [], [], [], 1.0
    claims, found, weights = [], [], []
    for crowd in measured:
        runs = [replay.replay(crowd, seed, Policy.careful()) for seed in range(seeds)]
        gain = np.mean([run.hits - run.majority for run in runs], axis=0)
        margin = 1.96 * float(gain.std()) / np.sqrt(len(gain))
        right = float(np.mean([run.hits.mean() for run in runs]))
        mean_cost = float(np.mean([run.cost for run in runs]))
        save = replay.saved(mean_cost, right, replay.fixed(crowd, seeds))
        gap = float(np.mean([(run.claims - run.hits).mean() for run in runs]))
        usual = float(np.mean([run.majority.mean() for run in runs]))
        print(
            f"{crowd.name:20s} {mean_cost:7.2f} {right:8.3f} {usual:13.3f}"
            f"  {gain.mean():+.3f}±{margin:.3f}  {save:5.0%}  {gap:+.3f}",
            flush=True,
        )
        cost.append(mean_cost)
        gains.append(float(gain.mean()))
        savings.append(save)
        gaps.append(gap)
        worst = min(worst, float(gain.mean()) + margin)
        for run in runs:
            claims.append(run.claims)
            found.append(run.hits)
            weights.append(np.full(len(run.hits), 1 / len(run.hits)))
    c, f, w = np.concatenate(claims), np.concatenate(found), np.concatenate(weights)
    per_task, per_set = (
        replay.calibration_error(c, f, np.ones_like(c)),
        replay.calibration_error(c, f, w),
    )
    return [
        ("on line: mean answers per task", "≤ 4", f"{np.mean(cost):.2f}"),
        ("on line: accuracy over majority of 5", "≥ +0.020", f"{np.mean(gains):+.3f}"),
        ("on line: worst set, upper end of its 95 %", "≥ 0", f"{worst:+.3f}"),
        ("on line: answers saved, median", "≥ 45 %", f"{np.median(savings):.0%}"),
        (
            "on line: claimed minus real (every task alike; every set alike)",
            "within ±0.03",
            f"{(c - f).mean():+.3f}; {np.mean(gaps):+.3f}",
        ),
        (
            "on line: calibration error (every task alike; every set alike)",
            "≤ 0.06",
            f"{per_task:.3f}; {per_set:.3f}",
        ),
    ]


def _public(folder: Path) -> dict[str, dict[str, dict[str, float]]] | None:
    path = folder / "baselines.json"
    return json.loads(path.read_text())["categorical"] if path.exists() else None


def _nightly(measured: Sequence[Crowd], public: dict[str, Any] | None) -> list[Row]:
    ours = [replay.accuracy(batch(crowd.answers), crowd) for crowd in measured]
    goal = "≥ majority"
    usual = float(np.mean([replay.accuracy(replay.majority(c.answers), c) for c in measured]))
    if public:
        best, name = _best(public, [crowd.name for crowd in measured])
        goal = f"≥ {best:.4f} ({name})"
    rows = [(f"nightly: mean accuracy (majority {usual:.4f})", goal, f"{np.mean(ours):.4f}")]
    for most in (1, 3):
        cut = [
            replay.accuracy(batch(crowds.passing_by(crowd.answers, most)), crowd)
            for crowd in measured
        ]
        rows.append(
            (
                f"nightly: people cut to {most} answers each",
                f"≥ {usual:.4f} (majority)",
                f"{np.mean(cut):.4f}",
            )
        )
    return rows


def _best(public: dict[str, Any], names: Sequence[str]) -> tuple[float, str]:
    """The public method with the best mean, of those that finished on every set."""
    methods = set.intersection(*(set(public[name]) for name in names))
    means = {
        method: float(np.mean([public[name][method].get("accuracy", 0.0) for name in names]))
        for method in methods
        if not method.startswith("bench_")
    }
    return max((mean, method) for method, mean in means.items())


Attack = Callable[[Sequence[Said], Sequence[str], random.Random], list[Said]]


def _attacked(measured: Sequence[Crowd], runs: int) -> list[Row]:
    attacks: dict[str, Attack] = {
        "one-label spam": crowds.spammed,
        "4 colluders on all tasks": crowds.colluded(1.0),
        "4 colluders on half the tasks": crowds.colluded(0.5),
    }
    rows: list[Row] = []
    for name, attack in attacks.items():
        differences, seen, below = [], [], []
        for crowd in measured:
            gains = []
            for seed in range(runs):
                chance = random.Random(seed)
                answers = attack(crowds.thinned(crowd.answers, 5, chance), crowd.labels, chance)
                ours = replay.accuracy(batch(answers), crowd)
                gains.append(ours - replay.accuracy(replay.majority(answers), crowd))
                seen.append(_seen(answers))
            differences.append(float(np.mean(gains)))
            if differences[-1] < 0:
                below.append(f"{crowd.name} {differences[-1]:+.3f}")
        rows.append(
            (
                f"{name}, 5 per task: over majority, mean (sets below)",
                "everywhere ≥ 0",
                f"{np.mean(differences):+.3f} ({', '.join(below) or 'none'})",
            )
        )
        rows.append((f"{name}: flagged", "≥ 9 of 10", f"{10 * np.mean(seen):.1f} of 10"))
    return rows


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


def _million(answers: int = SPEED) -> Answers:
    """Answers of people right four times in five, five per task, four labels."""
    chance = np.random.default_rng(0)
    task = np.repeat(np.arange(answers // 5, dtype=np.int32), 5)
    person = chance.integers(0, answers // 100, len(task), dtype=np.int32)
    true = (task % 4).astype(np.int32)
    wrong = chance.integers(0, 4, len(task), dtype=np.int32)
    label = np.where(chance.random(len(task)) < 0.75, true, wrong)
    return Answers.of(task, person, label)


def _speed() -> list[Row]:
    rows = [("on line: one update, median, this process's time", "≤ 100 µs", f"{_update():.0f} µs")]
    answers = _million()
    start = time.process_time()
    estimate(independent(answers))
    ours = time.process_time() - start
    theirs = _crowd_kit(answers)
    compared = f"{theirs / ours:.0f} ×" if theirs else "crowd-kit is not installed"
    rows.append(("nightly: 1,000,000 answers, 10 sweeps", "", f"{ours:.1f} s"))
    rows.append(("  faster than crowd-kit's Dawid–Skene, 10 iterations", "≥ 10 ×", compared))
    command = [sys.executable, "-m", "tests.bench.consensus", "--memory"]
    most = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    rows.append(("nightly: 10,000,000 answers in memory", "< 4 GiB", most))
    return rows


def _update() -> float:
    """µs of one answer folded in, median: four labels, nobody asked when it is done."""
    crowd = crowds.generate("speed", 9, labels=4, people=200, tasks=1000, each=8)
    rule = Live(crowd.labels, Policy.careful())
    rule.due = float("inf")
    times = []
    for task, person, label in crowd.answers:
        if task in rule.held and rule.is_done(task):
            continue
        start = time.process_time_ns()
        rule.observe(task, person, label)
        times.append(time.process_time_ns() - start)
    return float(np.median(times)) / 1000


def _crowd_kit(answers: Answers) -> float | None:
    """Seconds crowd-kit takes for the same answers and as many iterations."""
    try:
        import pandas as pd
        from crowdkit.aggregation import DawidSkene
    except ImportError:
        return None
    frame = pd.DataFrame({"task": answers.task, "worker": answers.person, "label": answers.label})
    start = time.process_time()
    DawidSkene(n_iter=10, tol=0).fit(frame)
    return time.process_time() - start


def _print_memory() -> None:
    estimate(independent(_million(MANY)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{peak:.1f} GiB")


if __name__ == "__main__":
    main()
