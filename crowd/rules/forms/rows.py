"""Rows of several people's tables, laid beside one another."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from crowd.rules import sameness
from crowd.rules.entries.tables import Cell, Row
from crowd.rules.forms import measures, texts
from crowd.rules.forms.gathering import gather
from crowd.rules.forms.parts import LEFT_OUT, Missing
from crowd.rules.questions import Kind, Question, Value

SAME_ROW = 0.5  # rows that have half in common are one row
HALF_EMPTY = 0.5  # weight of a cell that only one of two rows has


def lay(tables: Sequence[Sequence[Row]], columns: Sequence[Question]) -> list[dict[int, Row]]:
    """Lay the rows of several people beside one another.

    Args:
        tables: the rows of each person.

    Returns:
        One entry per row that somebody typed, in reading order: person → their row. Where a
        person has typed on two lines what the others have on one, the two are joined.
    """
    groups = gather(
        tables, lambda one, other: row_likenesses(one, other, columns).tolist(), least=SAME_ROW
    )
    laid = [{p: dict(tables[p][i]) for p, i in sorted(group.items())} for group in groups]
    places = {(p, i): n for n, group in enumerate(groups) for p, i in group.items()}
    dropped: set[int] = set()
    for number, group in enumerate(groups):
        host = _host(group, groups, tables, columns, places) if len(group) == 1 else None
        if host is not None:
            ((person, index),) = group.items()
            laid[host][person] = _in_order(tables[person], groups[host][person], index, columns)
            dropped.add(number)
    return [row for number, row in enumerate(laid) if number not in dropped]


def _host(
    line: dict[int, int],
    groups: Sequence[dict[int, int]],
    tables: Sequence[Sequence[Row]],
    columns: Sequence[Question],
    places: dict[tuple[int, int], int],
) -> int | None:
    """The row that a line belongs to: joined, the two are more like what others typed."""
    ((person, index),) = line.items()
    for neighbour in (index - 1, index + 1):
        host = places.get((person, neighbour))
        if host is None or len(groups[host]) < 2:
            continue
        others = [tables[p][i] for p, i in groups[host].items() if p != person]
        joined = _in_order(tables[person], neighbour, index, columns)
        alike = row_likenesses([joined, tables[person][neighbour]], others, columns).sum(axis=1)
        if alike[0] > alike[1]:
            return host
    return None


def _in_order(rows: Sequence[Row], one: int, other: int, columns: Sequence[Question]) -> Row:
    """Two lines of one person as one row: texts behind one another, else what is not empty."""
    first, second = rows[min(one, other)], rows[max(one, other)]
    row: Row = {}
    for column in columns:
        top, bottom = first.get(column.key), second.get(column.key)
        if column.kind is Kind.TEXT and top is not None and bottom is not None:
            row[column.key] = f"{top} {bottom}"
        else:
            row[column.key] = bottom if top is None else top
    return row


def row_likenesses(
    rows: Sequence[Row], others: Sequence[Row], columns: Sequence[Question]
) -> NDArray[np.float64]:
    """How alike each row is to each other one, 0 to 1 (rows × others).

    By letters, so that a slip of the hand does not part two rows. Cells that are empty in both say
    nothing about it.
    """
    total = np.zeros((len(rows), len(others)))
    weight = np.zeros_like(total)
    for column in columns:
        mine, theirs = ([_spelt(row.get(column.key), column) for row in r] for r in (rows, others))
        alike = cdist(mine, theirs, scorer=Levenshtein.normalized_similarity, dtype=np.float64)
        if column.kind is Kind.CHOICE:
            alike = (alike == 1).astype(np.float64)
        there = (
            np.array([cell != "" for cell in mine])[:, None],
            np.array([c != "" for c in theirs]),
        )
        both, either = there[0] & there[1], there[0] | there[1]
        total += np.where(both, alike, 0.0)
        weight += np.where(both, 1.0, np.where(either, HALF_EMPTY, 0.0))
    return np.divide(total, weight, out=np.ones_like(total), where=weight > 0)


def cell_likeness(one: Row, other: Row, column: Question) -> float:
    """The agreement of two cells, as `likeness` of their kind says."""
    first, second = _said(one.get(column.key)), _said(other.get(column.key))
    if column.kind is Kind.TEXT:
        return texts.likeness(first, second, column)
    if column.kind is Kind.CHOICE or first is LEFT_OUT or second is LEFT_OUT:
        return float(first == second)
    return measures.likeness(first, second, column)


def _said(cell: Cell) -> Value | Missing:
    return LEFT_OUT if cell is None else cell


def _spelt(cell: Cell, column: Question) -> str:
    """A cell as it is compared letter by letter; "" when it is empty."""
    if cell is None:
        return ""
    field = str(column.settings.get("field") or "free")
    return sameness.key(str(cell), field) if column.kind is Kind.TEXT else str(cell)
