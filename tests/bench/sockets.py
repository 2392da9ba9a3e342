"""1,000 pages open on one campaign while volunteers play: how soon all hear, and at what cost."""

import argparse
import asyncio
import base64
import json
import os
import time
from dataclasses import dataclass, field
from typing import cast

import uvloop

from crowd.config.launch import children
from tests import site
from tests.bench import processor, volunteers
from tests.bench.loop import cpu_per_loop, database
from tests.bench.printed import print_rows
from tests.site import Site

ASKED = 3


@dataclass
class Page(asyncio.Protocol):
    """A WebSocket that only listens.

    Attributes:
        heard: number of the message → the moment it was whole. Every page is told the same.
    """

    path: str
    port: int
    heard: dict[str, float] = field(default_factory=dict)
    is_open: bool = False
    lost: bool = False
    _received: bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        cast(asyncio.Transport, transport).write(
            (
                f"GET {self.path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
                f"Origin: http://localhost:{self.port}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                f"Sec-WebSocket-Key: {key}\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self.is_open:
            head, end, rest = self._received.partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 101 " in head, head
            self.is_open, self._received = True, rest
        while (frame := self._frame()) is not None:
            if frame:
                self.heard.setdefault(frame.decode(), time.perf_counter())

    def connection_lost(self, _: Exception | None) -> None:
        self.lost = True

    def _frame(self) -> bytes | None:
        """The next text ("" for a ping), or None while it is on its way."""
        if len(self._received) < 2:
            return None
        size, start = self._received[1] & 127, 2
        if size == 126:
            size, start = int.from_bytes(self._received[2:4]), 4
        if len(self._received) < start + size:
            return None
        frame = self._received[start : start + size] if self._received[0] & 15 == 1 else b""
        self._received = self._received[start + size :]
        return frame


def main(arguments: list[str]) -> None:
    """Play without and with listeners in turn, and print both."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench sockets", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--volunteers", type=int, default=8)
    parser.add_argument("--microtasks", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=6, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--json", help="write the rows to this file, too")
    told = parser.parse_args(arguments)
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        database(measured, "campaign", "listened", str(told.microtasks), str(ASKED))
        uvloop.run(_play(measured, told, pages=0))
        runs = [
            (pages, *_measured(measured, told, pages))
            for _ in range(told.turns)
            for pages in (0, told.pages)
        ]
    rows = [_row(pages, [run[1:] for run in runs if run[0] == pages]) for pages in (0, told.pages)]
    print_rows(rows)
    print(f"  p95 with listeners / without: {rows[1]['p95_ms'] / rows[0]['p95_ms']:.2f}")
    if told.json:
        with open(told.json, "w") as out:
            json.dump(rows, out, indent=1)


Run = tuple[volunteers.Measured, list[float], dict[str, float]]


def _measured(measured: Site, told: argparse.Namespace, pages: int) -> Run:
    with processor.measured(measured) as spent:
        played, spreads = uvloop.run(_play(measured, told, pages=pages))
    return played, spreads, cpu_per_loop(spent, len(played.latencies))


async def _play(
    measured: Site, told: argparse.Namespace, *, pages: int
) -> tuple[volunteers.Measured, list[float]]:
    """The loop, and for each message the seconds from the first page that heard it to the last."""
    loop, port = asyncio.get_running_loop(), children.sockets_of(measured.port)
    opened: list[Page] = []
    for _ in range(pages):
        page = Page(path="/ws/campaigns/listened/", port=measured.port)
        await loop.create_connection(lambda page=page: page, "127.0.0.1", port)
        opened.append(page)
        if len(opened) % 50 == 0:
            await _until(lambda: all(each.heard for each in opened))
    await _until(lambda: all(each.heard for each in opened))
    for page in opened:
        page.heard.clear()
    played = await volunteers.play(
        port=measured.port, slug="listened", volunteers=told.volunteers, seconds=told.seconds
    )
    await asyncio.sleep(1.5)
    assert not any(page.lost for page in opened), "pages lost their sockets"
    spreads = []
    for message in set().union(*(page.heard for page in opened)) if opened else ():
        moments = [page.heard[message] for page in opened if message in page.heard]
        if len(moments) == len(opened):
            spreads.append(max(moments) - min(moments))
    return played, spreads


async def _until(condition: object, seconds: float = 120) -> None:
    until = time.perf_counter() + seconds
    while not condition():  # type: ignore[operator]
        assert time.perf_counter() < until, "the pages were not all told how far the campaign is"
        await asyncio.sleep(0.05)


def _row(pages: int, runs: list[Run]) -> dict[str, float]:
    whole = volunteers.Measured(
        seconds=sum(played.seconds for played, _, _ in runs),
        latencies=[latency for played, _, _ in runs for latency in played.latencies],
    )
    spreads = [spread for _, found, _ in runs for spread in found]
    return {
        "pages": pages,
        "loops_per_second": round(whole.per_second, 1),
        "mean_ms": round(whole.mean, 1),
        "p95_ms": round(whole.percentile(95), 1),
        "messages": len(spreads),
        "slowest_spread_s": round(max(spreads, default=0.0), 2),
        **{
            name: round(sum(cost[name] for _, _, cost in runs) / len(runs), 2)
            for name in runs[0][2]
        },
    }
