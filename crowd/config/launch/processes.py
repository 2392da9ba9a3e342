"""Looking at processes without mistaking one for another, and ending them."""

import contextlib
import signal
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

Steps = Sequence[tuple[signal.Signals, float]]


def running(pid: int) -> psutil.Process | None:
    """The process with that number, unless it is gone or only waits to be collected."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.Error:
        return None


def command_of(process: psutil.Process) -> list[str]:
    """The command line it was started with; empty when it is gone or hidden from us."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def working_in(directory: Path, *, name: str) -> list[psutil.Process]:
    """Processes of that name whose working directory is `directory`, as far as we may see it."""
    wanted = str(directory.resolve())
    return [process for process in psutil.process_iter() if _works_in(process, wanted, name)]


def _works_in(process: psutil.Process, directory: str, name: str) -> bool:
    try:
        return process.name().startswith(name) and process.cwd() == directory
    except psutil.Error:
        return False


def end(these: Iterable[psutil.Process], *, steps: Steps) -> None:
    """Send each signal in turn to those still there, until all are gone or its seconds are over."""
    left = list(these)
    for number, seconds in steps:
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        until = time.monotonic() + seconds
        while left and time.monotonic() < until:
            time.sleep(0.02)
            # Not psutil's own waiting: in a container nobody may collect the dead, and it would go
            # on waiting for them.
            left = [process for process in left if running(process.pid) == process]
