"""How fast and large the nightly rule and one update are; beside crowd-kit's Dawid–Skene.

crowd-kit is no part of Tamis's environment: it is put in a folder of its own when first measured
against (CROWD_KIT names another folder that has it).
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from crowd.rules.consensus.arrays import Answers, estimate, independent
from crowd.rules.consensus.live import Live
from crowd.rules.policy import Policy
from tests.bench import crowds
from tests.bench.goals import Row

SPEED, MANY = 1_000_000, 10_000_000
CROWD_KIT = "crowd-kit==1.4.2"
TIMES = 3


def _million(answers: int = SPEED) -> Answers:
    """Answers of people right four times in five, five per task, four labels."""
    chance = np.random.default_rng(0)
    task = np.repeat(np.arange(answers // 5, dtype=np.int32), 5)
    person = chance.integers(0, answers // 100, len(task), dtype=np.int32)
    true = (task % 4).astype(np.int32)
    wrong = chance.integers(0, 4, len(task), dtype=np.int32)
    label = np.where(chance.random(len(task)) < 0.75, true, wrong)
    return Answers.of(task, person, label)


def rows() -> list[Row]:
    """One update, a million answers, ten million answers: processor time of one process."""
    update = _update()
    answers = _million()
    ours = sorted(_seconds(answers) for _ in range(TIMES))[TIMES // 2]
    theirs = _crowd_kit(answers)
    many = [sys.executable, "-m", "tests.bench.speed"]
    peak = float(subprocess.run(many, capture_output=True, text=True, check=True).stdout)
    what = f"1,000,000 answers, ten sweeps ({ours:.2f} s), against crowd-kit's Dawid–Skene, ten"
    return [
        Row(
            "one update on line, four labels, median", "≤ 100 µs", f"{update:.0f} µs", update <= 100
        ),
        Row(what, "≥ 10 ×", f"{theirs / ours:.1f} × ({theirs:.1f} s)", theirs >= 10 * ours),
        Row("10,000,000 answers in memory", "< 4 GiB", f"{peak:.1f} GiB", peak < 4),
    ]


def _seconds(answers: Answers) -> float:
    start = time.process_time()
    estimate(independent(answers))
    return time.process_time() - start


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


def _crowd_kit(answers: Answers) -> float:
    """Seconds crowd-kit takes for the same answers and as many iterations."""
    folder = Path(os.environ.get("CROWD_KIT", "var/crowd-kit"))
    if not folder.exists():
        print(f"Putting {CROWD_KIT} into {folder}, once (some 700 MB).", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
        subprocess.run([*pip, CROWD_KIT], check=True)
    sys.path.append(str(folder))  # behind our own: the same NumPy counts for both
    import pandas as pd  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from crowdkit.aggregation import DawidSkene

    frame = pd.DataFrame({"task": answers.task, "worker": answers.person, "label": answers.label})
    start = time.process_time()
    DawidSkene(n_iter=10, tol=0).fit(frame)
    return time.process_time() - start


def _peak() -> float:
    """GiB this process needed at most, for ten million answers."""
    estimate(independent(_million(MANY)))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


if __name__ == "__main__":
    print(_peak())
