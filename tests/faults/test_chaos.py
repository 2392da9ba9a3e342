"""Thirty-two people play while one thing after another breaks: `make chaos`.

Two web and two worker processes over one PostgreSQL and one Valkey. Afterwards every rule is
checked against what each volunteer saw acknowledged.
"""

import asyncio
import contextlib
import json
import resource
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from crowd.config.launch import embedded, postgres, valkey
from tests import site
from tests.faults import stubborn, uploads
from tests.faults.slow_line import SlowLine
from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MICROTASKS, ASKED, VOLUNTEERS = 900, 3, 32
THINKS = 0.6  # seconds at most, so that the drive outlasts the faults
SECONDS_AT_MOST = 400
CALM = 1.5  # seconds between two faults


@pytest.fixture
def running() -> Iterator[Site]:
    with site.running(Path(site.ROOT / "var" / "chaos")) as made:
        beside = site.free_port()
        made.start("web-2", port=beside)
        made.start("worker-2")
        made.beside = beside
        yield made


class Storm:
    """The faults, one after the other; each leaves everything running again."""

    def __init__(self, broken: Site, line: SlowLine) -> None:
        self.broken, self.line = broken, line
        self.felt: dict[str, int] = {}
        self.refused_uploads = 0

    async def rage(self, ledger: stubborn.Ledger) -> None:
        faults: list[Callable[[], Awaitable[None]]] = [
            self.web_killed,
            self.workers_killed_while_settling,
            self.valkey_hangs,
            self.valkey_forgets,
            self.valkey_killed,
            self.postgresql_restarted,
            self.uploads_find_no_room,
            self.line_bad,
            self.one_of_each_killed,
        ]
        await asyncio.sleep(CALM)
        for fault in faults:
            before = ledger.outages
            await fault()
            await asyncio.sleep(CALM)
            self.felt[fault.__name__] = ledger.outages - before

    async def web_killed(self) -> None:
        for name in ("web", "web-2"):
            self.broken.kill(name)
        await asyncio.sleep(0.5)
        self.broken.start("web")
        self.broken.start("web-2", port=self.broken.beside)
        await asyncio.to_thread(self.broken.wait)

    async def workers_killed_while_settling(self) -> None:
        for _ in range(3):
            for name in ("worker", "worker-2"):
                self.broken.kill(name)
                self.broken.start(name)
            await asyncio.sleep(2)

    async def valkey_hangs(self) -> None:
        hung = valkey.process(ground=self.broken.ground)
        assert hung
        hung.suspend()
        await asyncio.sleep(3)
        hung.resume()

    async def valkey_forgets(self) -> None:
        for _ in range(2):
            await asyncio.to_thread(self.broken.python, "-c", FLUSH)
            await asyncio.sleep(0.5)

    async def valkey_killed(self) -> None:
        killed = valkey.process(ground=self.broken.ground)
        assert killed
        killed.kill()
        await asyncio.sleep(1.5)
        await asyncio.to_thread(embedded.start, ground=self.broken.ground)

    async def postgresql_restarted(self) -> None:
        for how in (signal.SIGINT, signal.SIGKILL):  # in order, and in disorder
            running = postgres.process(ground=self.broken.ground)
            assert running
            running.send_signal(how)
            await asyncio.to_thread(psutil.wait_procs, [running], 20)
            await asyncio.to_thread(embedded.start, ground=self.broken.ground)
            await asyncio.sleep(1)

    async def uploads_find_no_room(self) -> None:
        with _no_room_for_files(self.broken):
            status = await asyncio.to_thread(uploads.send, port=self.broken.port, key=self._key())
            self.refused_uploads += status >= 400
        assert await asyncio.to_thread(uploads.send, port=self.broken.port, key=self._key()) == 201

    async def line_bad(self) -> None:
        self.line.delay, self.line.cut = 0.4, 0.05
        await asyncio.sleep(4)
        self.line.delay = self.line.cut = 0.0

    async def one_of_each_killed(self) -> None:
        for name in ("web", "worker"):
            self.broken.kill(name)
        await asyncio.sleep(2)  # the others go on alone
        for name in ("web", "worker"):
            self.broken.start(name)

    def _key(self) -> str:
        return self.broken.python("-m", "tests.faults.uploads").strip()


FLUSH = "from crowd import valkey\nimport django\ndjango.setup()\nvalkey.client().flushall()"


@contextlib.contextmanager
def _no_room_for_files(broken: Site) -> Iterator[None]:
    """The web processes can write no file of more than a few kilobytes, as on a full disk."""
    main = psutil.Process(broken.processes["web"].pid)
    webs = [main, *main.children(recursive=True)]
    before = [web.rlimit(psutil.RLIMIT_FSIZE) for web in webs]
    for web in webs:
        web.rlimit(psutil.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for web, limits in zip(webs, before, strict=True):
            web.rlimit(psutil.RLIMIT_FSIZE, limits)


async def _play_through(broken: Site) -> tuple[stubborn.Ledger, Storm]:
    ledger, line = stubborn.Ledger(), SlowLine([broken.port, broken.beside])
    storm = Storm(broken, line)
    until = time.monotonic() + SECONDS_AT_MOST
    await asyncio.gather(
        stubborn.crowd(
            port=await line.open(),
            slug="drive",
            volunteers=VOLUNTEERS,
            until=until,
            ledger=ledger,
            thinks=THINKS,
        ),
        storm.rage(ledger),
    )
    return ledger, storm


def _audit(broken: Site) -> dict[str, object]:
    return json.loads(broken.python("-m", "tests.faults.audit", "drive", str(ASKED)))


def test_every_rule_holds_while_everything_breaks(running: Site) -> None:
    running.python("-m", "tests.bench.database", "campaign", "drive", str(MICROTASKS), str(ASKED))
    ledger, storm = asyncio.run(_play_through(running))
    until = time.monotonic() + 60
    while (found := _audit(running))["unread"] and time.monotonic() < until:
        time.sleep(0.5)
    stored = found["stored"]
    lost = set(ledger.acknowledged) - set(stored)
    doubled = [each for each in ledger.acknowledged if stored.get(each, 0) > 1]
    estimating = ("worker", "documents")
    for name in [each for each in running.processes if each.startswith(estimating)]:
        running.kill(name)  # they go on estimating what is known of people, and revise awards
    totals = _audit(running)["totals"]
    running.manage("rebuild")
    told = {
        "acknowledged": len(ledger.acknowledged),
        "lost": len(lost),
        "doubled": len(doubled),
        "asked twice": len(ledger.asked_twice),
        "surplus": found["surplus"],
        "stuck": found["open"],
        "without verdict": found["concluded_without_verdict"],
        "without award": found["settled_answers_without_award"],
        "awards other than rebuilt": _audit(running)["totals"] != totals,
    }
    print(json.dumps(told | {"exchanges that broke": storm.felt, **ledger.outcomes}, indent=1))
    assert storm.felt["web_killed"], "killing the web processes was not felt: this proved nothing"
    assert storm.refused_uploads == 1
    assert told.pop("acknowledged") >= MICROTASKS * ASKED - 1
    assert not any(told.values()), told
