"""A volunteer who does not give up: sends the same answer again until it is acknowledged."""

import asyncio
import json
import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.bench.client import Connection

BROKEN = (OSError, asyncio.IncompleteReadError, ValueError, KeyError)


@dataclass
class Ledger:
    """What the volunteers saw acknowledged.

    Attributes:
        acknowledged: answer's id → micro-task.
        asked_twice: (volunteer, micro-task) pairs given after they were answered.
        outcomes: what the server said became of the answers.
        outages: exchanges that broke and were tried again.
        complete: volunteers who were told that nothing is left.
    """

    acknowledged: dict[str, int] = field(default_factory=dict)
    asked_twice: list[tuple[int, int]] = field(default_factory=list)
    outages: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    complete: int = 0


async def crowd(
    *,
    port: int,
    slug: str,
    volunteers: int,
    until: float,
    ledger: Ledger,
    thinks: float = 0.0,
) -> None:
    """Let so many play until the campaign is complete, or until this moment (`time.monotonic`).

    Args:
        thinks: seconds each takes over an answer, at most.
    """
    await asyncio.gather(*(_play(n, port, slug, until, ledger, thinks) for n in range(volunteers)))


async def _play(
    number: int, port: int, slug: str, until: float, ledger: Ledger, thinks: float
) -> None:
    session, rng = Connection(port), random.Random(number)
    made = await _insist(session, "POST", "/api/v1/contributors", {"language": "fr"}, ledger, until)
    session.headers = f"Authorization: Bearer {made['token']}\r\n"
    answered: set[int] = set()
    path, claim = f"/api/v1/campaigns/{slug}/assignments", None
    while time.monotonic() < until:
        claim = claim or await _insist(session, "POST", path, None, ledger, until)
        if claim["assignment"] is None:
            if claim["nothing"]["code"] in {"complete", "all_yours"}:
                ledger.complete += 1
                return
            claim = await asyncio.sleep(0.2)
            continue
        await asyncio.sleep(rng.random() * thinks)
        claim = await _answer(session, number, claim["assignment"], answered, rng, ledger, until)


async def _answer(
    session: Connection,
    number: int,
    assignment: Any,
    answered: set[int],
    rng: random.Random,
    ledger: Ledger,
    until: float,
) -> Any:
    """The next claim, when the answer's reply was asked to bring it along."""
    microtask = assignment["microtask"]["id"]
    if microtask in answered:
        ledger.asked_twice.append((number, microtask))
    answer = {
        "id": str(uuid.uuid4()),
        "values": {"what": "y" if rng.random() < 0.8 else "n"},
        "next": rng.random() < 0.7,
    }
    path = f"/api/v1/assignments/{assignment['id']}/answers"
    told = await _insist(session, "POST", path, answer, ledger, until)
    ledger.acknowledged[answer["id"]] = microtask
    ledger.outcomes[told["outcome"]] += 1
    answered.add(microtask)
    return told["next"]


async def _insist(
    session: Connection, method: str, path: str, body: Any, ledger: Ledger, until: float
) -> Any:
    """The reply, however often it takes; the same body every time."""
    while True:
        try:
            status, reply = await asyncio.wait_for(session.request(method, path, body), 15)
            if status < 300:
                return json.loads(reply)
            if status < 500:
                raise AssertionError(f"{method} {path}: {status} {reply!r}")
        except (TimeoutError, *BROKEN):
            session.close()
        ledger.outages += 1
        if time.monotonic() > until:
            raise TimeoutError(f"{method} {path} was never answered")
        await asyncio.sleep(0.1)
