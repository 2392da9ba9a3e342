"""Intervals: how far a measured share or mean may be from the truth, at 95 %."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959964  # of the normal distribution, 95 %


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its interval; None where nothing can be said."""

    value: float | None
    low: float | None = None
    high: float | None = None


def share(successes: int, trials: int) -> Estimate:
    """A share of independent trials (Wilson, 1927)."""
    if trials == 0:
        return Estimate(value=None)
    p, z2 = successes / trials, Z * Z
    middle = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z / (1 + z2 / trials) * math.sqrt(p * (1 - p) / trials + z2 / (4 * trials**2))
    return Estimate(value=p, low=max(0.0, middle - half), high=min(1.0, middle + half))


def mean(values: Sequence[float]) -> Estimate:
    """A mean over people (normal approximation; two at least for an interval)."""
    if not values:
        return Estimate(value=None)
    middle = sum(values) / len(values)
    if len(values) == 1:
        return Estimate(value=middle)
    variance = sum((each - middle) ** 2 for each in values) / (len(values) - 1)
    half = Z * math.sqrt(variance / len(values))
    return Estimate(value=middle, low=middle - half, high=middle + half)


def ratio_of(parts: Sequence[tuple[float, float]]) -> Estimate:
    """Σ numerators ÷ Σ denominators, one pair a person: answers of one person are not independent,
    so people are what is drawn (ratio estimator, Cochran 1977, chapter 6).
    """
    total = sum(below for _, below in parts)
    if not total:
        return Estimate(value=None)
    value, people = sum(above for above, _ in parts) / total, len(parts)
    if people == 1:
        return Estimate(value=value)
    spread = sum((above - value * below) ** 2 for above, below in parts) / (people - 1)
    half = Z * math.sqrt(people * spread) / total
    return Estimate(value=value, low=value - half, high=value + half)


def ratio(parts: Sequence[tuple[float, float]]) -> Estimate:
    """The same of a share, which lies between 0 and 1."""
    found = ratio_of(parts)
    if found.low is None or found.high is None:
        return found
    return Estimate(value=found.value, low=max(0.0, found.low), high=min(1.0, found.high))
