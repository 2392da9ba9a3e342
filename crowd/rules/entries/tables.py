"""Tables: rows of cells, each column with a kind of its own; no rows says "nothing declared"."""

from collections.abc import Mapping, Sequence
from typing import Any

from crowd.rules.entries import dates, numbers, texts
from crowd.rules.problems import Problem
from crowd.rules.wording import says_nothing, storable

MOST_ROWS = 200
MOST_COLUMNS = 30
KINDS = ("text", "number", "date", "choice")

Cell = str | int | float | None
Row = dict[str, Cell]


def read(value: Any, settings: Mapping[str, Any], *, language: str) -> list[Row]:
    """Clean a table.

    Args:
        value: a list of rows, each a dict column key → what was typed; a cell left out, empty,
            or that says "néant" where a number or a date belongs, is empty (None).
        settings: `columns`, each `{"key", "label", "kind", "options", "settings"}`; `min_rows`,
            `max_rows`.

    Returns:
        The rows that hold something, each with all columns; [] says that nothing is declared.

    Raises:
        Problem: `rows_expected`, `column_unknown`, `rows_too_few`, `rows_too_many`,
            `rows_all_empty`, or a cell's own problem with `in_row` and `in_column`.
    """
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Problem("rows_expected")
    most = int(settings.get("max_rows") or MOST_ROWS)
    if len(value) > most:
        raise Problem("rows_too_many", rows=len(value), most=most)
    columns = settings["columns"]
    rows = [_row(row, columns, number, language) for number, row in enumerate(value, start=1)]
    said = [row for row in rows if any(cell is not None for cell in row.values())]
    if value and not said:
        raise Problem("rows_all_empty")
    least = int(settings.get("min_rows") or 0)
    if len(said) < least:
        raise Problem("rows_too_few", rows=len(said), least=least)
    return said


def _row(
    row: Mapping[str, Any], columns: Sequence[Mapping[str, Any]], number: int, language: str
) -> Row:
    unknown = row.keys() - {column["key"] for column in columns}
    if unknown:
        raise Problem("column_unknown", key=storable(str(min(unknown, key=str))[:50]), row=number)
    clean: Row = {}
    for column in columns:
        try:
            clean[column["key"]] = _cell(row.get(column["key"]), column, language)
        except Problem as problem:
            place = {"in_row": number, "in_column": str(column.get("label") or column["key"])}
            raise Problem(problem.code, **{**problem.params, **place}) from problem
    return clean


def _cell(value: Any, column: Mapping[str, Any], language: str) -> Cell:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    settings = column.get("settings") or {}
    match column["kind"]:
        case "choice":
            if value not in [option["value"] for option in column["options"]]:
                raise Problem("option_unknown", value=str(value)[:50])
            return str(value)
        case "text":
            return texts.read(value, settings) or None
    if isinstance(value, str) and says_nothing(value):
        return None
    if column["kind"] == "number":
        return numbers.read(value, settings, language=language)
    return dates.read(value, settings, language=language)


def check(settings: Mapping[str, Any]) -> None:
    """Raise ValueError for a table without columns, or with columns that can't be filled."""
    columns = settings.get("columns")
    if not isinstance(columns, list) or not 0 < len(columns) <= MOST_COLUMNS:
        raise ValueError("a table has columns")
    for column in columns:
        _check_column(column)
    if len({column["key"] for column in columns}) < len(columns):
        raise ValueError("two columns have the same key")
    least, most = settings.get("min_rows") or 0, settings.get("max_rows") or MOST_ROWS
    if type(least) is not int or type(most) is not int or not 0 <= least <= most <= MOST_ROWS:
        raise ValueError("min_rows and max_rows count rows")


def _check_column(column: Any) -> None:
    if not isinstance(column, dict) or column.get("kind") not in KINDS:
        raise ValueError("a column has a kind: text, number, date or choice")
    if not isinstance(column.get("key"), str) or not 0 < len(column["key"]) <= 40:
        raise ValueError("a column has a key")
    settings = column.get("settings") or {}
    if not isinstance(settings, dict):
        raise ValueError("a column's settings are an object")  # noqa: TRY004
    match column["kind"]:
        case "text":
            texts.check(settings)
        case "number":
            numbers.check(settings)
        case "date":
            dates.check(settings)
        case "choice":
            options = column.get("options")
            if not isinstance(options, list) or not options:
                raise ValueError("a column to choose in has options")
            if not all(isinstance(o, dict) and isinstance(o.get("value"), str) for o in options):
                raise ValueError("an option has a value")
