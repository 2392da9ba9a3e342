"""The workers that split documents are killed, again and again; what comes of it is the same."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil
import psycopg
import pytest

from tests import site
from tests.documents import pdfs
from tests.documents.pdfs import Page
from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PAGES, KILLS = 2_000, 20
STRIP = (595, 60)  # points: drawn fast, so that killing takes most of the time
SECONDS_AT_MOST = 400
DESK = "crowd.rules.splitting.desk"


@pytest.fixture
def running() -> Iterator[Site]:
    with site.running(Path(site.ROOT / "var" / "faults")) as made:
        yield made


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    pages = [Page(text=f"Ligne {number}", size=STRIP) for number in range(1, PAGES + 1)]
    path.write_bytes(pdfs.pdf(pages))
    return path


def _give(running: Site, path: Path) -> int:
    return int(json.loads(running.python("-m", "tests.faults.papers", "give", str(path))))


def _seen(running: Site, number: int) -> dict[str, object]:
    return json.loads(running.python("-m", "tests.faults.papers", "seen", str(number)))


class Progress:
    """How far a document is, asked of PostgreSQL itself."""

    def __init__(self, running: Site) -> None:
        said = "from crowd.config import places; print(places.database_url())"
        self.connection = psycopg.connect(running.python("-c", said).strip(), autocommit=True)

    def of(self, number: int) -> tuple[str, int]:
        row = self.connection.execute(
            "SELECT state, pages_done FROM crowd_document WHERE id = %s", [number]
        ).fetchone()
        assert row is not None
        return row

    def reach(self, number: int, done: int) -> int:
        """Wait until that many pages are done, or all."""
        until = time.monotonic() + SECONDS_AT_MOST
        while time.monotonic() < until:
            state, now = self.of(number)
            assert state in {"received", "splitting", "split"}
            if now >= done or state == "split":
                return now
            time.sleep(0.02)
        raise AssertionError(f"Stuck at {self.of(number)}")


def test_killed_twenty_times_an_import_ends_like_an_undisturbed_one(
    running: Site, paper: Path
) -> None:
    progress, rng = Progress(running), Random(7)
    calm = _give(running, paper)
    progress.reach(calm, PAGES)

    shaken = _give(running, paper)
    reached, kills = [0], 0
    while kills < KILLS:
        # Somewhere on the way to the next twentieth: between two batches, or within one.
        reached.append(progress.reach(shaken, reached[-1] + PAGES // (KILLS + 10)))
        time.sleep(rng.uniform(0, 0.2))
        running.kill("documents")
        running.start("documents")
        kills += 1
    assert progress.of(shaken)[0] == "splitting", (
        "it was faster than the killing: nothing is proved"
    )
    progress.reach(shaken, PAGES)

    one, other = _seen(running, calm), _seen(running, shaken)
    assert one["state"] == "split"
    assert one["pages"] == [PAGES, PAGES]
    assert len(one["excerpts"]) == PAGES  # type: ignore[arg-type]
    assert one == other
    assert reached == sorted(reached), "pages that were done have come undone"
    assert _desks() <= _workers(running), "a desk outlived its worker"


def _desks() -> int:
    """Processes that read files now, but for those of the tests that ran before in this process."""
    return sum(DESK in words for words in _command_lines())


def _workers(running: Site) -> int:
    documents = psutil.Process(running.processes["documents"].pid)
    return 1 + len(documents.children(recursive=True))


def _command_lines() -> Iterator[list[str]]:
    ours = {child.pid for child in psutil.Process().children()}  # desks of tests before this one
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(site.ROOT) and process.pid not in ours:
                yield process.cmdline()
        except psutil.Error:
            continue
