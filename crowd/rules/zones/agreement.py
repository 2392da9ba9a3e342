"""Agreement: how much of two pages is the same print once one lies on the other."""

import cv2
import numpy as np
from numpy.typing import NDArray

from crowd.rules.zones.prints import Print

GRID = (8, 6)  # tiles down and across
TOLERANCE = 2  # pixels of a print
AGREES = 0.35  # of a tile's ink found again, beyond what chance would find
LEAST_INK = 25  # pixels: a tile with less says nothing
FULL = 60  # pixels: a tile with that much on one page should have something on the other
FEWEST_TILES = 4  # less of a page than that says nothing


Ink = NDArray[np.uint8]


def agreement(template: Print, page: Print, matrix: NDArray[np.float64]) -> float:
    """The share of the page's tiles in which template and page have the same print, 0 to 1.

    In tiles, because two versions of a form share headings, and because handwriting may fill a
    few tiles without hiding the rest. In each tile the better of two shares counts: the
    template's ink found on the page, or the page's on the template (whoever filled in either may
    have written a lot), corrected for what would be found by chance at that density of ink.

    Args:
        matrix: template → page, pixels of prints.
    """
    height, width = template.ink.shape
    laid = _laid(page.ink, matrix, (width, height))
    seen = _laid(np.ones_like(page.ink), matrix, (width, height))
    ours, theirs = template.ink & seen, laid & seen
    thick = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * TOLERANCE + 1,) * 2)
    ours_thick = np.asarray(cv2.dilate(ours, thick), dtype=np.uint8)
    theirs_thick = np.asarray(cv2.dilate(theirs, thick), dtype=np.uint8)
    tile = height * width / (GRID[0] * GRID[1])
    our_ink, their_ink = _tiles(ours) * tile, _tiles(theirs) * tile
    found = np.maximum(
        _beyond_chance(_tiles(ours & theirs_thick) * tile, our_ink, _tiles(theirs_thick)),
        _beyond_chance(_tiles(theirs & ours_thick) * tile, their_ink, _tiles(ours_thick)),
    )
    both = (our_ink >= LEAST_INK) & (their_ink >= LEAST_INK)
    telling = both | (np.maximum(our_ink, their_ink) >= FULL)
    if telling.sum() < FEWEST_TILES:
        return 0.0
    return float((found[telling] > AGREES).mean())


def _laid(ink: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int]) -> Ink:
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(ink, matrix, size, flags=flags), dtype=np.uint8)


def _tiles(ink: Ink) -> NDArray[np.float64]:
    """The share of each tile that is inked."""
    size = (GRID[1], GRID[0])
    return cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA).astype(np.float64)


def _beyond_chance(
    found: NDArray[np.float64], ink: NDArray[np.float64], chance: NDArray[np.float64]
) -> NDArray[np.float64]:
    share = found / np.maximum(ink, 1)
    chance = np.minimum(chance, 0.95)
    return np.where(ink >= LEAST_INK, (share - chance) / (1 - chance), 0.0)
