"""Answers at a steady rate, whoever waits: how soon each is taken, how far verdicts lag."""

import argparse
import asyncio
import json
import random
import time
import uuid
from collections import Counter
from typing import Any

import uvloop

from tests import site
from tests.bench import processor, volunteers
from tests.bench.client import Connection
from tests.bench.loop import cpu_per_loop, database, wait_for_cross_check
from tests.bench.printed import print_rows

ASKED = 3
SHARE = 0.6  # of what 32 volunteers without a thought can do
SECONDS = 10  # they do it for
PEOPLE_PER_RATE = 4  # volunteers for each answer a second: each takes four seconds or so
SLUG = "steady"


def main(arguments: list[str]) -> None:
    """Find the capacity, then let answers come at `SHARE` of it, and print what it was like."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench steady", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, help="answers a second, instead of a share")
    parser.add_argument("--json", help="write the row to this file, too")
    told = parser.parse_args(arguments)
    with site.running(site.ROOT / "var" / "bench", settings="tests.bench.settings") as measured:
        database(measured, "campaign", "capacity", "9000", str(ASKED))
        closed = {"port": measured.port, "slug": "capacity", "volunteers": 32}
        uvloop.run(volunteers.play(**closed, seconds=2))
        wait_for_cross_check(measured, "capacity")
        at_once = uvloop.run(volunteers.play(**closed, seconds=SECONDS)).per_second
        # What is taken and left for later is no capacity: cross-checks give way to answers.
        later = wait_for_cross_check(measured, "capacity")["behind_s"]
        capacity = at_once * SECONDS / (SECONDS + later)
        rate = told.rate or SHARE * capacity
        answers = int(rate * told.minutes * 60)
        database(measured, "campaign", SLUG, str(answers // 2 + 1000), str(ASKED))
        with processor.measured(measured) as spent:
            run = Arrivals(measured.port, rate, answers)
            uvloop.run(run.all())
            checked = wait_for_cross_check(measured, SLUG)
    ordered = sorted(run.latencies)
    row = {
        "capacity_per_second": round(capacity, 1),
        "rate_per_second": round(rate, 1),
        "answers_sent": len(ordered),
        "mean_ms": round(1000 * sum(ordered) / len(ordered), 1),
        "p95_ms": round(1000 * ordered[len(ordered) * 95 // 100], 1),
        "verdicts_behind_at_most_s": max(run.behind, default=0.0),
        "refused": dict(run.refused),
        **cpu_per_loop(spent, len(ordered)),
        **checked,
    }
    print_rows([row])
    if told.json:
        with open(told.json, "w") as out:
            json.dump([row], out, indent=1)


class Arrivals:
    """Answers at moments drawn beforehand; one that must wait is late from its own moment on."""

    def __init__(self, port: int, rate: float, answers: int) -> None:
        self.port, self.rate, self.answers = port, rate, answers
        self.latencies: list[float] = []
        self.behind: list[float] = []
        self.refused: Counter[int] = Counter()
        self._idle: asyncio.Queue[tuple[Connection, Any]] = asyncio.Queue()
        self._chance = random.Random(1)

    async def all(self) -> None:
        people = max(32, int(self.rate * PEOPLE_PER_RATE))
        for _ in range(people):
            session = await volunteers.join(self.port)
            self._idle.put_nowait((session, await self._claim(session)))
        watching = asyncio.create_task(self._watch())
        moment, under_way = time.perf_counter(), []
        for _ in range(self.answers):
            moment += self._chance.expovariate(self.rate)
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            under_way.append(asyncio.create_task(self._answer(moment)))
        await asyncio.gather(*under_way)
        watching.cancel()

    async def _answer(self, moment: float) -> None:
        session, held = await self._idle.get()
        if held is not None:
            answer = {
                "id": str(uuid.uuid4()),
                "values": {"what": self._chance.choice("yynm")},
                "next": True,
            }
            path = f"/api/v1/assignments/{held['id']}/answers"
            status, body = await session.request("POST", path, answer)
            self.latencies.append(time.perf_counter() - moment)
            if status == 201:
                held = json.loads(body)["next"]["assignment"]
            else:
                self.refused[status] += 1
        self._idle.put_nowait((session, held or await self._claim(session)))

    async def _claim(self, session: Connection) -> Any:
        status, body = await session.request("POST", f"/api/v1/campaigns/{SLUG}/assignments")
        return json.loads(body)["assignment"] if status < 300 else None

    async def _watch(self) -> None:
        session = Connection(self.port)
        while True:
            _, body = await session.request("GET", f"/api/v1/campaigns/{SLUG}/flow")
            self.behind.append(json.loads(body)["behind_seconds"])
            await asyncio.sleep(1)
