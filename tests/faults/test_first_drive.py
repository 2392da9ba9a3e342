"""Things break while people play; what was acknowledged stays, once, and gets its verdict."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests import site
from tests.faults import stubborn
from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MICROTASKS, ASKED, VOLUNTEERS = 300, 3, 12
SECONDS_AT_MOST = 150


@pytest.fixture
def running() -> Iterator[Site]:
    var = Path(site.ROOT / "var" / "faults")
    with site.running(var) as made:
        yield made


async def _break_things(broken: Site) -> None:
    """One fault after the other, each while the crowd goes on."""
    valkey = redis.Redis(unix_socket_path=str(broken.ground.sockets / "valkey.sock"))
    await asyncio.sleep(1)
    broken.kill("worker")  # in the middle of a cross-check, most likely
    await asyncio.sleep(1)
    broken.start("worker")
    await asyncio.sleep(2)
    valkey.flushall()
    await asyncio.sleep(1)
    broken.kill("web")
    await asyncio.sleep(0.5)
    broken.start("web")
    await asyncio.sleep(4)
    valkey.flushall()
    broken.kill("worker")
    await asyncio.sleep(0.5)
    broken.start("worker")


async def _play_through(broken: Site, ledger: stubborn.Ledger) -> None:
    until = time.monotonic() + SECONDS_AT_MOST
    await asyncio.gather(
        stubborn.crowd(
            port=broken.port, slug="drive", volunteers=VOLUNTEERS, until=until, ledger=ledger
        ),
        _break_things(broken),
    )


def _audit(broken: Site) -> dict[str, object]:
    return json.loads(broken.python("-m", "tests.faults.audit", "drive", str(ASKED)))


def test_nothing_acknowledged_is_lost_or_doubled_while_everything_is_killed(running: Site) -> None:
    running.python("-m", "tests.bench.database", "campaign", "drive", str(MICROTASKS), str(ASKED))
    ledger = stubborn.Ledger()
    asyncio.run(_play_through(running, ledger))
    until = time.monotonic() + 30
    while (found := _audit(running))["unread"] and time.monotonic() < until:
        time.sleep(0.5)

    stored = found["stored"]
    assert ledger.outages, "no fault was felt: this test proved nothing"
    assert not ledger.asked_twice
    assert set(ledger.acknowledged) <= set(stored), "an acknowledged answer is lost"
    assert {stored[each] for each in ledger.acknowledged} <= {1}, "an answer is there twice"
    assert found["unread"] == 0
    assert found["surplus"] == 0
    assert found["open"] == 0, "micro-tasks are stuck"
    assert found["concluded_without_verdict"] == 0
    assert found["settled_answers_without_award"] == 0

    for name in ("worker", "documents"):
        running.kill(name)  # they go on estimating what is known of people, and revise awards
    totals = _audit(running)["totals"]
    running.manage("rebuild")
    assert _audit(running)["totals"] == totals
