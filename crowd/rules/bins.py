"""Bins: how a range of numbers is cut for a chart."""

import math
from collections.abc import Sequence

MOST = 12
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def edges(least: float, most: float, *, at_most: int = MOST) -> list[float]:
    """Round numbers that cut a range into at most so many bins of one width.

    Args:
        least, most: finite, least < most.

    Returns:
        The edges, ascending: the first is at most `least`, the last above `most`.
    """
    rough = (most - least) / (at_most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))
    # Divided floats may fall on the wrong side of an edge: the edges themselves are asked.
    first = math.floor(least / width)
    while _edge(first, width) > least:
        first -= 1
    last = math.floor(most / width)
    while _edge(last, width) <= most:
        last += 1
    return [_edge(number, width) for number in range(first, last + 1)]


def _edge(number: int, width: float) -> float:
    return round(number * width, 12)


def spread(counted: Sequence[tuple[int, int]], bins: int) -> list[int]:
    """Counts by number of bin (from 1) as a list with a 0 for each empty one."""
    found = dict(counted)
    return [found.get(number, 0) for number in range(1, bins + 1)]
