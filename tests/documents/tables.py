"""CSV files as spreadsheets of several kinds write them."""

import csv
import io
from collections.abc import Sequence


def table(
    rows: Sequence[Sequence[str]] | int,
    *,
    columns: Sequence[str] = ("nom", "avis"),
    delimiter: str = ",",
    encoding: str = "utf-8",
    newline: str = "\r\n",
) -> bytes:
    """A CSV file; a number of rows makes so many small different ones."""
    if isinstance(rows, int):
        rows = [[f"{name} {row}" for name in columns] for row in range(1, rows + 1)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows([columns, *rows])
    return out.getvalue().encode(encoding)
