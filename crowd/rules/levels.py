"""Levels: names for how much has been sifted, from a grain to a mill. Points make them, nothing
else does; each takes about two and a half times as much as the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """In order; the first is everyone's."""

    NEWCOMER = "newcomer"
    GRAIN = "grain"
    HANDFUL = "handful"
    BOWL = "bowl"
    BASKET = "basket"
    SACK = "sack"
    BARROW = "barrow"
    CART = "cart"
    BARGE = "barge"
    GRANARY = "granary"
    MILL = "mill"


THRESHOLDS: Sequence[int] = (0, 10, 30, 80, 200, 500, 1_250, 3_000, 8_000, 20_000, 50_000)
"""Points, as shown, from which each level is reached."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where someone's points put them.

    Attributes:
        number: of the level, from 0.
        since: points from which it is reached.
        next: the level after it, None on the last.
        until: points from which that is reached, None on the last.
        done: how much of the way there is done, 0 to 1; 1 on the last.
    """

    level: Level
    number: int
    since: int
    next: Level | None
    until: int | None
    done: float


def standing(points: int) -> Standing:
    """The level of so many points, as shown (never below zero)."""
    levels = list(Level)
    number = max(at for at, least in enumerate(THRESHOLDS) if points >= least or at == 0)
    since, is_last = THRESHOLDS[number], number == len(levels) - 1
    if is_last:
        return Standing(
            level=levels[number], number=number, since=since, next=None, until=None, done=1.0
        )
    until = THRESHOLDS[number + 1]
    return Standing(
        level=levels[number],
        number=number,
        since=since,
        next=levels[number + 1],
        until=until,
        done=max(0.0, (points - since) / (until - since)),
    )
