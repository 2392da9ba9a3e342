"""CSV and its like: each row becomes a part; the first row names the columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from crowd.rules.problems import Problem
from crowd.rules.splitting import encodings
from crowd.rules.splitting.parts import Limits, Part, Survey
from crowd.rules.splitting.plans import By, Plan

LONGEST_CELL = 1_000_000  # characters
DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"  # for a single column of texts that are full of commas
SAID = re.compile(r"sep=(.)\r?\n?")  # a first line by which Excel tells itself the delimiter


class CsvSplitter:
    ways = (By.ROWS,)

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
        """Read the whole table once.

        Raises:
            Problem: unreadable characters, no rows, too many rows or cells, ragged rows (named
                by the number that a spreadsheet shows beside them).
        """
        return survey(_rows(file), limits)

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        return parts(_rows(file), start)


def survey(rows: Iterator[tuple[int, list[str]]], limits: Limits) -> Survey:
    """Columns and number of rows of a table.

    Args:
        rows: their numbers, as a spreadsheet shows them, and their cells; the header first.

    Raises:
        Problem: no rows, ragged ones, too many rows or cells, a header that names twice.
    """
    columns = header(next(rows, (0, []))[1])
    width, count = len(columns), 0
    most = min(limits.rows, limits.cells // width)
    for count, (number, row) in enumerate(rows, start=1):
        if len(row) != width:
            raise Problem("csv_ragged", row=number, cells=len(row), expected=width)
        if count > most:
            raise _too_long(limits, width)
    if not count:
        raise Problem("csv_empty")
    return Survey(parts=count, columns=columns)


def parts(rows: Iterator[tuple[int, list[str]]], start: int) -> Iterator[Part]:
    """The rows under the header, after the first `start` ones."""
    later = islice(rows, start + 1, None)
    for position, (_, row) in enumerate(later, start=start + 1):
        yield Part(position=position, cells=row)


def header(cells: Sequence[str]) -> list[str]:
    """The names of the columns; those without one are numbered.

    Raises:
        Problem: no column, or two of one name.
    """
    if not cells:
        raise Problem("csv_empty")
    named = [name.strip() or str(number) for number, name in enumerate(cells, start=1)]
    name, times = Counter(named).most_common(1)[0]
    if times > 1:
        raise Problem("csv_header_doubled", name=name)
    return named


def delimiter(head: str) -> str:
    """The delimiter that cuts the header, and as many of the first rows into as many cells.

    Args:
        head: the first characters of a text, which may end in the middle of a row.

    Returns:
        One of DELIMITERS, or NO_DELIMITER.
    """
    if said := SAID.match(head):
        return said[1]
    best = max(DELIMITERS, key=lambda each: _cuts(head, each))
    return best if any(_cuts(head, best)) else NO_DELIMITER


def looks_like_table(head: str) -> bool:
    """Whether a text is a table, rather than paragraphs that happen to hold commas."""
    if SAID.match(head):
        return True
    cut = delimiter(head)
    if cut == NO_DELIMITER:
        return _is_quoted_column(head)
    rows = _first_rows(head, cut)
    width = len(rows[0])
    alike = sum(len(row) == width for row in rows)
    if cut != "," or not _is_prose(head):
        return alike * 2 >= len(rows)
    return alike == len(rows) > 2 and not rows[0][-1].rstrip().endswith((".", "!", "?", ":"))


def _too_long(limits: Limits, width: int) -> Problem:
    if limits.cells // width < limits.rows:
        return Problem("table_too_large", most=limits.cells)
    return Problem("csv_too_long", most=limits.rows)


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, as the file has them: nothing is padded, cut or guessed."""
    file.seek(0)
    head = encodings.decoded(file.read(encodings.LOOK))
    text = encodings.opened(file, newline="")
    line, first = 0, 0
    if SAID.match(head):
        text.readline()
        first = 1
    csv.field_size_limit(LONGEST_CELL)
    try:
        reader = csv.reader(text, delimiter=delimiter(head), strict=True)
        for number, row in enumerate(reader, start=first + 1):
            line = reader.line_num
            if row and (row[0].strip() or any(map(str.strip, row))):
                yield number, row
    except UnicodeError as wrong:
        raise Problem("text_encoding") from wrong
    except csv.Error as wrong:
        raise Problem("csv_unreadable", line=first + line + 1) from wrong
    finally:
        text.detach()


def _cuts(head: str, cut: str) -> tuple[int, int]:
    try:
        rows = _first_rows(head, cut)
    except csv.Error:
        return 0, 0
    cells = len(rows[0]) if rows else 0
    return (sum(len(row) == cells for row in rows), cells) if cells > 1 else (0, 0)


def _first_rows(head: str, cut: str) -> list[list[str]]:
    """At most twenty rows; the last one of a longer text may be cut, and is left out."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=cut)
    rows = []
    for row in reader:
        if row:
            rows.append(row)
        if len(rows) > 20:
            break
    return rows[:20]


def _is_prose(head: str) -> bool:
    """Whether nearly every comma is followed by a space, as people write them."""
    commas = head.count(",")
    return head.count(", ") + head.count(",\n") > 0.8 * commas


def _is_quoted_column(head: str) -> bool:
    """Whether cells of a single column stand in quotes, as a spreadsheet writes them."""
    lines = head.splitlines()[1:]
    return any(line.startswith('"') for line in lines) and any(
        (line.endswith('"') and not line.endswith('""')) or line == '""' for line in lines
    )
