"""Boxes and matrices: where a zone of the template lies on a scanned page."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from crowd.rules.problems import Problem

Matrix = NDArray[np.float64]
"""2×3: a place on the template → the same place on the page, in widths of the respective page."""

SMALLEST = 0.01  # of a page's width and height: nothing readable is smaller
IDENTITY: Matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def matrix_of(rows: object) -> Matrix:
    """A matrix as it was stored; the identity for none."""
    return np.array(rows, dtype=np.float64) if rows else IDENTITY


def what_is_wrong(box: object) -> Problem | None:
    """What is wrong with a zone's box; None when it is four fractions of a page."""
    if not isinstance(box, Sequence) or isinstance(box, str) or len(box) != 4:
        return Problem("zone_box_unreadable")
    if not all(_is_number(edge) for edge in box):
        return Problem("zone_box_unreadable")
    left, top, right, foot = box
    if min(left, top) < 0 or max(right, foot) > 1:
        return Problem("zone_outside_page")
    if right - left < SMALLEST or foot - top < SMALLEST:
        return Problem("zone_too_small")
    return None


def corners(box: Sequence[float], *, ratio: float) -> NDArray[np.float64]:
    """The four corners of a box (4×2, clockwise from top left), in widths of its page.

    Args:
        ratio: the page's height divided by its width.
    """
    left, top, right, foot = box
    return np.array(
        [[left, top * ratio], [right, top * ratio], [right, foot * ratio], [left, foot * ratio]]
    )


def moved(places: NDArray[np.float64], matrix: Matrix) -> NDArray[np.float64]:
    """Places (N×2) through a matrix."""
    return places @ matrix[:, :2].T + matrix[:, 2]


def around(places: NDArray[np.float64], *, ratio: float) -> list[float]:
    """The smallest upright box (fractions of the page) that holds these places, within the page."""
    left, top = places.min(axis=0)
    right, foot = places.max(axis=0)
    edges = (left, top / ratio, right, foot / ratio)
    return [round(min(1.0, max(0.0, float(edge))), 5) for edge in edges]


def similarity(pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> Matrix:
    """The shift, scale and turn that takes two places to two others.

    Raises:
        ValueError: the places are too near one another to say anything.
    """
    (a, b), (c, d) = ((complex(*one), complex(*other)) for one, other in pairs)
    if abs(c - a) < SMALLEST or abs(d - b) < SMALLEST:
        raise ValueError("places too near")
    turn = (d - b) / (c - a)
    shift = b - turn * a
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def inverse(matrix: Matrix) -> Matrix:
    """The way back."""
    whole: Matrix = np.linalg.inv(np.vstack([matrix, [0.0, 0.0, 1.0]]))
    return whole[:2]


def after(second: Matrix, first: Matrix) -> Matrix:
    """First one, then the other."""
    whole: Matrix = np.vstack([second, [0.0, 0.0, 1.0]]) @ np.vstack([first, [0.0, 0.0, 1.0]])
    return whole[:2]


def is_plausible(matrix: Matrix, *, shift: float, scale: float, degrees: float) -> bool:
    """Whether a scanner can lay a page like this: shift and scale as shares, turn in degrees.

    The shift is that of the page's middle, about half a width right and 0.7 down.
    """
    if not np.isfinite(matrix).all():
        return False
    across, down = matrix[:, 0], matrix[:, 1]
    wide, high = math.hypot(*across), math.hypot(*down)
    turn = math.degrees(math.atan2(across[1], across[0]))
    lean = math.degrees(math.atan2(-down[0], down[1]))
    middle = np.array([[0.5, 0.7]])
    moved_by = np.abs(moved(middle, matrix) - middle).max()
    return bool(
        abs(wide - 1) <= scale
        and abs(high - 1) <= scale
        and abs(wide - high) <= scale / 2
        and abs(turn) <= degrees
        and abs(turn - lean) <= degrees / 4
        and moved_by <= shift
    )


def _is_number(edge: object) -> bool:
    return isinstance(edge, int | float) and not isinstance(edge, bool) and math.isfinite(edge)
