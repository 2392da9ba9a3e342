"""Regions: rectangles and points marked on the excerpt's picture, as fractions of its sides."""

from collections.abc import Mapping, Sequence
from typing import Any

from crowd.rules.problems import Problem

SHAPES = ("box", "point")
MOST = 200  # marks on one picture
DIGITS = 4  # a ten-thousandth of the picture's side is finer than any finger
SMALLEST = 0.0005  # of a side; less is a click that slipped

Mark = dict[str, Any]


def read(value: Any, settings: Mapping[str, Any], options: Sequence[str]) -> list[Mark]:
    """Clean a list of marks: `{"box": [x0, y0, x1, y1]}` or `{"point": [x, y]}`, and a "label".

    Args:
        settings: `shapes` allowed (["box"] unless said), `min` and `max` marks.
        options: the labels a mark may have, and then must have; none: no labels.

    Returns:
        The marks, corners in order, in the order they were drawn; [] says that there are none.

    Raises:
        Problem: `regions_expected`, `region_unreadable`, `region_outside`, `region_too_small`,
            `option_unknown`, `regions_too_few` or `regions_too_many`.
    """
    if not isinstance(value, list):
        raise Problem("regions_expected")
    least, most = int(settings.get("min") or 0), int(settings.get("max") or MOST)
    if len(value) > most:
        raise Problem("regions_too_many", most=most)
    if len(value) < least:
        raise Problem("regions_too_few", least=least)
    shapes = settings.get("shapes") or ["box"]
    return [_mark(mark, shapes, options, number) for number, mark in enumerate(value, start=1)]


def _mark(mark: Any, shapes: Sequence[str], options: Sequence[str], number: int) -> Mark:
    if not isinstance(mark, dict) or not mark.keys() <= {*SHAPES, "label"}:
        raise Problem("region_unreadable", number=number)
    drawn = [shape for shape in shapes if shape in mark]
    if len(drawn) != 1 or len(mark.keys() & set(SHAPES)) != 1:
        raise Problem("region_unreadable", number=number)
    place = _place(mark[drawn[0]], 4 if drawn == ["box"] else 2, number)
    clean: Mark = {drawn[0]: _box(place, number) if drawn == ["box"] else place}
    if options:
        label = mark.get("label")
        if label not in options:
            raise Problem("option_unknown", value=str(label)[:50])
        clean["label"] = label
    elif mark.get("label") is not None:
        raise Problem("option_unknown", value=str(mark["label"])[:50])
    return clean


def _place(numbers: Any, length: int, mark: int) -> list[float]:
    if not isinstance(numbers, list) or len(numbers) != length:
        raise Problem("region_unreadable", number=mark)
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        raise Problem("region_unreadable", number=mark)
    if not all(0 <= n <= 1 for n in numbers):  # false for not-a-number too
        raise Problem("region_outside", number=mark)
    return [round(float(n), DIGITS) for n in numbers]


def _box(place: Sequence[float], number: int) -> list[float]:
    left, right = sorted((place[0], place[2]))
    top, bottom = sorted((place[1], place[3]))
    if right - left < SMALLEST or bottom - top < SMALLEST:
        raise Problem("region_too_small", number=number)
    return [left, top, right, bottom]


def check(settings: Mapping[str, Any]) -> None:
    """Raise ValueError for unknown shapes, or numbers of marks that can't be."""
    shapes = settings.get("shapes")
    if shapes is not None and not (
        isinstance(shapes, list) and shapes and all(shape in SHAPES for shape in shapes)
    ):
        raise ValueError("shapes are box, point or both")
    least, most = settings.get("min") or 0, settings.get("max") or MOST
    if type(least) is not int or type(most) is not int or not 0 <= least <= most <= MOST:
        raise ValueError("min and max count marks")
