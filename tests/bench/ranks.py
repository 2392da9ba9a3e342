"""Ranks: what one look and one new score cost in Valkey when a million people are on a board."""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence

import django
import redis
from django.conf import settings

from crowd import valkey
from tests import servers  # first: it points the settings at the test servers

MEMBERS = 1_000_000
TIMES = 5_000
AT_ONCE = 1_000


def main(arguments: Sequence[str]) -> None:
    """Fill one sorted set, then measure what `services.leaderboard` and `services.scores` ask."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench ranks")
    parser.add_argument("--members", type=int, default=MEMBERS)
    options = parser.parse_args(arguments)
    with servers.running():
        django.setup()
        _board(options.members)


def _board(members: int) -> None:
    # Patient, unlike the site's own: a busy machine is to be measured, not given up on.
    client = redis.Redis.from_url(settings.REDIS_URL)
    name = valkey.key("bench-board")
    chance = random.Random(1)
    began = time.perf_counter()
    for start in range(0, members, AT_ONCE):
        some = range(start, min(start + AT_ONCE, members))
        client.zadd(name, {str(each): chance.gauss(20, 30) for each in some})
    took = time.perf_counter() - began
    print(f"{members} people on one board, filled in {took:.1f} s\n")

    def member() -> str:
        return str(chance.randrange(members))

    def around() -> None:
        place = client.zrevrank(name, member())
        client.zrevrange(name, max(0, place - 2), place + 2, withscores=True)

    _measure("rank of one person", lambda: client.zrevrank(name, member()))
    _measure("the top ten", lambda: client.zrevrange(name, 0, 9, withscores=True))
    _measure("you and your neighbours (two calls)", around)
    _measure("a new score", lambda: client.zadd(name, {member(): chance.gauss(20, 30)}))
    client.delete(name)


def _measure(what: str, call: Callable[[], object]) -> None:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    print(
        f"{what}: median {statistics.median(took):.3f} ms, "
        f"99 of 100 within {took[int(0.99 * len(took))]:.3f} ms"
    )
