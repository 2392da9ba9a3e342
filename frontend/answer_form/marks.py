"""Marks on a picture in a form: each is four numbers, or two, in hundredths of its sides.

The page's script draws them; without it they are typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from crowd.models import Question
from crowd.rules.entries.regions import MOST
from frontend.answer_form.names import count_name, part_name

BOX = ("left", "top", "right", "bottom")
POINT = ("x", "y")
LABEL, SHAPE = "label", "shape"
NEW = "NEW"  # in the names of a blank mark; the page's script puts a number there


@dataclass(frozen=True, kw_only=True)
class Number:
    """One number of a mark, in hundredths of the picture's side."""

    name: str
    part: str
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One mark: its shape, its numbers, and the label it was given."""

    shape: str
    shape_name: str
    label_name: str
    numbers: Sequence[Number]
    label: str


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The marks as the page shows them.

    Attributes:
        labels: the options, one of which a mark must have; none: marks have no labels.
        blanks: an empty mark of each shape, for the page's script to copy.
    """

    all: Sequence[Mark]
    shapes: Sequence[str]
    labels: Sequence[Mapping[str, str]]
    count_name: str
    count: int
    most: int
    blanks: Sequence[Mark]

    @property
    def may_grow(self) -> bool:
        return self.count < self.most


def marks(question: Question, data: QueryDict) -> Marks:
    """The marks that were sent; “one more” adds an empty one of the shape asked for."""
    settings = question.settings
    shapes = settings.get("shapes") or ["box"]
    most = min(int(settings.get("max") or MOST), MOST)
    shown = [_sent(question, data, number) for number in range(1, _count(question, data) + 1)]
    asked, _colon, shape = data.get("do", "").partition(f"more:{question.key}:")
    if not asked and shape in shapes and len(shown) < most:
        shown.append(_mark(question.key, len(shown) + 1, shape, {}))
    return Marks(
        all=shown,
        shapes=shapes,
        labels=question.options or (),
        count_name=count_name(question.key),
        count=len(shown),
        most=most,
        blanks=[_mark(question.key, NEW, shape, {}) for shape in shapes],
    )


def drawn(question: Question, data: QueryDict) -> list[dict[str, Any]]:
    """The marks in which something was typed, as `answers.submit` takes them.

    What is no number stays a text, so that the rules refuse it by the mark's number.
    """
    found = []
    for number in range(1, _count(question, data) + 1):
        mark = _sent(question, data, number)
        typed = [each.value.strip() for each in mark.numbers]
        if any(typed):
            said: dict[str, Any] = {mark.shape: [_fraction(each) for each in typed]}
            found.append(said | ({"label": mark.label} if mark.label else {}))
    return found


def _sent(question: Question, data: QueryDict, number: int) -> Mark:
    said = {
        part: data.get(part_name(question.key, number, part), "")
        for part in (*BOX, *POINT, LABEL, SHAPE)
    }
    shape = "point" if said[SHAPE] == "point" else "box"
    return _mark(question.key, number, shape, said)


def _mark(key: str, number: int | str, shape: str, said: Mapping[str, str]) -> Mark:
    words = {
        "left": _("Left"),
        "top": _("Top"),
        "right": _("Right"),
        "bottom": _("Bottom"),
        "x": _("From the left"),
        "y": _("From the top"),
    }
    return Mark(
        shape=shape,
        shape_name=part_name(key, number, SHAPE),
        label_name=part_name(key, number, LABEL),
        label=said.get(LABEL, ""),
        numbers=[
            Number(
                name=part_name(key, number, part),
                part=part,
                label=words[part],
                value=said.get(part, ""),
            )
            for part in (BOX if shape == "box" else POINT)
        ],
    )


def _fraction(typed: str) -> float | str:
    try:
        return float(typed.replace(",", ".")) / 100
    except ValueError:
        return typed


def _count(question: Question, data: QueryDict) -> int:
    sent = data.get(count_name(question.key), "")
    return min(int(sent), MOST) if sent.isdecimal() else 0
