"""How often the forecast's 80 % interval, made half-way, holds the true finish.

    python -m tests.bench.arrivals [RUNS]

Two families of arrival curves, neither of which is the forecast's own. The **known** one is what
its constants were chosen on: a launch spike, decay, a press burst, week-ends, nights, moods that
last; spikes fade exponentially, a plateau drifts, bursts begin slowly, hours follow a smooth curve.
The **held-out** one was written afterwards and never tuned on: crowds that grow by word of mouth,
fade by a power law or stay level; newsletters every week or two; people who sit down for an
evening and give a hundred answers; two rushes a day and empty nights; an outage; a slack holiday.
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


def held_out(random: np.random.Generator, hours: int = LONGEST) -> tuple[np.ndarray, datetime]:
    """The same, of other shapes: see above. Nothing here was ever used to choose a constant."""
    opened = OPENED + timedelta(hours=int(random.integers(0, 7 * 24)))
    age = np.arange(hours)
    days = age / 24
    clock = (opened.hour + age) % 24
    weekday = ((opened.weekday() * 24 + opened.hour + age) // 24) % 7
    shape = random.integers(0, 3)
    if shape == 0:  # word of mouth: slow, then as many as there are, then ever fewer
        middle, steep = random.uniform(2, 12), random.uniform(0.8, 3)
        curve = 1 / (1 + np.exp(-(days - middle) / steep)) * np.exp(-days / random.uniform(40, 150))
    elif shape == 1:  # attention that fades, and never quite
        curve = (1 + days / random.uniform(0.3, 3)) ** -random.uniform(0.4, 1.2)
    else:  # a working group that meets
        curve = np.ones(hours)
    if random.random() < 0.6:  # a newsletter every week or two, each opened less than the last
        every, first = random.choice([7, 14]), random.uniform(1, 7)
        for number, began in enumerate(np.arange(first, hours / 24, every)):
            since = np.maximum(days - began, 0)
            loud = random.uniform(0.5, 4) * 0.9**number
            curve = curve + loud * (days >= began) * np.exp(-since * 24 / random.uniform(4, 20))
    rushes = np.exp(-(((clock - 12.5) / 1.5) ** 2)) + 1.6 * np.exp(-(((clock - 20.5) / 2) ** 2))
    day = rushes + random.uniform(0.0, 0.3) * ((clock >= 8) & (clock < 23))
    weekend = np.where(weekday >= 5, random.uniform(0.2, 1.8), 1.0)
    slack = np.ones(hours)
    began = int(random.integers(0, hours))
    slack[began : began + 24 * int(random.integers(3, 15))] = random.uniform(0.2, 0.7)
    began = int(random.integers(0, 60 * 24))
    slack[began : began + int(random.integers(4, 30))] = 0.0  # an outage
    sitting = random.uniform(5, 60)  # answers one person gives in one go, on average
    rate = np.exp(random.uniform(np.log(3), np.log(60))) * curve * day / day.mean()
    people = random.poisson(np.maximum(rate * weekend * slack / sitting, 0))
    return random.negative_binomial(np.maximum(people, 1), 1 / (1 + sitting)) * (people > 0), opened


FAMILIES = {"known": hourly, "held out": held_out}


def one(seed: int, family: str = "known") -> Run | None:
    """A campaign of some size, forecast half-way; None where it needs longer than we generate."""
    random = np.random.default_rng(seed)
    counts, opened = FAMILIES[family](random)
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


def measured(runs: int, family: str, first: int = 0) -> list[Run]:
    """So many campaigns of a family, from this seed on; those too small to forecast left out."""
    return [run for seed in range(first, first + runs) if (run := one(seed, family))]


def main(runs: int) -> None:
    for family in FAMILIES:
        _print(family, measured(runs, family))


def _print(family: str, made: list[Run]) -> None:
    held = sum(run.holds for run in made)
    early = sum(bool(run.told.early and run.finish < run.told.early) for run in made)
    late = len(made) - held - early
    print(f"{family}: {len(made)} campaigns, forecast when half of their answers were in")
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
