"""XLSX and ODS: one of the sheets that can be seen, row by row; the largest if none is chosen."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import python_calamine as calamine

from crowd.rules import zips
from crowd.rules.problems import Problem
from crowd.rules.splitting import tables
from crowd.rules.splitting.parts import Limits, Part, Survey
from crowd.rules.splitting.plans import By, Plan, Sheet

MOST_UNPACKED = 1_000_000_000  # bytes of all the XML in one file
RATIO = 500  # sheets of alike numbers are packed tightly
KEPT = 64  # bytes of a block looked at again with the next: a reference may be cut in two
# Where a sheet's cells are. Memory is asked for from the first to the last of them.
REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{0,3})([0-9]{1,7})["']""")
DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class SheetSplitter:
    ways = (By.ROWS,)

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
        """Check the file, then read the sheet once.

        Raises:
            Problem: damaged, protected, entities of its own, no such sheet, no rows, too many rows
                or cells.
        """
        check(file, limits)
        seen = _seen(file)
        found = tables.survey(_rows(_chosen(seen, plan)), limits)
        return replace(found, sheets=_listed(seen))

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        return tables.parts(_rows(_chosen(_seen(file), plan)), start)


def listed(file: BinaryIO, limits: Limits) -> list[Sheet]:
    """The sheets that are not hidden, in the workbook's order.

    Raises:
        Problem: what no sheet of this file could be read for.
    """
    check(file, limits)
    return _listed(_seen(file))


def check(file: BinaryIO, limits: Limits) -> None:
    """Let a file pass that can be read within bounds: a reader in C or Rust can't be interrupted.

    Raises:
        Problem: `sheet_unreadable`, `sheet_entities`, `archive_bomb` or `table_too_large`.
    """
    try:
        for name, blocks in zips.checked(file, most=MOST_UNPACKED, ratio=RATIO):
            if name.endswith((".xml", ".rels")):
                _check_member(blocks, limits, is_sheet=name.startswith("xl/worksheets/"))
            else:
                for _ in blocks:
                    pass
    except Problem as wrong:
        if wrong.code == "archive_unreadable":
            raise Problem("sheet_unreadable") from wrong
        raise


def _check_member(blocks: Iterator[bytes], limits: Limits, *, is_sheet: bool) -> None:
    before, width, height = b"", 1, 1
    for block in blocks:
        looked_at = before + block
        if DECLARES.search(looked_at):
            raise Problem("sheet_entities")
        for column, row in REFERENCE.findall(looked_at) if is_sheet else ():
            height = max(height, int(row))
            width = max(width, _number(column))
        if width * height > limits.cells * 2:
            raise Problem("table_too_large", most=limits.cells)
        before = looked_at[-KEPT:]


def _number(column: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _rows(sheet: calamine.CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with their numbers in the spreadsheet; no column behind the last
    that holds anything."""
    first = (sheet.start or (0, 0))[0] + 1
    width = max(map(_width, sheet.iter_rows()), default=0)
    for number, row in enumerate(sheet.iter_rows(), start=first):
        cells = [shown(value) for value in row[:width]]
        if any(map(str.strip, cells)):
            yield number, cells


def _seen(file: BinaryIO) -> list[calamine.CalamineSheet]:
    """The sheets that are not hidden, in the workbook's order."""
    file.seek(0)
    try:
        book = calamine.load_workbook(file)
        seen = [
            index
            for index, sheet in enumerate(book.sheets_metadata)
            if sheet.visible == calamine.SheetVisibleEnum.Visible
            and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        return [book.get_sheet_by_index(index) for index in seen]
    except calamine.PasswordError as wrong:
        raise Problem("sheet_encrypted") from wrong
    except (calamine.CalamineError, ValueError, OSError) as wrong:
        raise Problem("sheet_unreadable") from wrong
    except BaseException as wrong:
        # What Rust could not go on with is no Exception; all else (a worker's end) is not ours.
        if type(wrong).__name__ == "PanicException":
            raise Problem("sheet_unreadable") from wrong
        raise


def _listed(sheets: Sequence[calamine.CalamineSheet]) -> list[Sheet]:
    return [Sheet(name=each.name, rows=each.height, columns=each.width) for each in sheets]


def _chosen(sheets: Sequence[calamine.CalamineSheet], plan: Plan) -> calamine.CalamineSheet:
    """Like `plans.largest`: the first one of those that have the most cells."""
    if not sheets:
        raise Problem("csv_empty")
    if not plan.sheet:
        return max(sheets, key=lambda each: each.height * each.width)
    for sheet in sheets:
        if sheet.name == plan.sheet:
            return sheet
    raise Problem("plan_sheet_unknown", name=plan.sheet)


def _width(row: list[Any]) -> int:
    return next((index for index in range(len(row), 0, -1) if row[index - 1] != ""), 0)


def shown(value: Any) -> str:
    """A cell as people read it: 3 rather than 3.0, 2014-03-05 rather than 41703."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet keeps: 0.3 rather than 0.30000000000000004.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
