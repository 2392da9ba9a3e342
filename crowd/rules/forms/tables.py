"""Tables: rows of several people laid beside one another, then each cell by its kind.

Rows may be missing, typed in another order, typed twice as one, or split over two lines; "nothing
declared here" is an answer. Every row has an atom for being there, and every cell of a row that
half of the people typed an atom of its kind: cells that are sure stay so while others are asked
about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crowd.rules.entries.tables import Row
from crowd.rules.forms import rows as laying
from crowd.rules.forms.choosing import Choices
from crowd.rules.forms.measures import Measures
from crowd.rules.forms.parts import (
    CANT_TELL,
    LEFT_OUT,
    NOTHING,
    UNASKED,
    Category,
    Lesson,
    Missing,
    Parts,
    Said,
    Weights,
    Winners,
)
from crowd.rules.forms.texts import Texts
from crowd.rules.questions import Kind, Question, Value

ROWS: Category = ("rows",)
EMPTY: Category = ("nothing declared",)


@dataclass(frozen=True)
class Tables:
    """The tables of one question; see `parts.Parts`.

    Atoms: "" (rows, nothing declared …), "2" (whether there is a second row), "2/amount" (a cell).
    """

    question: Question
    values: tuple[Value | Missing, ...]

    @cached_property
    def columns(self) -> dict[str, Question]:
        return {column["key"]: column_question(column) for column in _columns(self.question)}

    @cached_property
    def laid(self) -> list[dict[int, Row]]:
        """Row by row: person → what they typed there."""
        return laying.lay([rows_of(value) for value in self.values], list(self.columns.values()))

    @cached_property
    def cells(self) -> dict[str, Parts]:
        """What was typed in each cell, for rows that half of those who looked have."""
        looked = sum(isinstance(value, list) for value in self.values)
        return {
            f"{number}/{key}": self._cell(row, question)
            for number, row in enumerate(self.laid, start=1)
            if 2 * len(row) >= looked
            for key, question in self.columns.items()
        }

    def _cell(self, row: Mapping[int, Row], question: Question) -> Parts:
        typed: list[Value | Missing] = []
        for person in range(len(self.values)):
            cell = row[person].get(question.key) if person in row else None
            typed.append(UNASKED if person not in row else LEFT_OUT if cell is None else cell)
        return parts_of_column(question, tuple(typed))

    @property
    def names(self) -> tuple[str, ...]:
        rows = tuple(str(number) for number in range(1, len(self.laid) + 1))
        return ("", *rows, *self.cells)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(self._of(person, value) for person, value in enumerate(self.values))

    def _of(self, person: int, value: Value | Missing) -> Said:
        if value is UNASKED:
            return {}
        if not isinstance(value, list):
            return {"": CANT_TELL if value is None else NOTHING}
        said: dict[str, Category] = {"": ROWS if value else EMPTY}
        said |= {str(n): person in row for n, row in enumerate(self.laid, start=1)}
        for name, cell in self.cells.items():
            if "" in cell.said[person]:
                said[name] = cell.said[person][""]
        return said

    def closed(self, name: str) -> tuple[Category, ...] | None:
        if name in self.cells:
            return self.cells[name].closed("")
        return (True, False) if name else (ROWS, EMPTY)

    def alternatives(self, name: str) -> int:
        return self.cells[name].alternatives("") if name in self.cells else 2

    def sure(self, accuracies: Sequence[float]) -> dict[str, float]:
        known = {name: cell.sure(accuracies).get("") for name, cell in self.cells.items()}
        return {name: each for name, each in known.items() if each is not None}

    def lessons(self, name: str, accuracies: Sequence[float]) -> Mapping[int, Lesson]:
        return self.cells[name].lessons("", accuracies) if name in self.cells else {}

    def matters(self, name: str, winners: Winners) -> bool:
        """No row is a question where nothing is declared, no cell where there is no row."""
        if not name:
            return True
        row, _, cell = name.partition("/")
        return winners.get("", ROWS) == ROWS and not (cell and winners.get(row) is False)

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        """The table; while some of it is contested, the rows that are not, with empty cells."""
        if not any(self.said):
            return "unasked", None
        if winners.get("") in {CANT_TELL, NOTHING}:
            return ("cant_tell" if winners[""] == CANT_TELL else "left_empty"), None
        if winners.get("") == EMPTY:
            return "settled", []
        found = [
            self._row(str(number), winners, weights)
            for number in range(1, len(self.laid) + 1)
            if winners.get(str(number)) is True
        ]
        open_ = [n for n in self.names if n not in winners and self.matters(n, winners)]
        return ("contested" if open_ else "settled"), found

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        outcome, value = self.compose(winners, weights)
        decided = LEFT_OUT if outcome == "left_empty" else value
        return likeness(self.values[index], decided, self.question)

    def _row(self, number: str, winners: Winners, weights: Weights) -> Row:
        row: Row = {}
        for key, question in self.columns.items():
            name = f"{number}/{key}"
            cell = self.cells.get(name) or self._cell(self.laid[int(number) - 1], question)
            won = {"": winners[name]} if name in winners else {}
            _, value = cell.compose(won, weights)
            row[key] = value if isinstance(value, str | int | float) else None
        return row


def rows_of(value: Value | Missing) -> list[Row]:
    return list(value) if isinstance(value, list) else []  # type: ignore[arg-type]


def column_question(column: Mapping[str, Any]) -> Question:
    """A column as a question of its own, that may be left empty."""
    return Question(
        key=column["key"],
        kind=Kind(column["kind"]),
        options=tuple(option["value"] for option in column.get("options") or ()),
        required=False,
        settings=column.get("settings") or {},
    )


def parts_of_column(question: Question, values: tuple[Value | Missing, ...]) -> Parts:
    match question.kind:
        case Kind.TEXT:
            return Texts(question, values)
        case Kind.CHOICE:
            return Choices(question, values)
        case _:
            return Measures(question, values)


def likeness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    """The share of cells that two tables have in common; a row that one lacks counts as wrong."""
    if not isinstance(one, list) or not isinstance(other, list):
        return float(one == other)
    columns = [column_question(column) for column in _columns(question)]
    laid = laying.lay([rows_of(one), rows_of(other)], columns)
    if not laid:
        return 1.0
    both = [row for row in laid if len(row) == 2]
    same = sum(laying.cell_likeness(r[0], r[1], column) for r in both for column in columns)
    return same / (len(laid) * len(columns))


def _columns(question: Question) -> Sequence[Mapping[str, Any]]:
    columns: Sequence[Mapping[str, Any]] = question.settings["columns"]
    return columns
