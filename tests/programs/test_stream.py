"""The public stream on real servers: many listen at the site's own address, and all hear it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest

from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MANY = 200
SOON = 60.0  # seconds; on a quiet machine two


async def events(reply: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in reply.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


class Listener:
    """One who listens until a verdict is told."""

    def __init__(self) -> None:
        self.places: list[str] = []
        self.verdicts: list[int] = []
        self.listens = asyncio.Event()

    async def listen(self, client: httpx.AsyncClient, address: str, after: str = "") -> None:
        headers = {"Last-Event-ID": after} if after else {}
        async with client.stream("GET", address, headers=headers) as reply:
            assert reply.status_code == 200
            assert reply.headers["Content-Type"] == "text/event-stream"
            async for event in events(reply):
                self.places.append(event["id"])
                self.verdicts += [each["id"] for each in event["verdicts"]]
                self.listens.set()
                if self.verdicts:
                    return


async def play(site: Site, slug: str, *, people: int) -> None:
    """Each of them reads one letter, as all the others."""
    async with httpx.AsyncClient(base_url=f"{site.address}/api/v1", timeout=60) as client:
        for _ in range(people):
            guest = (await client.post("/contributors", json={})).json()
            headers = {"Authorization": f"Bearer {guest['token']}"}
            reply = await client.post(f"/campaigns/{slug}/assignments", headers=headers)
            answers = f"/assignments/{reply.json()['assignment']['id']}/answers"
            body = {"id": str(uuid4()), "values": {"asks": "yes"}}
            assert (await client.post(answers, json=body, headers=headers)).status_code == 201


def memory(site: Site) -> int:
    """Of the socket process and its worker, in bytes."""
    process = psutil.Process(site.processes["sockets"].pid)
    family = [process, *process.children(recursive=True)]
    return sum(each.memory_info().rss for each in family)


def test_two_hundred_listen_and_all_hear_of_the_verdict(
    running: Site, opened: Callable[[str], str]
) -> None:
    opened("streamed")
    address = f"{running.address}/api/v1/campaigns/streamed/stream"
    before = memory(running)

    async def story() -> None:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(timeout=SOON, limits=limits, follow_redirects=True) as client:
            crowd = [Listener() for _ in range(MANY)]
            async with asyncio.timeout(SOON), asyncio.TaskGroup() as group:
                for each in crowd:
                    group.create_task(each.listen(client, address))
                await asyncio.gather(*(each.listens.wait() for each in crowd))
                assert memory(running) - before < MANY * 200_000
                await play(running, "streamed", people=2)
            assert len({tuple(each.verdicts) for each in crowd}) == 1
            late = Listener()
            async with asyncio.timeout(SOON):
                await late.listen(client, address, after=crowd[0].places[0])
            assert late.verdicts == crowd[0].verdicts
            verdict = await client.get(f"{running.address}/api/v1/verdicts/{late.verdicts[0]}")
            assert verdict.json()["values"]["asks"]["value"] == "yes"

    asyncio.run(story())
