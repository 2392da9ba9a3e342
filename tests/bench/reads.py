"""Reads by API, each beside a bare view of Django REST framework that reads the same rows.

"Bare" is what the framework's own tutorial makes: one query, one serializer of the same members,
its own JSON, no identity, no limits, no tags; through the same server and middleware.
"""

import argparse
import http.client
import json
import statistics
import time
from typing import Any

from tests import site
from tests.bench.printed import print_rows

SLUG = "read"
API = f"/api/v1/campaigns/{SLUG}"
# What is read, and the bare view of the same.
PAIRS = (
    ("verdicts, 100", f"{API}/verdicts", "/api/bench/verdicts"),
    ("one verdict", "/api/v1/verdicts/{verdict}", "/api/bench/verdicts/{verdict}"),
    ("documents", f"{API}/documents", "/api/bench/documents"),
    ("one document", "/api/v1/documents/{document}", "/api/bench/documents/{document}"),
    ("excerpts, 100", f"{API}/excerpts", "/api/bench/excerpts"),
    ("leaderboard", f"{API}/leaderboard", "/api/bench/documents"),
)


def main(arguments: list[str]) -> None:
    """Fill a campaign, read each pair in turns, and print how many times as fast we are."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench reads", description=__doc__)
    parser.add_argument("--microtasks", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=150)
    told = parser.parse_args(arguments)
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        fill = ("verdicts", SLUG, str(told.microtasks), "yes")
        measured.python("-m", "tests.bench.exporting", *fill)
        connection = http.client.HTTPConnection("localhost", measured.port, timeout=60)
        ids = _ids(connection)
        rows = [_compared(connection, *pair, ids, told.rounds) for pair in PAIRS]
    print_rows(rows)


def _ids(connection: http.client.HTTPConnection) -> dict[str, int]:
    found = {}
    for name in ("verdict", "document"):
        _, body = _timed(connection, f"{API}/{name}s?limit=1")
        found[name] = json.loads(body)["results"][0]["id"]
    return found


def _compared(
    connection: http.client.HTTPConnection,
    name: str,
    ours: str,
    bare: str,
    ids: dict[str, int],
    rounds: int,
) -> dict[str, Any]:
    """In turns, so that whatever else the machine does slows both."""
    paths = [each.format(**ids) for each in (ours, bare)]
    seconds: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(rounds):
        for path in paths:
            seconds[path].append(_timed(connection, path)[0])
    mine, other = (statistics.median(seconds[path]) for path in paths)
    return {
        "read": name,
        "ms": round(1000 * mine, 2),
        "bare_ms": round(1000 * other, 2),
        "of_bare": round(other / mine, 2),
    }


def _timed(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept": "application/json"})
    reply = connection.getresponse()
    body = reply.read()
    if reply.status != 200:
        raise SystemExit(f"{path}: {reply.status} {body[:200]!r}")
    return time.perf_counter() - began, body
