"""The embedded PostgreSQL: started or adopted, stopped.

Its own programs are driven directly. The package's helper would open up every directory above the
data to everyone, and stop the server when the last Python process that used it ends.
"""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, BinaryIO

import psutil
import psycopg

from crowd.config.launch import logs, postgres_data, processes
from crowd.config.launch.ground import Ground
from crowd.config.launch.postgres_data import USER, child, died
from crowd.config.launch.telling import Refusal, say

DATABASE = "tamis"
# Replaying its journal after a crash can take minutes; as long as it lives, it is waited for.
PATIENCE = 300.0
LAUNCHES = 5
STOPPING = [(signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)]
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "log_timezone": "UTC",
    "timezone": "UTC",
    # Many short statements: compiling them costs more than it saves.
    "jit": "off",
    # A refused duplicate is part of normal life here, and statements hold what people wrote.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For tests: their data is worth nothing after a power cut.
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start(*, ground: Ground, durable: bool) -> bool:
    """Have PostgreSQL answer, with the database in it.

    Returns:
        False when a server that was already running was adopted.

    Raises:
        Refusal: it does not start.
    """
    postgres_data.make(ground=ground, durable=durable)
    adopted = _adopt(ground)
    if not adopted:
        _launch(ground, durable=durable)
    try:
        _make_database(ground)
    except psycopg.Error as error:
        log = ground.logs / "postgres.log"
        raise Refusal(died("does not work", log=log, error=error)) from error
    return not adopted


def stop(*, ground: Ground) -> None:
    """Stop it if it runs: open sessions are ended, what was committed is on disk."""
    found = process(ground=ground)
    if found:
        processes.end([found], steps=STOPPING)


def process(*, ground: Ground) -> psutil.Process | None:
    """Its main process, if it runs on this data directory."""
    try:
        first = (ground.postgres_data / "postmaster.pid").read_text().split("\n", 1)[0]
        found = processes.running(int(first))
    except (OSError, ValueError):
        return None
    # Its working directory would say more, but not to root in a container without CAP_SYS_PTRACE.
    told = processes.command_of(found)[1:3] if found else []
    return found if told == ["-D", str(ground.postgres_data)] else None


def _adopt(ground: Ground) -> bool:
    """Take over a server left running, if it answers where we look for it."""
    found = process(ground=ground)
    if not found:
        return False
    if _answers(ground, found.pid, patience=30.0):
        return True
    processes.end([found], steps=STOPPING)
    return False


def _clear(ground: Ground) -> None:
    """Keep a crash of the machine from blocking the start.

    The number in the lock files may meanwhile be another program's, and PostgreSQL would take that
    for itself. It disregards its own parent's number: ours. The file must stay, for it also tells
    whether sessions of a killed server still work on the data.
    """
    lock = ground.postgres_data / "postmaster.pid"
    if lock.exists():
        lines = lock.read_text().split("\n", 1)
        lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (ground.postgres_sockets / name).unlink(missing_ok=True)


def _launch(ground: Ground, *, durable: bool) -> None:
    log = ground.logs / "postgres.log"
    for _ in range(LAUNCHES):
        _clear(ground)
        try:
            with logs.opened(log) as output:
                started = _started(ground, output, durable=durable)
        except OSError as error:
            raise Refusal(died("could not be started", log=log, error=error)) from error
        if _answers(ground, started.pid, patience=PATIENCE):
            return
        if "shared memory block" not in logs.last_words(log):
            break
        _end_orphans(ground.postgres_data)
    raise Refusal(died("does not answer", log=log))


def _end_orphans(data: Path) -> None:
    """End the sessions of a server that was killed: a busy one does not notice for long."""
    processes.end(processes.working_in(data, name="postgres"), steps=STOPPING[1:])
    # Those we may not look into (root in a container without CAP_SYS_PTRACE) get time to notice.
    time.sleep(1)


def _started(ground: Ground, output: BinaryIO, *, durable: bool) -> subprocess.Popen[bytes]:
    quoted = str(ground.postgres_sockets).replace('"', '""')
    settings = SETTINGS | ({} if durable else HASTY)
    settings["unix_socket_directories"] = f'"{quoted}"'
    command = [str(ground.postgres_programs / "bin" / "postgres"), "-D", str(ground.postgres_data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return subprocess.Popen(
        command, umask=0o077, **child(ground=ground, output=output, cwd=ground.postgres_data)
    )


def _answers(ground: Ground, pid: int, *, patience: float) -> bool:
    """Wait until it takes connections, as long as it lives."""
    begun = time.monotonic()
    told = False
    while time.monotonic() - begun < patience:
        with contextlib.suppress(psycopg.OperationalError):
            _connect(ground, "postgres").close()
            return True
        if not processes.running(pid):
            return False
        if not told and time.monotonic() - begun > 10:
            told = True
            say("PostgreSQL is recovering from a crash; this can take some minutes.")
        time.sleep(0.05)
    return False


def _connect(ground: Ground, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=str(ground.sockets), user=USER, dbname=database, connect_timeout=5, autocommit=True
    )


def _make_database(ground: Ground) -> None:
    known = "SELECT 1 FROM pg_database WHERE datname = %s"
    with _connect(ground, "postgres") as connection:
        if not connection.execute(known, [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
