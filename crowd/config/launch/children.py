"""Tamis's own processes: what each is, how it is started, known again after a crash, and stopped.

Each child gets a session of its own, so that Ctrl-C reaches only the launcher, which stops them in
order; and a record in `var/run`, so that a launcher that was killed leaves nothing unknown behind.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from crowd.config.launch import logs, processes

# A running Celery task is given this long to finish; each is safe to run again.
STOPPING = [(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)]
# In that order, so that nothing is given to workers that have left.
GIVE_WORK = ("web", "sockets", "beat")
DO_WORK = ("worker", "documents")
# What a process says of its own birth is exact to a clock tick; clocks are corrected by less.
SAME_BIRTH = 2.0


@dataclass(frozen=True)
class Command:
    """One process of ours."""

    name: str
    title: str  # in sentences: "the web process"
    arguments: Sequence[str]


@dataclass(frozen=True)
class Record:
    """What tells one of our processes from any other that may get its number."""

    pid: int
    born: float  # seconds since the epoch
    command: list[str]


@dataclass
class Child:
    """A command that was started."""

    command: Command
    process: subprocess.Popen[bytes]
    log: Path
    log_begins: int  # the bytes earlier processes left in it

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll()


def sockets_of(port: int) -> int:
    """Where the sockets are served when pages are served on this port: next door."""
    return port + 1 if port < 65535 else port - 1


def commands(*, port: int, node: str, schedule: Path) -> list[Command]:
    """Tamis's processes.

    Args:
        port: where the web process listens, on this machine only.
        node: what tells this directory's workers from others on the same broker.
        schedule: where beat remembers what it did when.
    """
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "crowd.config"]
    # Workers of one house need no gossip; without it they start faster and chat less.
    worker = [*celery, "worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    serve = [*python, "crowd.config.serve"]
    checking = ["-Q", "consensus,default", "-c", "2", "-n", f"worker-{node}@localhost"]
    # Apart: a thousand-page file must not hold up a cross-check. Its processes are replaced often,
    # for native code that reads strangers' files may leak.
    splitting = ["-Q", "documents", "-c", str(splitters()), "-n", f"documents-{node}@localhost"]
    splitting += ["--max-tasks-per-child", "50"]
    beating = ["beat", "--loglevel=WARNING", "--pidfile=", "--schedule", str(schedule)]
    beating += ["--scheduler", "crowd.config.beat:Scheduler"]
    return [
        Command("web", "the web process", [*serve, "pages", "--port", str(port)]),
        Command(
            "sockets", "the socket process", [*serve, "sockets", "--port", str(sockets_of(port))]
        ),
        Command("beat", "beat", [*celery, *beating]),
        Command("documents", "the document worker", [*worker, *splitting]),
        Command("worker", "the worker", [*worker, *checking]),
    ]


def splitters() -> int:
    """How many documents, or parts of a large one, are split at once: as many as there are cores,
    while each may take some hundred megabytes. Two at least: estimating anew, which may take long,
    is among the long work, and must not hold up a small document."""
    return max(2, min(4, os.cpu_count() or 1))


def start(
    command: Command,
    *,
    directory: Path,
    records: Path,
    log_directory: Path,
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Start a process apart from our terminal, with its log, and record it.

    Args:
        command: what to run.
        directory: where it runs.
        records: where its record is kept.
        log_directory: where its log is kept.
        environment: variables on top of ours.
    """
    log = log_directory / f"{command.name}.log"
    with logs.opened(log) as output:
        log_begins = output.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            command.arguments,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | dict(environment or {}),
        )
    born = psutil.Process(process.pid).create_time()
    record = Record(pid=process.pid, born=born, command=list(command.arguments))
    path = records / f"{command.name}.json"
    path.with_suffix(".new").write_text(json.dumps(asdict(record)))
    path.with_suffix(".new").replace(path)
    return Child(command, process, log, log_begins)


def stop(these: Sequence[Child], *, records: Path) -> None:
    """Stop some of our children together, and whatever they started."""
    _end([child.process.pid for child in these])
    for child in these:
        child.process.wait()
        (records / f"{child.command.name}.json").unlink(missing_ok=True)


def clear_left_over(*, records: Path) -> list[str]:
    """Stop what an earlier launcher left running.

    Returns:
        The names of the processes that were still there.
    """
    recorded = {path: _read(path) for path in sorted(records.glob("*.json"))}
    left = {path.stem: record for path, record in recorded.items() if record}
    ours = {name: record for name, record in left.items() if still_ours(record)}
    orphans = {name: _orphans(record) for name, record in left.items() if name not in ours}
    _end([record.pid for record in ours.values()])
    for found in orphans.values():
        processes.end(found, steps=STOPPING[1:])
    for path in recorded:
        path.unlink(missing_ok=True)
    return [name for name in left if name in ours or orphans[name]]


def still_ours(record: Record) -> bool:
    """Whether the process with that number is the one we started: same birth, same command."""
    process = processes.running(record.pid)
    return process is not None and _matches(process, record)


def _matches(process: psutil.Process, record: Record) -> bool:
    try:
        return abs(process.create_time() - record.born) < SAME_BIRTH and _says(process, record)
    except psutil.Error:
        return False


def _says(process: psutil.Process, record: Record) -> bool:
    # Not the program's own name: on macOS, Python starts itself again under another.
    return processes.command_of(process)[1:] == record.command[1:]


def _end(pids: Sequence[int]) -> None:
    """End processes together, then what is left of those they started (Celery's, when killed)."""
    found = [process for process in map(processes.running, pids) if process]
    started = [child for process in found for child in process.children(recursive=True)]
    processes.end(found, steps=STOPPING)
    processes.end([child for child in started if child.is_running()], steps=STOPPING[1:])


def _orphans(record: Record) -> list[psutil.Process]:
    """What a child that is gone had started itself: same group, same command, born later."""
    if processes.running(record.pid):
        return []  # the number is another program's now, and so is the group
    return [process for process in psutil.process_iter() if _is_orphan(process, record)]


def _is_orphan(process: psutil.Process, record: Record) -> bool:
    try:
        in_its_group = os.getpgid(process.pid) == record.pid
        born_later = process.create_time() >= record.born - SAME_BIRTH
    except (psutil.Error, ProcessLookupError, PermissionError):
        return False
    return in_its_group and born_later and _says(process, record)


def _read(path: Path) -> Record | None:
    try:
        return Record(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None
