"""Records come in line by line: those that can be read become the rows of one document."""

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from crowd.models import Campaign, Document
from crowd.rules.problems import Problem
from crowd.rules.splitting import records
from crowd.services import intake

IN_MEMORY = 4 * 1024 * 1024  # bytes; more is kept in a file


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of the lines.

    Attributes:
        document: made of those that were taken; None when none was.
        numbers: of the lines that hold something, in order; a few bytes each, for there may be
            millions.
        problems: number of a line that was refused → why.
    """

    document: Document | None
    numbers: Sequence[int]
    problems: Mapping[int, Problem]

    @property
    def lines(self) -> Iterator[tuple[int, Problem | None]]:
        """Each line with why it was refused, if it was."""
        return ((number, self.problems.get(number)) for number in self.numbers)


def take(*, campaign: Campaign, lines: Iterable[bytes], name: str, now: datetime) -> Taken:
    """One document of these records, split by a worker like any other.

    Args:
        lines: one JSON object each; blank ones are passed over.

    Raises:
        Problem: the same records are in the campaign already.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        numbers, problems = array("L"), {}
        for number, problem in _checked(lines, cast(BinaryIO, kept)):
            numbers.append(number)
            if problem is not None:
                problems[number] = problem
        count = len(numbers) - len(problems)
        if not count:
            return Taken(document=None, numbers=numbers, problems=problems)
        if count == 1:  # one line alone would be taken for an object that holds records
            kept.seek(0)
            only = kept.read().strip()
            kept.seek(0)
            kept.write(b"[" + only + b"]")
        kept.seek(0)
        document = intake.receive(
            campaign=campaign, upload=cast(BinaryIO, kept), name=name, now=now
        )
    return Taken(document=document, numbers=numbers, problems=problems)


def _checked(lines: Iterable[bytes], kept: BinaryIO) -> Iterator[tuple[int, Problem | None]]:
    for number, line in enumerate(lines, start=1):
        if not (text := line.strip()):
            continue
        problem = _wrong(text, number)
        if problem is None:
            kept.write(text + b"\n")
        yield number, problem


def _wrong(text: bytes, number: int) -> Problem | None:
    try:
        record = records.loads(text.decode())
    except UnicodeDecodeError:
        return Problem("text_encoding")
    except Problem as problem:
        return Problem("record_unreadable", line=number) if "line" in problem.params else problem
    if not isinstance(record, dict) or not record:
        return Problem("record_unreadable", line=number)
    return None
