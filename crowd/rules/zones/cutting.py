"""Cutting: a zone of a page, upright and straight, with a dimmed strip above and below it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from crowd.rules.zones import boxes
from crowd.rules.zones.boxes import Matrix

PAGE_WIDTH = 2400  # pixels a page is drawn at: 290 dots an inch of A4
STRIP = 0.055  # of the page's width: about three lines of print, to see what belongs together
DIMMED = 0.5
PAPER = (255, 255, 255)
BLACK = (0, 0, 0)
MASK_MARGIN = 0.006  # of the page's width: blacked out around a mask, whatever the scan's drift


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One zone cut out of a page.

    Attributes:
        picture: upright, in RGB.
        inside: the part of the picture that is the zone: left, top, right, foot as fractions.
        box: where the zone lies on the page: the upright box around it, as fractions of it.
    """

    picture: Image.Image
    inside: list[float]
    box: list[float]


def cut(
    page: Image.Image, *, box: Sequence[float], ratio: float, matrix: Matrix = boxes.IDENTITY
) -> Cut:
    """Cut a template's box out of a scanned page.

    Args:
        page: as it was scanned, RGB.
        box: fractions of the template's page.
        ratio: height of the template's page, in widths of it.
        matrix: template → page, in widths.
    """
    left, top, right, foot = box
    high = page.height / page.width
    quad = boxes.moved(boxes.corners(box, ratio=ratio), matrix)
    above = min(STRIP, max(0.0, float(quad[:2, 1].min())))
    below = min(STRIP, max(0.0, high - float(quad[2:, 1].max())))
    taken = (left, top * ratio - above, right, foot * ratio + below)  # widths of the template
    scale = page.width * float(np.hypot(*matrix[:, 0]))  # pixels a width of the template
    size = (max(1, round((right - left) * scale)), max(1, round((taken[3] - taken[1]) * scale)))
    back = _from_pixels(taken, size)
    straight = boxes.after(_to_pixels(page.width), boxes.after(matrix, back))
    pixels = cv2.warpAffine(
        np.asarray(page, dtype=np.uint8),
        straight,
        size,
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=PAPER,
    )
    whole = taken[3] - taken[1]
    inside = [0.0, round(above / whole, 5), 1.0, round(1 - below / whole, 5)]
    return Cut(
        picture=Image.fromarray(_dimmed(np.asarray(pixels, dtype=np.uint8), inside)),
        inside=inside,
        box=boxes.around(quad, ratio=high),
    )


def blacked_out(
    page: Image.Image, *, masks: Sequence[Sequence[float]], ratio: float, matrix: Matrix
) -> Image.Image:
    """The page with these boxes of its template black, for good: a new picture."""
    if not masks:
        return page
    pixels = np.array(page)
    for quad in places(masks, ratio=ratio, matrix=matrix):
        cv2.fillPoly(pixels, [np.rint(quad * page.width).astype(np.int32)], BLACK)
    return Image.fromarray(pixels)


def places(
    masks: Sequence[Sequence[float]], *, ratio: float, matrix: Matrix
) -> list[NDArray[np.float64]]:
    """The corners of each mask on the page, in widths: a little larger than they were drawn."""
    return [boxes.moved(_grown(boxes.corners(box, ratio=ratio)), matrix) for box in masks]


def _grown(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    outward = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * MASK_MARGIN
    return corners + outward


def _dimmed(pixels: NDArray[np.uint8], inside: Sequence[float]) -> NDArray[np.uint8]:
    top, foot = round(inside[1] * len(pixels)), round(inside[3] * len(pixels))
    dimmed = pixels.copy()
    for strip in (dimmed[:top], dimmed[foot:]):
        np.multiply(strip, DIMMED, out=strip, casting="unsafe")
    return dimmed


def _from_pixels(taken: Sequence[float], size: tuple[int, int]) -> Matrix:
    """From pixels of the cut to widths of the template."""
    across, down = (taken[2] - taken[0]) / size[0], (taken[3] - taken[1]) / size[1]
    # A pixel's middle is half a pixel in.
    return np.array(
        [[across, 0.0, taken[0] + across / 2], [0.0, down, taken[1] + down / 2]], dtype=np.float64
    )


def _to_pixels(width: int) -> Matrix:
    return np.array([[width, 0.0, -0.5], [0.0, width, -0.5]], dtype=np.float64)
