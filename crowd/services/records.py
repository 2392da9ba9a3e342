"""Records come in line by line: those that can be read become the rows of one document."""

import tempfile
from collections.abc import Iterable, Iterator
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
        lines: numbers of the lines that hold something, with why not when refused, in order.
    """

    document: Document | None
    lines: list[tuple[int, Problem | None]]


def take(*, campaign: Campaign, lines: Iterable[bytes], name: str, now: datetime) -> Taken:
    """One document of these records, split by a worker like any other.

    Args:
        lines: one JSON object each; blank ones are passed over.

    Raises:
        Problem: the same records are in the campaign already.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        told = list(_checked(lines, cast(BinaryIO, kept)))
        count = sum(problem is None for _number, problem in told)
        if not count:
            return Taken(document=None, lines=told)
        if count == 1:  # one line alone would be taken for an object that holds records
            kept.seek(0)
            only = kept.read().strip()
            kept.seek(0)
            kept.write(b"[" + only + b"]")
        kept.seek(0)
        document = intake.receive(
            campaign=campaign, upload=cast(BinaryIO, kept), name=name, now=now
        )
    return Taken(document=document, lines=told)


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
