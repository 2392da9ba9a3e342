"""Tables in a form: rows of inputs, some empty ones to go on in, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from crowd.models import Question
from crowd.rules.entries.tables import MOST_ROWS
from crowd.rules.problems import Problem
from frontend.answer_form.names import count_name, part_name

FIRST_ROWS = 2
MORE_ROWS = 3


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One input of a table; `wrong` when the problem of its question is about this cell."""

    name: str
    kind: str
    label: str
    value: str
    options: Sequence[Mapping[str, str]] = ()
    wrong: bool = False
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as the page shows it. `most` is how many rows it may have."""

    columns: Sequence[Mapping[str, Any]]
    rows: Sequence[Sequence[Cell]]
    count_name: str
    count: int
    most: int

    @property
    def may_grow(self) -> bool:
        return self.count < self.most


def table(question: Question, data: QueryDict, problem: Problem | None) -> Table:
    """The rows that were sent, or the first empty ones; “more rows” adds to them."""
    columns = question.settings["columns"]
    most = _most(question)
    sent = _count(question, data)
    if sent is None:
        count = max(FIRST_ROWS, int(question.settings.get("min_rows") or 0))
    else:
        count = sent + (MORE_ROWS if data.get("do") == f"more:{question.key}" else 0)
    count = min(count, most)
    rows = [_row(question.key, columns, number, data, problem) for number in range(1, count + 1)]
    return Table(
        columns=columns, rows=rows, count_name=count_name(question.key), count=count, most=most
    )


def rows(question: Question, data: QueryDict) -> list[dict[str, str]]:
    """What was typed, as `answers.submit` takes it: up to the last row that holds something.

    Empty rows before it stay, so that a problem names the row that the page shows.
    """
    keys = [column["key"] for column in question.settings["columns"]]
    found: list[dict[str, str]] = []
    for number in range(1, (_count(question, data) or 0) + 1):
        cells = {key: data.get(part_name(question.key, number, key), "").strip() for key in keys}
        found.append({key: cell for key, cell in cells.items() if cell})
    while found and not found[-1]:
        found.pop()
    return found


def _row(
    key: str,
    columns: Sequence[Mapping[str, Any]],
    number: int,
    data: QueryDict,
    problem: Problem | None,
) -> list[Cell]:
    place = problem.params if problem else {}
    return [
        Cell(
            name=part_name(key, number, column["key"]),
            kind=column["kind"],
            label=str(column.get("label") or column["key"]),
            value=data.get(part_name(key, number, column["key"]), ""),
            options=column.get("options") or (),
            wrong=place.get("in_row") == number
            and place.get("in_column") == str(column.get("label") or column["key"]),
            unit=(column.get("settings") or {}).get("unit") or "",
        )
        for column in columns
    ]


def _most(question: Question) -> int:
    return min(int(question.settings.get("max_rows") or MOST_ROWS), MOST_ROWS)


def _count(question: Question, data: QueryDict) -> int | None:
    sent = data.get(count_name(question.key), "")
    return min(int(sent), MOST_ROWS) if sent.isdecimal() else None
