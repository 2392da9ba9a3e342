"""Rows of figures, printed so that they can be read on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any


def print_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """One line for each figure, one column for each row."""
    width = max(len(name) for row in rows for name in row)
    for name in rows[0]:
        cells = "".join(str(row.get(name, "")).rjust(12) for row in rows)
        print(f"  {name.ljust(width)}{cells}")
