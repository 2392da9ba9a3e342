"""The one door to Valkey (or Redis). What it holds can be rebuilt: losing it is no error."""

from functools import cache
from typing import Any, cast

import redis
from django.conf import settings
from redis.commands.core import Script
from redis.exceptions import ConnectionError as Refused
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as TooSlow

# What a caller may expect when the server is stopped, restarting or out of memory.
Unreachable = (Refused, TooSlow, RedisError, OSError)

PREFIX = "tamis"


@cache
def client() -> Any:  # redis-py types every reply as its asynchronous twin too
    """The process's connections, made when first used.

    Short timeouts: a stopped Valkey must cost a volunteer a moment, not the page.
    """
    return redis.Redis.from_url(
        settings.REDIS_URL, decode_responses=True, socket_timeout=2, socket_connect_timeout=1
    )


def key(*parts: object) -> str:
    """A name in Tamis's own part of the keyspace."""
    return ":".join([PREFIX, *map(str, parts)])


@cache
def script(source: str) -> Script:
    """A Lua script, sent once and called by its digest afterwards."""
    return cast("Script", client().register_script(source))
