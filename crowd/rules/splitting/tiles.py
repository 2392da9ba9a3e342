"""Tiles: a grid over a large page, so that each part of it is seen from near."""

from crowd.rules.splitting.parts import Box
from crowd.rules.splitting.plans import Tiling


def boxes(tiling: Tiling) -> list[Box]:
    """The tiles of one page, line by line, all of one size.

    Neighbours share `overlap` of their sides: with n tiles of side s over a page, the first begins
    at 0, the last ends at 1, and n·s − (n − 1)·overlap·s = 1.
    """
    lefts, width = _cuts(tiling.across, tiling.overlap)
    tops, height = _cuts(tiling.down, tiling.overlap)
    return [
        (left, top, min(1.0, left + width), min(1.0, top + height))
        for top in tops
        for left in lefts
    ]


def _cuts(count: int, overlap: float) -> tuple[list[float], float]:
    side = 1 / (count - (count - 1) * overlap)
    return [round(number * side * (1 - overlap), 6) for number in range(count)], round(side, 6)
