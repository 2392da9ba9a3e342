"""How often the forecast's 80 % interval, made half-way, holds the true finish.

    python -m tests.bench.arrivals [RUNS]

Arrival curves are generated with what real drives showed: a launch spike, decay, a press burst,
week-ends, nights, moods that last. They are made otherwise than the forecast believes: spikes fade
exponentially, a plateau drifts, bursts have a slow onset, hours follow a smooth curve.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np

from crowd.rules import forecasting

RUNS = 400
OPENED = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday, midnight
LONGEST = 200 * 24


@dataclass(frozen=True)
class Run:
    """One generated campaign, and what was forecast when half of its answers were in."""

    finish: datetime
    made_at: datetime
    told: forecasting.Forecast

    @property
    def holds(self) -> bool:
        early = self.told.early or datetime.max.replace(tzinfo=UTC)
        late = self.told.late or datetime.max.replace(tzinfo=UTC)
        return early <= self.finish <= late

    @property
    def width(self) -> float:
        """Of the interval, in times what was left."""
        left = max(self.finish - self.made_at, timedelta(hours=1))
        end = self.told.late or self.made_at + timedelta(days=forecasting.HORIZON)
        return (end - (self.told.early or end)) / left


def hourly(random: np.random.Generator, hours: int = LONGEST) -> tuple[np.ndarray, datetime]:
    """Answers of each hour of one campaign, and when it opened."""
    opened = OPENED + timedelta(hours=int(random.integers(0, 7 * 24)))
    age = np.arange(hours)
    clock = (opened.hour + age) % 24
    weekday = ((opened.weekday() * 24 + opened.hour + age) // 24) % 7
    day = np.exp(
        random.uniform(0.8, 1.8) * np.cos(2 * np.pi * (clock - random.uniform(14, 20)) / 24)
    )
    weekend = np.where(weekday >= 5, random.uniform(0.5, 1.2), 1.0)
    spike = random.uniform(2, 25) * np.exp(-age / random.uniform(10, 72))
    plateau = np.exp(-age / random.uniform(15 * 24, 120 * 24))
    curve = plateau + spike
    for _ in range(random.poisson(hours / 24 / 40)):
        began = random.integers(0, hours)
        since = np.maximum(age - began, 0)
        length = random.uniform(8, 40)
        curve = curve + random.lognormal(1.2, 0.6) * (since / length) * np.exp(1 - since / length)
    mood = np.zeros(hours // 24 + 2)
    for index in range(1, len(mood)):
        mood[index] = 0.7 * mood[index - 1] + random.normal(0, random.uniform(0.1, 0.3))
    rate = np.exp(random.uniform(np.log(3), np.log(60))) * curve * day / day.mean() * weekend
    rate = rate * np.exp(mood[age // 24])
    return random.negative_binomial(4, 4 / (4 + np.maximum(rate, 1e-9))), opened


def one(seed: int) -> Run | None:
    """A campaign of some size, forecast half-way; None where it needs longer than we generate."""
    random = np.random.default_rng(seed)
    counts, opened = hourly(random)
    total = counts.cumsum()
    # What a campaign needs has nothing to do with its curve: from two days' work to seven weeks'.
    length = int(np.exp(random.uniform(np.log(48), np.log(50 * 24))))
    need = int(total[length])
    half = int(np.searchsorted(total, need / 2)) + 1
    if need < 200:
        return None
    finish = opened + timedelta(hours=int(np.searchsorted(total, need)) + 1)
    told = forecasting.forecast(
        hourly=counts[:half].tolist(), since=opened, needed=need - int(total[half - 1]), seed=seed
    )
    return Run(finish=finish, made_at=opened + timedelta(hours=half), told=told) if told else None


def main(runs: int) -> None:
    made = [run for seed in range(runs) if (run := one(seed))]
    held = sum(run.holds for run in made)
    early = sum(bool(run.told.early and run.finish < run.told.early) for run in made)
    late = len(made) - held - early
    print(f"{len(made)} campaigns, forecast when half of their answers were in")
    print(f"  80 % interval holds the finish: {held / len(made):.1%}")
    print(f"  finish before it: {early / len(made):.1%}, after: {late / len(made):.1%}")
    print(f"  its width: {median(run.width for run in made):.2f} times what was left (median)")
    error = median(
        abs((run.told.likely or run.finish) - run.finish)
        / max(run.finish - run.made_at, timedelta(hours=1))
        for run in made
    )
    print(f"  median error of the likely date: {error:.2f} times what was left")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS)
