"""The one door to Valkey (or Redis). What it holds can be rebuilt: losing it is no error."""

import threading
import time
from functools import cache
from typing import Any, cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import ConnectionError as Refused
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TooSlow
from redis.retry import Retry

# What a caller may expect when the server is stopped, hung, restarting or out of memory.
Unreachable = (Refused, TooSlow, RedisError, OSError)

PREFIX = "tamis"
PATIENCE = 0.5  # seconds for one reply; usual ones take less than a thousandth of that
REST = 1.0  # seconds without another try, after one that failed


class _Pool(redis.ConnectionPool):
    """Connections to a server that is left alone for a moment after it failed to answer.

    A Valkey that is stopped refuses at once. One that hangs lets each caller wait for its whole
    patience, and a page asks several times: so the first who waited in vain says so for all, and
    one caller a moment tries again.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._failed = False
        self._rests_until = 0.0
        self._trying = threading.Lock()

    def get_connection(self, *names: Any, **options: Any) -> Any:
        if self._failed:
            self._one_at_a_time()
        try:
            return super().get_connection(*names, **options)
        except Unreachable:
            self._rest()
            raise

    def release(self, connection: Any) -> None:
        # redis-py closes a connection whose exchange was cut short before it gives it back.
        if connection.is_connected:
            self._failed = False
        else:
            self._rest()
        super().release(connection)

    def _one_at_a_time(self) -> None:
        with self._trying:
            now = time.monotonic()
            if now < self._rests_until:
                raise Refused("Valkey did not answer a moment ago")
            self._rests_until = now + REST

    def _rest(self) -> None:
        self._failed, self._rests_until = True, time.monotonic() + REST


@cache
def client() -> Any:  # redis-py types every reply as its asynchronous twin too
    """The process's connections, made when first used."""
    pool = _Pool.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        # Once more, at once: a connection kept since before a restart fails though all is well.
        retry=Retry(NoBackoff(), 1, supported_errors=(Refused,)),
    )
    return redis.Redis(connection_pool=pool)


def key(*parts: object) -> str:
    """A name in Tamis's own part of the keyspace."""
    return ":".join([PREFIX, *map(str, parts)])


@cache
def script(source: str) -> Script:
    """A Lua script, sent once and called by its digest afterwards."""
    return cast("Script", client().register_script(source))
