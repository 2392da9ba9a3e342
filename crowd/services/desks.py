"""Desks: child processes that read foreign files for a worker, and may die of them.

A worker has one, kept from file to file, and gives it orders (`rules.splitting.desk` is what runs
there). When it dies, by its own limits or by what was in a file, the worker goes on.
"""

import contextlib
import fcntl
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings

from crowd.rules.problems import Problem
from crowd.rules.splitting.desk import Batch
from crowd.rules.splitting.parts import Limits, Survey
from crowd.rules.splitting.plans import Plan, Sheet

PIPE_BYTES = 1024 * 1024  # so that it reads on while we store
MOST_ORDERS = 200  # then a new one: whatever a library keeps is given back
ROOT = Path(__file__).resolve().parents[2]  # where `crowd` can be imported from


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A file, and the way in which it is to be split.

    Attributes:
        limits: what it may have at most; None for those of documents.
        seconds: of processor time for each order; None for those of documents.
    """

    path: Path
    media_type: str
    plan: Plan
    limits: Limits | None = None
    seconds: int | None = None


class DeskDied(Exception):
    """The desk ended over an order.

    Attributes:
        too_slow: by its timer, rather than by memory or by what was in the file.
        seconds: what the timer was set to.
    """

    def __init__(self, *, too_slow: bool, seconds: int) -> None:
        super().__init__(too_slow)
        self.too_slow, self.seconds = too_slow, seconds


class Desk(Protocol):
    """Reads files: in a process of its own, or, in tests, right here."""

    def survey(self, reading: Reading) -> Survey:
        """What a first look at a file tells.

        Raises:
            Problem: what is wrong with it; also that it is too much for the limits.
        """
        ...

    def batches(
        self,
        reading: Reading,
        *,
        start: int,
        stop: int,
        columns: list[str],
    ) -> Iterator[Batch]: ...


class ChildDesk:
    """A desk in a process of its own, started when it is first used."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._orders = 0

    def survey(self, reading: Reading) -> Survey:
        """What a first look at a file tells.

        Raises:
            Problem: what is wrong with it; also that it is too much for the limits.
        """
        return Survey(**self._look("survey", reading))

    def sheets(self, reading: Reading) -> list[Sheet]:
        """The sheets of a workbook that can be seen, whatever is wrong with one of them.

        Raises:
            Problem: what is wrong with the whole file.
        """
        found: list[Sheet] = self._look("sheets", reading)["sheets"]
        return found

    def _look(self, do: str, reading: Reading) -> dict[str, Any]:
        """Have a file looked through within its time."""
        seconds = reading.seconds or settings.TAMIS_SURVEY_SECONDS
        most = reading.limits or limits()
        order = {"do": do, "limits": asdict(most), "first_seconds": seconds}
        try:
            self._order(order, reading)
            return self._answer()
        except DeskDied as death:
            if death.too_slow:
                raise Problem("survey_too_slow", seconds=seconds) from death
            raise Problem("file_too_heavy") from death

    def batches(
        self,
        reading: Reading,
        *,
        start: int,
        stop: int,
        columns: list[str],
    ) -> Iterator[Batch]:
        """The parts after the first `start`, up to `stop`, as they are read.

        Raises:
            Problem: what is wrong with the file.
            DeskDied: over the part after the last that was given.
        """
        paged = reading.plan.kind in {"page", "tile", "whole"}
        order = {
            "do": "parts",
            "start": start,
            "stop": stop,
            "columns": columns,
            "seconds": reading.seconds or settings.TAMIS_PAGE_SECONDS,
            "first_seconds": reading.seconds
            or (settings.TAMIS_PAGE_SECONDS if paged else settings.TAMIS_SURVEY_SECONDS),
        }
        whole = False
        try:
            self._order(order, reading)
            while "end" not in (head := self._answer()):
                yield self._batch(head)
            whole = True
        finally:
            if not whole:  # what it still has to say is about an order nobody waits for
                self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()

    def _order(self, order: Mapping[str, Any], reading: Reading) -> None:
        if self._orders >= MOST_ORDERS:
            self.close()
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child, self._orders = _started(), 0
        self._orders += 1
        whole = {
            **order,
            "path": str(reading.path),
            "media_type": reading.media_type,
            "plan": reading.plan.as_json(),
            "memory": settings.TAMIS_DESK_BYTES,
        }
        try:
            _pipe(self._child.stdin).write(json.dumps(whole).encode() + b"\n")
            _pipe(self._child.stdin).flush()
        except OSError:
            raise self._death() from None

    def _answer(self) -> dict[str, Any]:
        assert self._child
        line = _pipe(self._child.stdout).readline()
        if not line.endswith(b"\n"):
            raise self._death()
        answer: dict[str, Any] = json.loads(line)
        if "problem" in answer:
            raise Problem(answer["problem"], **answer["params"])
        return answer

    def _batch(self, head: dict[str, Any]) -> Batch:
        text = self._read(head["text"]).decode()
        pictures = {
            int(at): {int(width): self._read(size) for width, size in widths.items()}
            for at, widths in head["pictures"].items()
        }
        gaps = {int(at): Problem(code, **params) for at, (code, params) in head["gaps"].items()}
        return Batch(
            first=head["first"],
            count=head["count"],
            lines=text.split("\n") if text else [],
            gaps=gaps,
            pictures=pictures,
        )

    def _read(self, size: int) -> bytes:
        assert self._child
        data = _pipe(self._child.stdout).read(size)
        if len(data) < size:
            raise self._death()
        return data

    def _death(self) -> DeskDied:
        assert self._child
        code = self._child.wait()
        self.close()
        return DeskDied(too_slow=code == -signal.SIGPROF, seconds=settings.TAMIS_PAGE_SECONDS)


def limits() -> Limits:
    """What a document may have at most, as this site is set up."""
    return Limits(
        pages=settings.TAMIS_MAX_PAGES,
        rows=settings.TAMIS_MAX_ROWS,
        cells=settings.TAMIS_MAX_CELLS,
        text_bytes=settings.TAMIS_MAX_TEXT_BYTES,
        pixels=settings.TAMIS_MAX_PIXELS,
    )


_own = threading.local()


def own() -> ChildDesk:
    """This worker's desk (of this thread: two orders at once would mix their answers)."""
    if not hasattr(_own, "desk"):
        _own.desk = ChildDesk()
    desk: ChildDesk = _own.desk
    return desk


def _started() -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "crowd.rules.splitting.desk"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C is for the worker, which then closes our input.
        start_new_session=True,
    )
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux
        with contextlib.suppress(OSError):
            fcntl.fcntl(_pipe(child.stdout), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return child


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
