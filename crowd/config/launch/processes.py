"""Looking at processes without mistaking one for another, and ending them."""

import contextlib
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil


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


def gone_within(process: psutil.Process, *, seconds: float) -> bool:
    """Wait for a process to end, ours or not."""
    with contextlib.suppress(psutil.TimeoutExpired):
        process.wait(timeout=seconds)
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def end(process: psutil.Process, *, steps: Iterable[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn, giving each its seconds, until the process is gone."""
    for number, seconds in steps:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return True
        if gone_within(process, seconds=seconds):
            return True
    return False
