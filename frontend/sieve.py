"""The sieve: how far a set of excerpts is, as a field of at most 100 dots. No Django here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

STATES = ("settled", "contested", "set-aside", "open")
"""In drawing order: what is done settles on the left, what needs people stays on the right."""

MOST_DOTS = 100
ROWS = 5
PITCH = 10.0
ROW_HEIGHT = 8.66  # sin(60°) × the pitch: holes of a real sieve are staggered
MARGIN = 5.0
GRAIN = 32  # how far behind its column a dot may settle, in the same units as the pitch


@dataclass(frozen=True)
class Dot:
    """One hole of the sieve; `x` and `y` are in the units of the drawing's view box."""

    x: float
    y: float


@dataclass(frozen=True)
class Field:
    """`dots` come in the order in which they fill; `width` and `height` bound them all."""

    dots: tuple[Dot, ...]
    width: float
    height: float


def shares(counts: Mapping[str, int], dots: int) -> dict[str, int]:
    """Share `dots` among the states of `counts` (largest remainder; Hamilton, 1792).

    A state that has something always keeps one dot, so that the last open excerpt, or the only
    contested one, stays visible among a hundred thousand. The sum is always `dots`.
    """
    present = [state for state in STATES if counts.get(state, 0) > 0]
    total = sum(counts[state] for state in present)
    if not total or dots < len(present):
        return {state: dots if state == "open" else 0 for state in STATES}
    exact = {state: counts[state] * dots / total for state in present}
    given = {state: max(1, int(exact[state])) for state in present}
    while sum(given.values()) < dots:
        neediest = max(present, key=lambda state: exact[state] - given[state])
        given[neediest] += 1
    while sum(given.values()) > dots:
        richest = max(present, key=lambda state: (given[state] > 1, given[state] - exact[state]))
        given[richest] -= 1
    return {state: given.get(state, 0) for state in STATES}


@lru_cache(maxsize=MOST_DOTS)
def field(dots: int) -> Field:
    """Place `dots` holes in staggered rows, in the order in which they fill.

    The order runs from left to right with a grain: the front is ragged, as sand settles, and the
    same dot always stands at the same place.
    """
    rows = max(1, min(ROWS, round(dots / 16)))
    columns = -(-dots // rows)
    placed = []
    for index in range(dots):
        column, row = divmod(index, rows)
        x = MARGIN + column * PITCH + (PITCH / 2 if row % 2 else 0)
        y = MARGIN + row * ROW_HEIGHT
        placed.append((x + _grain(index), Dot(round(x, 2), round(y, 2))))
    placed.sort(key=lambda pair: (pair[0], pair[1].y))
    stagger = PITCH / 2 if rows > 1 else 0
    width = 2 * MARGIN + (columns - 1) * PITCH + stagger
    height = 2 * MARGIN + (rows - 1) * ROW_HEIGHT
    return Field(tuple(dot for _, dot in placed), round(width, 2), round(height, 2))


def _grain(index: int) -> int:
    """A fixed scatter: Knuth's multiplicative hash (TAOCP 3, 6.4), 0 to `GRAIN`."""
    return (index * 2654435761 % 2**32) * GRAIN // 2**32
