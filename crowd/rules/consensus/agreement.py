"""How much people agree beyond chance at one question: two coefficients, from plain counts."""

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64] | NDArray[np.int64]


def alpha(counts: Counts) -> float | None:
    """Krippendorff's alpha for nominal data with any number of answers per micro-task.

    Krippendorff, *Content Analysis* (1980): one minus observed over expected disagreement. 1 is
    perfect, 0 is chance; it falls when one answer is nearly always right, though people agree.

    Args:
        counts: micro-tasks × labels, how many said what.

    Returns:
        None where nobody could have disagreed: fewer than two answers to anything, or one label.
    """
    counts = np.asarray(counts, np.float64)
    counts = counts[counts.sum(1) >= 2]
    if not len(counts):
        return None
    sizes = counts.sum(1)
    total = sizes.sum()
    agreeing = ((counts * (counts - 1)).sum(1) / (sizes - 1)).sum()
    share = counts.sum(0)
    expected = total - (share * (share - 1)).sum() / (total - 1)
    return float(1 - (total - agreeing) / expected) if expected > 0 else None


def ac1(counts: Counts) -> float | None:
    """Gwet's AC1 (2008): agreement beyond chance that stays fair where one answer is frequent.

    Args:
        counts: micro-tasks × labels, how many said what.

    Returns:
        None with fewer than two answers to anything, or one label in all.
    """
    counts = np.asarray(counts, np.float64)
    several = counts[counts.sum(1) >= 2]
    labels = int((counts.sum(0) > 0).sum())
    if not len(several) or labels < 2:
        return None
    sizes = several.sum(1)
    observed = ((several * (several - 1)).sum(1) / (sizes * (sizes - 1))).mean()
    heard = counts[counts.sum(1) > 0]
    share = (heard / heard.sum(1, keepdims=True)).mean(0)
    chance = (share * (1 - share)).sum() / (labels - 1)
    return float((observed - chance) / (1 - chance))
