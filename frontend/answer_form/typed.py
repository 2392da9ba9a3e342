"""What a form was filled with, as a draft keeps it, and what an answer would fill it with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from crowd.models import Question
from frontend.answer_form.marks import BOX, LABEL, POINT, SHAPE
from frontend.answer_form.names import (
    NONE,
    UNSURE,
    count_name,
    name_of,
    none_name,
    part_name,
    unsure_name,
)

BEGINNINGS = ("q-", "unsure-", "none-", "count-")  # of the names in `answer_form.names`
MARKED = 4  # decimals of a mark's place in hundredths


def typed(data: QueryDict) -> dict[str, list[str]]:
    """All that a sent form says, and nothing of what the page itself put there."""
    return {
        name: values
        for name, values in data.lists()
        if name.startswith(BEGINNINGS) and (name.startswith("count-") or any(values))
    }


def says_something(fields: Mapping[str, Sequence[str]]) -> bool:
    """Whether anything was typed or ticked at all."""
    return any(not name.startswith("count-") for name in fields)


def filled(fields: Mapping[str, Sequence[str]]) -> QueryDict:
    """A form as it was sent, from what `typed` kept of it."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, list(values))
    return data


def given(questions: Sequence[Question], values: Mapping[str, Any]) -> QueryDict:
    """A form as it would have been sent to give this answer."""
    data = QueryDict(mutable=True)
    for question in questions:
        if question.key in values:
            _fill(data, question, values[question.key])
    return data


def _fill(data: QueryDict, question: Question, value: Any) -> None:
    name = name_of(question.key)
    chosen = question.kind in {"choice", "choices"}
    if value is None:
        data[name if chosen else unsure_name(question.key)] = UNSURE if chosen else "1"
    elif question.kind in {"table", "region"}:
        put = _put_row if question.kind == "table" else _put_mark
        data[count_name(question.key)] = str(len(value))
        if not value:
            data[none_name(question.key)] = "1"
        for number, part in enumerate(value, 1):
            put(data, question.key, number, part)
    elif question.kind == "choices":
        data.setlist(name, [f"={each}" for each in value] or [NONE])
    else:
        data[name] = f"={value}" if question.kind == "choice" else str(value)


def _put_row(data: QueryDict, key: str, number: int, row: Mapping[str, Any]) -> None:
    for column, cell in row.items():
        data[part_name(key, number, column)] = "" if cell is None else str(cell)


def _put_mark(data: QueryDict, key: str, number: int, mark: Mapping[str, Any]) -> None:
    shape, parts = ("point", POINT) if "point" in mark else ("box", BOX)
    data[part_name(key, number, SHAPE)] = shape
    data[part_name(key, number, LABEL)] = mark.get("label", "")
    for part, fraction in zip(parts, mark[shape], strict=True):
        data[part_name(key, number, part)] = f"{round(100 * fraction, MARKED):g}"
