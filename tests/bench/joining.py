"""8,000 guests join within five minutes by the API, and each takes a first micro-task."""

import argparse
import asyncio
import json
import random
import time
from collections import Counter

import uvloop

from tests import site
from tests.bench import processor
from tests.bench.client import Connection
from tests.bench.loop import cpu_per_loop, database
from tests.bench.printed import print_rows

ASKED = 3


def main(arguments: list[str]) -> None:
    """Let them come at a steady rate with chance in it, and print who got what."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench joining", description=__doc__)
    parser.add_argument("--guests", type=int, default=8000)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--json", help="write the row to this file, too")
    told = parser.parse_args(arguments)
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        database(measured, "campaign", "launch", str(told.guests), str(ASKED))
        with processor.measured(measured) as spent:
            statuses, latencies = uvloop.run(_arrive(measured.port, told.guests, told.minutes * 60))
    latencies.sort()
    row = {
        "guests": told.guests,
        "minutes": told.minutes,
        "given_one": statuses["given"],
        "refused": told.guests - statuses["given"],
        "statuses": dict(statuses),
        "mean_ms": round(1000 * sum(latencies) / len(latencies), 1),
        "p95_ms": round(1000 * latencies[len(latencies) * 95 // 100], 1),
        **cpu_per_loop(spent, told.guests),
    }
    print_rows([row])
    if told.json:
        with open(told.json, "w") as out:
            json.dump([row], out, indent=1)


async def _arrive(port: int, guests: int, seconds: float) -> tuple[Counter[str], list[float]]:
    statuses: Counter[str] = Counter()
    latencies: list[float] = []
    chance, began = random.Random(1), time.perf_counter()
    moments = sorted(chance.random() * seconds for _ in range(guests))

    async def one(moment: float) -> None:
        await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
        session, came = Connection(port), time.perf_counter()
        try:
            status, body = await session.request("POST", "/api/v1/contributors", {"language": "fr"})
            assert status == 201, status
            session.headers = f"Authorization: Bearer {json.loads(body)['token']}\r\n"
            status, body = await session.request("POST", "/api/v1/campaigns/launch/assignments")
            given = status == 201 and json.loads(body)["assignment"]
            statuses["given" if given else str(status)] += 1
        except (OSError, EOFError, AssertionError) as wrong:
            statuses[repr(wrong)] += 1
        latencies.append(time.perf_counter() - came)
        session.close()

    await asyncio.gather(*(one(moment) for moment in moments))
    return statuses, latencies
