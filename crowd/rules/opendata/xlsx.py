"""XLSX: rows go to the disk as they come, none is held in memory."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from crowd.rules.opendata.columns import Column
from crowd.rules.problems import Problem

MOST_ROWS = 1_048_575  # of a sheet, without its header
LONGEST = 32_767  # characters of a cell
# A text is a text: nothing in it becomes a formula, a link or a number.
PLAIN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def write(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write one sheet.

    Raises:
        Problem: `export_too_long`: there are more rows than a sheet can have.
    """
    with xlsxwriter.Workbook(str(path), PLAIN) as book:
        sheet = book.add_worksheet("verdicts")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.name[:LONGEST], bold)
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                raise Problem("export_too_long", most=MOST_ROWS)
            for at, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, at, value[:LONGEST])
                elif value is not None:
                    sheet.write_number(number, at, value)
