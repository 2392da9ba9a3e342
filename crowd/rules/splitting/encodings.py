"""Which characters the bytes of a text stand for: UTF-8, UTF-16, Windows-1252 and their like."""

import codecs
import io
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from crowd.rules.problems import Problem

LOOK = 256 * 1024  # bytes looked at to tell an encoding
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
TEXT_CONTROLS = set(b"\t\n\r\x0b\x0c\x1a\x1b")
GUESSES = ["cp1252", "latin_1", "utf_16_le", "utf_16_be"]


def encoding(head: bytes) -> str:
    """The name of the encoding that these first bytes are written in.

    Raises:
        Problem: `text_encoding`, none that is known fits.
    """
    for mark, name in MARKS.items():
        if head.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        if _has_nul_in_turn(head):
            return "utf-16-le" if head[1] == 0 else "utf-16-be"
        best = from_bytes(head, cp_isolation=GUESSES).best()
        if best is None:
            raise Problem("text_encoding") from None
        return best.encoding
    # Latin letters in UTF-16 are valid UTF-8, too: every other byte is NUL.
    if _has_nul_in_turn(head):
        return "utf-16-le" if head[1] == 0 else "utf-16-be"
    return "utf-8"


def is_text(head: bytes) -> bool:
    """Whether these first bytes are text in an encoding that is known, and not binary data."""
    if head.startswith(tuple(MARKS)):
        return True
    if _has_nul_in_turn(head):
        return True
    return not any(byte < 32 and byte not in TEXT_CONTROLS for byte in set(head))


def decoded(head: bytes) -> str:
    """The characters of these first bytes; one cut in half at the end is left out.

    Raises:
        Problem: `text_encoding`.
    """
    try:
        return codecs.getincrementaldecoder(encoding(head))().decode(head)
    except UnicodeError as wrong:
        raise Problem("text_encoding") from wrong


def opened(file: BinaryIO, *, newline: str | None = None) -> io.TextIOWrapper:
    """The file as text, from its start. Detach it when done: whoever opened the file closes it.

    Raises:
        Problem: `text_encoding`; also while reading, `text_unreadable` where a NUL is found.
    """
    name = _of_file(file)
    file.seek(0)
    raw = _Raw(file, nul="utf-16" not in name)
    return io.TextIOWrapper(io.BufferedReader(raw, 256 * 1024), encoding=name, newline=newline)


def _of_file(file: BinaryIO) -> str:
    """Told from the first bytes, or from the first ones that are not the same in all encodings: an
    accent may come late in a list of names."""
    file.seek(0)
    head = file.read(LOOK)
    name = encoding(head)
    while head and head.isascii() and name == "utf-8":
        head = file.read(LOOK)
        name = encoding(head)
    return name


def _has_nul_in_turn(head: bytes) -> bool:
    """Like UTF-16 without a mark: among the first letters, one byte of two is NUL."""
    even, odd = head[:512:2], head[1:512:2]
    if len(odd) < 2:
        return False
    zeros = even.count(0) / len(even), odd.count(0) / len(odd)
    return max(zeros) > 0.7 and min(zeros) < 0.1


class _Raw(io.RawIOBase):
    """A reader over someone else's file, that knows on which line it meets binary data."""

    def __init__(self, file: BinaryIO, *, nul: bool) -> None:
        self._file, self._nul, self._lines = file, nul, 1

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        if self._nul and b"\x00" in data:
            before = data[: data.index(b"\x00")]
            raise Problem("text_unreadable", line=self._lines + _newlines(before))
        self._lines += _newlines(data)
        buffer[: len(data)] = data
        return len(data)


def _newlines(data: bytes) -> int:
    return data.count(b"\n") or data.count(b"\r")
