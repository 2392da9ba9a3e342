"""CSV: each row becomes a part; the first row names the columns."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from crowd.rules.problems import Problem
from crowd.rules.splitting.parts import Limits, Part, Survey

LOOK = 256 * 1024  # bytes looked at to tell encoding and delimiter
LONGEST_CELL = 1_000_000  # characters
DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"  # for a single column of texts that are full of commas
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class CsvSplitter:
    kind = "row"

    def survey(self, file: BinaryIO, limits: Limits) -> Survey:
        """Read the whole table once.

        Raises:
            Problem: unreadable characters, no rows, ragged rows (named by number), too many rows.
        """
        rows = _rows(file)
        columns = _header(rows)
        count = 0
        for count, row in enumerate(rows, start=1):
            if len(row) != len(columns):
                raise Problem("csv_ragged", row=count, cells=len(row), expected=len(columns))
            if count > limits.rows:
                raise Problem("csv_too_long", most=limits.rows)
        if not count:
            raise Problem("csv_empty")
        return Survey(parts=count, columns=columns)

    def parts(self, file: BinaryIO, start: int) -> Iterator[Part]:
        rows = _rows(file)
        next(rows, None)
        for position, row in enumerate(rows, start=1):
            if position > start:
                yield Part(position=position, cells=row)


def _header(rows: Iterator[list[str]]) -> list[str]:
    columns = [name.strip() for name in next(rows, [])]
    if not columns:
        raise Problem("csv_empty")
    named = [name or str(number) for number, name in enumerate(columns, start=1)]
    name, times = Counter(named).most_common(1)[0]
    if times > 1:
        raise Problem("csv_header_doubled", name=name)
    return named


def _rows(file: BinaryIO) -> Iterator[list[str]]:
    """Rows that hold anything, as the file has them: nothing is padded, cut or guessed."""
    file.seek(0)
    encoding = _encoding(file.read(LOOK))
    file.seek(0)
    text = io.TextIOWrapper(_Unclosed(file), encoding=encoding, newline="")
    line = 0
    csv.field_size_limit(LONGEST_CELL)
    try:
        reader = csv.reader(text, delimiter=_delimiter(file, encoding), strict=True)
        for row in reader:
            line = reader.line_num
            if any("\x00" in cell for cell in row):
                raise Problem("csv_unreadable", line=line)
            if any(cell.strip() for cell in row):
                yield row
    except UnicodeError as wrong:
        raise Problem("csv_encoding") from wrong
    except csv.Error as wrong:
        raise Problem("csv_unreadable", line=line + 1) from wrong
    finally:
        text.detach()


class _Unclosed(io.BufferedReader):
    """A reader over someone else's file: whoever opened it closes it."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(_Raw(file))


class _Raw(io.RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _encoding(head: bytes) -> str:
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8"
    except UnicodeDecodeError:
        best = from_bytes(head, cp_isolation=["cp1252", "latin_1", "utf_16_le", "utf_16_be"]).best()
        if best is None:
            raise Problem("csv_encoding") from None
        return best.encoding


def _delimiter(file: BinaryIO, encoding: str) -> str:
    """The delimiter that cuts the header, and as many of the first rows into as many cells."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    head = decoder.decode(file.read(LOOK))
    file.seek(0)
    best = max(DELIMITERS, key=lambda delimiter: _cuts(head, delimiter))
    return best if any(_cuts(head, best)) else NO_DELIMITER


def _cuts(head: str, delimiter: str) -> tuple[int, int]:
    try:
        rows = [
            row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row
        ]
    except csv.Error:
        return 0, 0
    cells = len(rows[0]) if rows else 0
    return (sum(len(row) == cells for row in rows[:20]), cells) if cells > 1 else (0, 0)
