"""JSON Lines in over HTTP: records, and what a machine says; and the web's memory meanwhile."""

import argparse
import http.client
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import psutil

from tests import site
from tests.bench.printed import print_rows
from tests.site import Site

SLUG = "loaded"
NDJSON = "application/x-ndjson"


def main(arguments: list[str]) -> None:
    """Load records, have them split, let a machine say something of each, and print the rates."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench bulk", description=__doc__)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--said", type=int, default=20_000, help="what the machine answers")
    told = parser.parse_args(arguments)
    with site.running(site.ROOT / "var" / "bench") as measured:
        key = measured.python("-m", "tests.programs.drives", SLUG).strip()
        rows = [_records(measured, key, told.records), _machine(measured, key, told.said)]
    print_rows(rows)


def _records(measured: Site, key: str, count: int) -> dict[str, Any]:
    lines = (json.dumps({"letter": f"Letter {n}", "town": "Lyon"}) for n in range(count))
    text = "\n".join(lines).encode()
    row, reply = _sent(measured, "records", key, text, count)
    assert json.loads(reply.splitlines()[-1])["taken"] == count
    return row


def _machine(measured: Site, key: str, count: int) -> dict[str, Any]:
    """What a machine says of so many records, as soon as they are split."""
    made = _asked(measured, "POST", "machines", key, json.dumps({"name": "bench"}).encode())
    token = json.loads(made)["token"]
    until = time.monotonic() + site.PATIENCE * 5
    while len(work := _asked(measured, "GET", "machine-work", token).splitlines()) < count:
        assert time.monotonic() < until, "the records were not split in time"
        time.sleep(1)
    microtasks = [json.loads(line)["microtask"] for line in work[:count]]
    said = (json.dumps({"microtask": pk, "values": {"asks": "yes"}}) for pk in microtasks)
    row, reply = _sent(measured, "machine-answers", token, "\n".join(said).encode(), count)
    assert all(json.loads(line)["outcome"] == "accepted" for line in reply.splitlines())
    return row


def _sent(
    measured: Site, what: str, token: str, text: bytes, count: int
) -> tuple[dict[str, Any], bytes]:
    web = psutil.Process(measured.processes["web"].pid)
    before, most = _memory(web), [0]

    def look() -> None:
        most[0] = max(most[0], _memory(web))

    began = time.perf_counter()
    reply = _asked(measured, "POST", what, token, text, look=look)
    seconds = time.perf_counter() - began
    row = {
        "what": what,
        "lines": count,
        "megabytes": round(len(text) / 1e6, 1),
        "seconds": round(seconds, 2),
        "lines_per_s": round(count / seconds),
        "web_mb_before": before,
        "web_mb_most": max(before, *most),
    }
    return row, reply


def _asked(
    measured: Site,
    method: str,
    what: str,
    token: str,
    text: bytes = b"",
    *,
    look: Callable[[], None] = lambda: None,
) -> bytes:
    kind = "application/json" if text.startswith(b'{"name"') else NDJSON
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    headers["Content-Length"] = str(len(text))
    connection = http.client.HTTPConnection("localhost", measured.port, timeout=600)
    path = f"/api/v1/campaigns/{SLUG}/{what}"
    connection.request(method, path, body=_pieces(text), headers=headers, encode_chunked=False)
    reply = connection.getresponse()
    held = []
    while piece := reply.read(1 << 16):
        held.append(piece)
        look()
    assert reply.status in {200, 201}, held
    return b"".join(held)


def _pieces(text: bytes) -> Iterator[bytes]:
    for start in range(0, len(text), 1 << 16):
        yield text[start : start + (1 << 16)]


def _memory(web: psutil.Process) -> int:
    return sum(each.memory_info().rss for each in [web, *web.children(recursive=True)]) // 10**6
