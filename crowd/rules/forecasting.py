"""Forecasting: when will the answers that are still needed have come?

People come in a rush when a campaign opens, ever fewer afterwards, fewer still at night and often
at week-ends, and many at once when the press writes about it. So one curve is not fitted: a cloud
of possible campaigns ("particles") is carried through the hours that were, each weighed by how well
it explains them, and then lived on into the future, with bursts and moods of their own. When each
has gathered what is needed is the forecast: its median, and the interval that holds eight in ten.

Method: a bootstrap particle filter (Gordon, Salmond and Smith, 1993, "Novel approach to
nonlinear/non-Gaussian Bayesian state estimation") with parameters shaken a little at each
resampling, shrunk so that their spread stays (Liu and West, 2001, "Combined parameter and state
estimation in simulation-based filtering"). Decay is a power law with a floor, as measured of what
crowds attend to (Crane and Sornette, 2008, "Robust dynamic classes revealed by measuring the
response function of a social system"). Counts are negative binomial. `tests/bench/arrivals.py`
measures how often the interval holds the truth, on curves that are not of this family.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PARTICLES = 2000
HOURS = 6  # of one bin: long enough to count, short enough to see an evening
PER_DAY = 24 // HOURS
LOWER, MIDDLE, UPPER = 0.1, 0.5, 0.9
HORIZON = 365  # days; what takes longer has no date
LEAST = 30  # answers before anything can be said
# Bins of one day share its mood, so they say less than as many independent ones would; and no curve
# is quite of this family. Each counts for so much (Holmes and Walker, 2017, "Assigning a value to a
# power likelihood in a general Bayesian model").
TRUST = 0.2
SHRINK = 0.98  # Liu and West's a: how much of a parameter's spread is kept at a resampling
# Of a day's answers, the share in each bin (UTC), before the campaign's own are known.
USUAL = np.array([0.07, 0.25, 0.38, 0.30])
USUAL_WEIGHT = 200.0  # answers that belief is worth
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When a campaign will have what it needs. None: later than a year from now, if ever.

    Attributes:
        early, likely, late: one in ten campaigns like this is done before `early`, half before
            `likely`, nine in ten before `late`.
        on_time: the probability to be done by the deadline; None without one.
    """

    early: datetime | None
    likely: datetime | None
    late: datetime | None
    on_time: float | None


@dataclass
class _Cloud:
    """The particles: one row a parameter, one column a possible campaign.

    Attributes:
        theta: log half-life of the launch (bins), log exponent, log floor, log week-end factor,
            log wandering, log dispersion, log bursts a day, log days in which what stays after
            the launch falls to a third: shape (8, particles).
        level: log of answers a bin at the launch, which wanders.
        burst: answers a bin, over the usual ones, that a burst still brings, as a multiple.
    """

    theta: Floats
    level: Floats
    burst: Floats
    weights: Floats


def forecast(
    *,
    hourly: Sequence[int],
    since: datetime,
    needed: float,
    deadline: datetime | None = None,
    seed: int = 0,
) -> Forecast | None:
    """When the answers that are needed will have come.

    Args:
        hourly: answers of each full hour, from the opening on.
        since: when the first of these hours began.
        needed: answers still needed after the last of these hours.
        seed: the same numbers give the same forecast.

    Returns:
        None while too few answers have come to say anything.
    """
    now = since + timedelta(hours=len(hourly))
    if needed <= 0:
        return Forecast(early=now, likely=now, late=now, on_time=1.0 if deadline else None)
    if sum(hourly) < LEAST:
        return None
    random = np.random.default_rng(seed)
    usual = _usual(hourly, since)
    cloud, bins = _lived_through(hourly, since, usual, random)
    done = _lived_on(cloud, bins, now, usual, needed, random)
    return _told(done, now, deadline)


def _told(done: Floats, now: datetime, deadline: datetime | None) -> Forecast:
    """Days until each campaign was done → dates; infinite days are no date."""
    early, likely, late = np.quantile(done, [LOWER, MIDDLE, UPPER], method="inverted_cdf")
    on_time = None
    if deadline is not None:
        on_time = float(np.mean(done <= (deadline - now) / DAY))
    return Forecast(
        early=_date(now, early), likely=_date(now, likely), late=_date(now, late), on_time=on_time
    )


def _date(now: datetime, days: float) -> datetime | None:
    return now + timedelta(days=float(days)) if np.isfinite(days) else None


def _usual(hourly: Sequence[int], since: datetime) -> Floats:
    """The share of a day's answers that falls into each bin of the clock; sums to one a day."""
    seen = np.zeros(PER_DAY)
    watched = np.zeros(PER_DAY)
    for index, count in enumerate(hourly):
        of_clock = (since + timedelta(hours=index)).hour // HOURS
        seen[of_clock] += count
        watched[of_clock] += 1
    # What was watched longer shows more for that alone.
    fair = seen / np.maximum(watched, 1) * watched.sum() / PER_DAY
    shares = fair + USUAL * USUAL_WEIGHT
    return np.asarray(shares / shares.sum() * PER_DAY)


def _drawn(first: float, random: np.random.Generator) -> _Cloud:
    """Campaigns as they may be before anything is known but the answers of their first bins."""
    low = np.log([1.0, 0.6, 0.02, 0.45, 0.02, 0.05, 0.01, 15.0])
    high = np.log([12.0, 6.0, 0.5, 1.4, 0.15, 0.6, 0.06, 240.0])
    theta = random.uniform(low[:, None], high[:, None], (len(low), PARTICLES))
    level = np.log(max(first, 1.0)) + random.normal(0.2, 0.8, PARTICLES)
    weights = np.full(PARTICLES, 1 / PARTICLES)
    return _Cloud(theta, level, np.zeros(PARTICLES), weights)


def _bins(hourly: Sequence[int], since: datetime) -> list[tuple[int, float, int]]:
    """(answers, hours after the opening at which it begins, hours of it) for each bin of the clock;
    the first and the last may be shorter.
    """
    found = []
    start = 0
    while start < len(hourly):
        to_end = HOURS - (since + timedelta(hours=start)).hour % HOURS
        counts = hourly[start : start + to_end]
        found.append((sum(counts), float(start), len(counts)))
        start += to_end
    return found


def _lived_through(
    hourly: Sequence[int], since: datetime, usual: Floats, random: np.random.Generator
) -> tuple[_Cloud, float]:
    """The campaigns that explain the hours that were, and how many bins these were."""
    cloud = _drawn(_at_launch(hourly, since, usual), random)
    for count, start, hours in _bins(hourly, since):
        moment = since + timedelta(hours=start)
        _wander(cloud, random)
        expected = _expected(cloud, start / HOURS, moment, usual) * hours / HOURS
        cloud.weights = _weighed(cloud, float(count), expected)
        if 1 / np.sum(cloud.weights**2) < PARTICLES / 2:
            _resample(cloud, random)
    _resample(cloud, random)
    return cloud, len(hourly) / HOURS


def _at_launch(hourly: Sequence[int], since: datetime, usual: Floats) -> float:
    """Answers a bin on the first day, were all bins of the clock alike."""
    first = hourly[:24]
    clock = [usual[(since + timedelta(hours=each)).hour // HOURS] for each in range(len(first))]
    return float(HOURS * sum(first) / sum(clock))


def _wander(cloud: _Cloud, random: np.random.Generator) -> None:
    """One bin passes: moods change, bursts fade, and now and then one begins."""
    wandering, bursts = np.exp(cloud.theta[4]), np.exp(cloud.theta[6])
    count = cloud.level.size
    cloud.level = cloud.level + random.normal(0, 1, count) * wandering
    begins = random.random(count) < bursts / PER_DAY
    cloud.burst = cloud.burst * 0.65 + begins * random.lognormal(1.0, 0.9, count)


def _expected(cloud: _Cloud, age: float, moment: datetime, usual: Floats) -> Floats:
    """Answers in one bin, of each campaign."""
    half, exponent, floor, weekend, _, _, _, fading = np.exp(cloud.theta)
    delay = half / (2 ** (1 / exponent) - 1)
    stays = floor * np.exp(-age / PER_DAY / fading)
    decay = stays + (1 - floor) * (1 + age / delay) ** -exponent
    factor = usual[moment.hour // HOURS] * (weekend if moment.weekday() >= 5 else 1.0)
    # A burst is measured by what is left, so that one late in a campaign is as loud as it is.
    return np.asarray(np.exp(cloud.level) * decay * factor * (1 + cloud.burst))


def _weighed(cloud: _Cloud, seen: float, expected: Floats) -> Floats:
    """Negative binomial likelihood, variance m + d·m²; constants of `seen` alone left out."""
    spread = np.exp(cloud.theta[5])
    size = 1 / spread
    mean = np.maximum(expected, 1e-6)
    likely = (
        _log_gamma_ratio(seen, size)
        + size * np.log(size / (size + mean))
        + seen * np.log(mean / (size + mean))
    )
    logs = np.log(np.maximum(cloud.weights, 1e-300)) + TRUST * likely
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _log_gamma_ratio(seen: float, size: Floats) -> Floats:
    """log Γ(seen + size) − log Γ(size)."""
    return _log_gamma(seen + size) - _log_gamma(size)


def _log_gamma(x: Floats) -> Floats:
    """By Stirling's series, to three digits: weights are not surer than that."""
    y = x + 2  # shifted twice, where the series is good
    series = (y - 0.5) * np.log(y) - y + 0.5 * np.log(2 * np.pi) + 1 / (12 * y)
    return np.asarray(series - np.log(x) - np.log(x + 1))


def _resample(cloud: _Cloud, random: np.random.Generator) -> None:
    """Likely campaigns are had several times, unlikely ones not at all; each shaken a little."""
    count = cloud.weights.size
    places = (random.random() + np.arange(count)) / count
    chosen = np.minimum(np.searchsorted(np.cumsum(cloud.weights), places), count - 1)
    mean = (cloud.theta * cloud.weights).sum(axis=1, keepdims=True)
    spread = np.sqrt(((cloud.theta - mean) ** 2 * cloud.weights).sum(axis=1, keepdims=True))
    shaken = random.normal(0, 1, cloud.theta.shape) * spread * np.sqrt(1 - SHRINK**2)
    cloud.theta = SHRINK * cloud.theta[:, chosen] + (1 - SHRINK) * mean + shaken
    cloud.theta[2] = np.minimum(cloud.theta[2], 0.0)  # a floor above the launch is none
    cloud.level, cloud.burst = cloud.level[chosen], cloud.burst[chosen]
    cloud.weights = np.full(count, 1 / count)


def _lived_on(
    cloud: _Cloud,
    bins: float,
    now: datetime,
    usual: Floats,
    needed: float,
    random: np.random.Generator,
) -> Floats:
    """Days from now until each campaign has what is needed; infinite past the horizon."""
    missing = np.full(cloud.level.size, float(needed))
    done = np.full(cloud.level.size, np.inf)
    for step in range(HORIZON * PER_DAY):
        _wander(cloud, random)
        expected = _expected(cloud, bins + step, now + timedelta(hours=step * HOURS), usual)
        size = 1 / np.exp(cloud.theta[5])
        came = random.gamma(size, np.maximum(expected, 1e-9) / size)
        fresh = np.isinf(done) & (came >= missing)
        done[fresh] = (step + missing[fresh] / came[fresh]) / PER_DAY
        missing = missing - came
        if np.isfinite(done).all():
            break
    return done
