"""Error rates from samples, with intervals that hold for few errors, too.

A simple sample has Wilson's score interval (Wilson, 1927, "Probable inference, the law of
succession, and statistical inference"; recommended for small samples by Brown, Cai and DasGupta,
2001). A sample drawn stratum by stratum (so many per document) is weighed by what each stratum
stands for (Cochran, 1977, "Sampling Techniques", ch. 5); its interval is Wilson's for the number of
verdicts a simple sample of the same variance would have had (Korn and Graubard, 1998).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """What was found in one part: `wrong` of `checked`, drawn from `population`."""

    population: int
    checked: int
    wrong: int


@dataclass(frozen=True, kw_only=True)
class Rate:
    """An error rate and the interval that holds the true one in 95 of 100 samples."""

    rate: float
    low: float
    high: float


def wilson(wrong: float, checked: float) -> Rate:
    """The error rate of a simple sample.

    Raises:
        ValueError: nothing was checked.
    """
    if checked <= 0:
        raise ValueError("nothing was checked")
    share, square = wrong / checked, Z * Z
    middle = (share + square / (2 * checked)) / (1 + square / checked)
    around = share * (1 - share) / checked + square / (4 * checked * checked)
    reach = Z * sqrt(around) / (1 + square / checked)
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return Rate(rate=share, low=low, high=high)


def stratified(strata: Sequence[Stratum]) -> Rate | None:
    """The error rate of the whole, from all strata where something was checked.

    Returns:
        None where nothing was checked at all.
    """
    seen = [each for each in strata if each.checked]
    if not seen:
        return None
    checked = sum(each.checked for each in seen)
    total = sum(each.population for each in seen)
    rate = sum(each.population / total * each.wrong / each.checked for each in seen)
    if len(seen) == 1 or not 0 < rate < 1:
        return wilson(rate * checked, checked)
    variance = sum(_variance(each, total) for each in seen)
    # Never more than were checked: luck within strata is no proof.
    worth = min(float(checked), rate * (1 - rate) / variance) if variance else float(checked)
    return wilson(rate * worth, worth)


def _variance(each: Stratum, total: int) -> float:
    # One more right and one more wrong: a stratum without errors is not without doubt.
    share = (each.wrong + 1) / (each.checked + 2)
    left = max(0.0, 1 - each.checked / each.population)  # all looked at: no doubt is left
    return (each.population / total) ** 2 * share * (1 - share) / each.checked * left
