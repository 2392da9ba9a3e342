"""What is checked before anything is started, each failure with one sentence."""

import contextlib
import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from crowd.config import environment, places
from crowd.config.launch.telling import Refusal

LOCAL = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def port() -> int:
    """The port asked for (`TAMIS_PORT`, default 8000).

    Raises:
        Refusal: it is no port number.
    """
    try:
        return environment.whole("TAMIS_PORT", default=8000, least=1, most=65535)
    except ImproperlyConfigured as error:
        raise Refusal(str(error)) from error


def settings_make_sense() -> None:
    """Read the settings once, so that nonsense in a variable is one sentence, not four tracebacks.

    Raises:
        Refusal: a setting is refused.
    """
    try:
        settings.SECRET_KEY  # noqa: B018 (reading it is what may fail)
    except ImproperlyConfigured as error:
        raise Refusal(str(error)) from error


def given_servers_answer() -> None:
    """Try the servers named by DATABASE_URL and REDIS_URL.

    Raises:
        Refusal: one of them does not answer (their addresses, which hold passwords, are not shown).
    """
    try:
        if os.environ.get("DATABASE_URL"):
            psycopg.connect(places.database_url(), connect_timeout=5).close()
    except psycopg.Error as error:
        raise Refusal(f"The server of DATABASE_URL does not answer: {_one_line(error)}.") from error
    try:
        if os.environ.get("REDIS_URL"):
            redis.Redis.from_url(places.redis_url(), socket_connect_timeout=5).ping()
    except redis.RedisError as error:
        raise Refusal(f"The server of REDIS_URL does not answer: {_one_line(error)}.") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the data directory; the lock goes with the process, however it ends.

    Raises:
        Refusal: another launcher holds it.
    """
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(var / "launcher.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            who = lock.read().strip() or "another process"
            raise Refusal(f"Tamis is already running here ({who}); stop it with Ctrl-C.") from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def free_port(number: int) -> None:
    """Make sure nothing listens where the web process will.

    Raises:
        Refusal: the port is taken or not allowed.
    """
    for family, address in LOCAL:
        # "localhost" may mean either address: a foreign program on one would get our visitors.
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, number))
            except PermissionError as error:
                raise Refusal(
                    f"Port {number} is reserved to root; choose one above 1023:"
                    " TAMIS_PORT=8001 make run."
                ) from error
            except OSError as error:
                # Anything else: this machine has no such address.
                if error.errno == errno.EADDRINUSE:
                    raise Refusal(_taken(number)) from error


def _taken(number: int) -> str:
    other = number + 1 if number < 65535 else 8000
    return (
        f"Port {number} is in use by {_listener(number)}."
        f" Stop it, or choose another port: TAMIS_PORT={other} make run."
    )


def _listener(number: int) -> str:
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            address = connection.laddr
            if connection.status != psutil.CONN_LISTEN or not address or not connection.pid:
                continue
            if address.port == number:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "another program"
