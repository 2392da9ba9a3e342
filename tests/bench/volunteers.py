"""Volunteers without think time: claim, answer, claim … by the API, as many at once as asked."""

import asyncio
import json
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from tests.bench.client import Connection

BROKEN = (OSError, asyncio.IncompleteReadError)


@dataclass
class Measured:
    """What one run of the loop came to.

    Attributes:
        latencies: seconds from sending an answer to holding the next micro-task.
        answered: micro-task → how many answers the server acknowledged.
        refusals: status → how many requests were refused.
        asked_twice: times a volunteer was given a micro-task they had answered.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    answered: Counter[int] = field(default_factory=Counter)
    refusals: Counter[int] = field(default_factory=Counter)
    asked_twice: int = 0

    def __add__(self, more: "Measured") -> "Measured":
        return Measured(
            seconds=self.seconds + more.seconds,
            latencies=self.latencies + more.latencies,
            answered=self.answered + more.answered,
            refusals=self.refusals + more.refusals,
            asked_twice=self.asked_twice + more.asked_twice,
        )

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    @property
    def mean(self) -> float:
        """In milliseconds."""
        return 1000 * sum(self.latencies) / len(self.latencies) if self.latencies else 0.0

    def percentile(self, percent: float) -> float:
        """Nearest rank, in milliseconds."""
        ordered = sorted(self.latencies)
        rank = max(0, -(-int(percent * len(ordered)) // 100) - 1)
        return 1000 * ordered[rank] if ordered else 0.0


async def play(*, port: int, slug: str, volunteers: int, seconds: float) -> Measured:
    """Let so many volunteers answer for so long."""
    measured = Measured()
    sessions = [await join(port) for _ in range(volunteers)]
    began = time.perf_counter()
    until = began + seconds
    await asyncio.gather(
        *(
            _volunteer(each, slug, until, measured, random.Random(n))
            for n, each in enumerate(sessions)
        )
    )
    measured.seconds = time.perf_counter() - began
    for session in sessions:
        session.close()
    return measured


async def floor(*, port: int, volunteers: int, seconds: float, microtask: int) -> Measured:
    """The same number of connections asking the floor view for as long."""
    measured = Measured()
    began = time.perf_counter()
    until = began + seconds

    async def one() -> None:
        session = Connection(port)
        session.headers = "Authorization: Bearer nobody\r\n"
        while (sent := time.perf_counter()) < until:
            status, body = await session.request("POST", "/api/bench/floor", {"id": microtask})
            assert status == 200, body
            measured.latencies.append(time.perf_counter() - sent)
        session.close()

    await asyncio.gather(*(one() for _ in range(volunteers)))
    measured.seconds = time.perf_counter() - began
    return measured


async def join(port: int) -> Connection:
    """A new guest's connection."""
    session = Connection(port)
    status, body = await session.request("POST", "/api/v1/contributors", {"language": "fr"})
    assert status == 201, body
    session.headers = f"Authorization: Bearer {json.loads(body)['token']}\r\n"
    return session


async def _volunteer(
    session: Connection, slug: str, until: float, measured: Measured, rng: random.Random
) -> None:
    seen: set[int] = set()
    assignment = None
    while (sent := time.perf_counter()) < until:
        if assignment is None:
            status, body = await session.request("POST", f"/api/v1/campaigns/{slug}/assignments")
            assignment = json.loads(body).get("assignment") if status < 300 else None
            if assignment is None:
                measured.refusals[status] += 1
                await asyncio.sleep(0.05)
            continue
        microtask = assignment["microtask"]["id"]
        measured.asked_twice += microtask in seen
        seen.add(microtask)
        answer = {"id": str(uuid.uuid4()), "values": {"what": rng.choice("yynm")}, "next": True}
        path = f"/api/v1/assignments/{assignment['id']}/answers"
        status, body = await session.request("POST", path, answer)
        if status in {200, 201}:
            measured.latencies.append(time.perf_counter() - sent)
            measured.answered[microtask] += 1
            assignment = json.loads(body)["next"]["assignment"]
        else:
            measured.refusals[status] += 1
            assignment = None
