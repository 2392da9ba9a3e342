"""Both embedded servers of one data directory, for `make run` and for the tests."""

import contextlib
import enum
import fcntl
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from crowd.config.launch import ground as plain
from crowd.config.launch import postgres, root, valkey
from crowd.config.launch.ground import Ground
from crowd.config.launch.telling import Refusal


class Server(enum.StrEnum):
    """The embedded servers, by the names used in sentences."""

    POSTGRES = "PostgreSQL"
    VALKEY = "Valkey"


BOTH = (Server.POSTGRES, Server.VALKEY)


def prepare(*, var: Path, sockets: Path, wanted: Collection[Server] = BOTH) -> Ground:
    """Make the data directory ready, safe to repeat.

    Raises:
        Refusal: it cannot be made, or it belongs to another account.
    """
    as_root = os.geteuid() == 0 and Server.POSTGRES in wanted
    try:
        return (root.ground if as_root else plain.for_user)(var=var, sockets=sockets)
    except OSError as error:
        raise Refusal(
            f"The data directory {var} cannot be used: {error.filename or var}: {error.strerror}."
            " If another account started Tamis here before, use that one, or set TAMIS_VAR."
        ) from error


def start(
    *, ground: Ground, wanted: Collection[Server] = BOTH, durable: bool = True
) -> list[Server]:
    """Start the wanted servers, or adopt those left running.

    Args:
        ground: from `prepare`.
        wanted: without those that DATABASE_URL or REDIS_URL name elsewhere.
        durable: False only for tests, whose data may be lost with the machine.

    Returns:
        The servers that were adopted.

    Raises:
        Refusal: one of them does not start.
    """
    adopted = []
    with _one_at_a_time(ground):
        if Server.POSTGRES in wanted and not postgres.start(ground=ground, durable=durable):
            adopted.append(Server.POSTGRES)
        if Server.VALKEY in wanted and not valkey.start(ground=ground):
            adopted.append(Server.VALKEY)
    return adopted


def dead(*, ground: Ground, wanted: Collection[Server] = BOTH) -> list[Server]:
    """The wanted servers that do not run."""
    found = {Server.POSTGRES: postgres.process, Server.VALKEY: valkey.process}
    return [server for server in wanted if found[server](ground=ground) is None]


def stop(*, ground: Ground, wanted: Collection[Server] = BOTH) -> None:
    """Stop what runs, and leave the data."""
    with _one_at_a_time(ground):
        if Server.VALKEY in wanted:
            valkey.stop(ground=ground)
        if Server.POSTGRES in wanted:
            postgres.stop(ground=ground)


@contextlib.contextmanager
def _one_at_a_time(ground: Ground) -> Iterator[None]:
    """Two starts at once would each see the other's server half-way up."""
    with open(ground.var / "servers.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
