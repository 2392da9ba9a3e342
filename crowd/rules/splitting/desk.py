"""The desk: a process of its own where foreign files are read, so that it may die of one.

It is given orders on its standard input, one JSON object a line, and answers on its standard
output: a line of JSON, then as many bytes of text and pictures as that line says. It limits itself:
memory by RLIMIT_AS, processor time by a timer whose signal ends it even inside of a library that
hangs. Whoever gave the order sees the pipe end, and the signal.
"""

import contextlib
import json
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, Any, BinaryIO

from crowd.rules.problems import Problem
from crowd.rules.splitting import lines, plans, sheets, types
from crowd.rules.splitting.parts import Limits, Part, Splitter, Survey
from crowd.rules.splitting.plans import By, Plan

FEW, MANY = 200, 5_000  # parts without pictures in the first batch, and in each of the others
MOST_CHARACTERS = 4_000_000  # of one batch


@dataclass(kw_only=True)
class Batch:
    """Parts that are stored together.

    Attributes:
        first: position of the first of them.
        lines: one each for COPY, without those that were left out.
        gaps: position → problem of those.
        pictures: position → width → WebP.
    """

    first: int
    count: int = 0
    lines: list[str] = field(default_factory=list)
    gaps: dict[int, Problem] = field(default_factory=dict)
    pictures: dict[int, dict[int, bytes]] = field(default_factory=dict)

    def add(self, other: "Batch") -> None:
        """Take up the batch that follows."""
        self.count += other.count
        self.lines += other.lines
        self.gaps |= other.gaps
        self.pictures |= other.pictures


def survey(splitter: Splitter, file: BinaryIO, plan: Plan, limits: Limits) -> Survey:
    """What a first look tells.

    Raises:
        Problem: what is wrong with the file, or with this plan for it.
    """
    seen = splitter.survey(file, plan, limits)
    plans.check_sheet(plan, seen.sheets)
    plans.check_columns(plan, seen.columns)
    return seen


def batches(parts: Iterable[Part], *, plan: Plan, columns: list[str]) -> Iterator[Batch]:
    """Parts gathered for storing: one at a time while they have pictures, else by the thousand.

    Args:
        parts: in order; rows have all their cells.
        columns: of the whole table.
    """
    shown = [columns.index(name) for name in plan.columns] if plan.by is By.ROWS else []
    batch: Batch | None = None
    most, size = FEW, 0
    for part in parts:
        if batch is None:
            batch, size = Batch(first=part.position), 0
        batch.count += 1
        if part.problem is not None:
            batch.gaps[part.position] = part.problem
        else:
            made = lines.line(_chosen(part, shown, columns) if shown else part)
            size += len(made)
            batch.lines.append(made)
            if part.picture is not None:
                batch.pictures[part.position] = part.picture.variants
        if batch.pictures or batch.gaps or batch.count >= most or size > MOST_CHARACTERS:
            yield batch
            batch, most = None, MANY
    if batch is not None:
        yield batch


def _chosen(part: Part, shown: list[int], columns: list[str]) -> Part:
    kept = {
        name: cell
        for number, (name, cell) in enumerate(zip(columns, part.cells, strict=False))
        if number not in shown
    }
    cells = [part.cells[number] for number in shown]
    return Part(position=part.position, text=part.text, cells=cells, metadata=kept)


def main() -> None:
    """Take orders until there are no more."""
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not end up among the answers
    for order in orders:
        _carry_out(json.loads(order), answers)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _carry_out(order: dict[str, Any], answers: IO[bytes]) -> None:
    _limit_memory(order["memory"])
    try:
        splitter = types.SPLITTERS[order["media_type"]]
        plan = plans.parse(order["plan"], ways=splitter.ways)
        with open(order["path"], "rb") as file:
            signal.setitimer(signal.ITIMER_PROF, order["first_seconds"])
            if order["do"] == "survey":
                _send(answers, asdict(survey(splitter, file, plan, Limits(**order["limits"]))))
                return
            if order["do"] == "sheets":
                _send(answers, {"sheets": sheets.listed(file, Limits(**order["limits"]))})
                return
            parts = _until(splitter.parts(file, plan, order["start"]), order["stop"])
            for batch in batches(parts, plan=plan, columns=order["columns"]):
                signal.setitimer(signal.ITIMER_PROF, 0)
                _send_batch(answers, batch)
                signal.setitimer(signal.ITIMER_PROF, order["seconds"])
            _send(answers, {"end": True})
    except Problem as problem:
        _send(answers, {"problem": problem.code, "params": dict(problem.params)})
    except MemoryError:
        _send(answers, {"problem": "file_too_heavy", "params": {}})


def _until(parts: Iterator[Part], stop: int) -> Iterator[Part]:
    for part in parts:
        yield part
        if part.position >= stop:
            return


def _limit_memory(size: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or most > size:
        resource.setrlimit(resource.RLIMIT_AS, (size, most))


def _send_batch(answers: IO[bytes], batch: Batch) -> None:
    text = "\n".join(batch.lines).encode("utf-8", "replace")
    blobs = [data for widths in batch.pictures.values() for data in widths.values()]
    head = {
        "first": batch.first,
        "count": batch.count,
        "text": len(text),
        "gaps": {at: [each.code, dict(each.params)] for at, each in batch.gaps.items()},
        "pictures": {
            at: {width: len(data) for width, data in widths.items()}
            for at, widths in batch.pictures.items()
        },
    }
    _send(answers, head, text, *blobs)


def _send(answers: IO[bytes], head: dict[str, Any], *bodies: bytes) -> None:
    answers.write(json.dumps(head).encode() + b"\n")
    for body in bodies:
        answers.write(body)
    answers.flush()


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):  # the worker is gone
        main()
