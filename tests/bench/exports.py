"""Exports over HTTP: the first byte, the whole, against COPY alone; and the web's memory meanwhile.

COPY alone is measured twice: of the very statement, and of a table that holds its rows already.
"""

import argparse
import http.client
import json
import time
from typing import Any

import psutil

from tests import site
from tests.bench.printed import print_rows
from tests.site import Site

SLUG = "exported"
FORMATS = ("csv", "jsonl", "rows")


def main(arguments: list[str]) -> None:
    """Fill a campaign, take it along in the streamed formats, and print what it was like."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench exports", description=__doc__)
    parser.add_argument("--microtasks", type=int, default=200_000)
    parser.add_argument("--answers", choices=["yes", "no"], default="yes")
    parser.add_argument("--formats", nargs="+", default=list(FORMATS))
    told = parser.parse_args(arguments)
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        fill = ("verdicts", SLUG, str(told.microtasks), told.answers)
        measured.python("-m", "tests.bench.exporting", *fill)
        alone = json.loads(measured.python("-m", "tests.bench.exporting", "copied", SLUG))
        rows = [_taken(measured, each, alone) for each in told.formats]
    print_rows(rows)


def _taken(measured: Site, name: str, alone: dict[str, Any]) -> dict[str, Any]:
    web = psutil.Process(measured.processes["web"].pid)
    before = most = _memory(web)
    began = time.perf_counter()
    connection = http.client.HTTPConnection("localhost", measured.port, timeout=600)
    connection.request("GET", f"/api/v1/campaigns/{SLUG}/exports/{name}")
    reply = connection.getresponse()
    reply.read(1)
    first, size, pieces = time.perf_counter() - began, 1, 0
    while piece := reply.read(1 << 20):
        size, pieces = size + len(piece), pieces + 1
        if pieces % 10 == 0:
            most = max(most, _memory(web))
    seconds = time.perf_counter() - began
    return {
        "format": name,
        "status": reply.status,
        "rows": alone["rows"],
        "first_byte_ms": round(1000 * first),
        "seconds": round(seconds, 2),
        "megabytes": round(size / 1e6, 1),
        "rows_per_s": round(alone["rows"] / seconds),
        "of_copy_of_query": round(alone["copy_query_s"] / seconds, 2),
        "of_copy_of_table": round(alone["copy_table_s"] / seconds, 2),
        "web_mb_before": before,
        "web_mb_most": most,
    }


def _memory(web: psutil.Process) -> int:
    return sum(each.memory_info().rss for each in [web, *web.children(recursive=True)]) // 10**6
