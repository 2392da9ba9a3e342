"""The whole chain on the real broker: answer → worker → verdict → award → board."""

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker

from crowd import valkey
from crowd.config import celery_app
from crowd.models import Award, Document
from crowd.services import intake, leaderboard
from tests import builders
from tests.builders import NOW
from tests.documents import tables

pytestmark = pytest.mark.django_db(transaction=True)

QUEUES = ["consensus", "default", "documents"]


@pytest.fixture
def worker(transactional_db: Any) -> Iterator[None]:
    """A Celery worker in a thread, on the real broker."""
    options = {"queues": QUEUES, "perform_ping_check": False, "loglevel": "ERROR"}
    with start_worker(celery_app, pool="solo", **options):
        yield


def wait_for(condition: Callable[[], object], *, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


@pytest.mark.usefixtures("worker")
def test_answers_reach_verdict_ledger_board_and_follow_up_by_themselves() -> None:
    drive = builders.drive(
        builders.step(builders.choices()),
        builders.step(
            builders.text(), key="sum", opens_when={"step": "read", "question": "q", "each": True}
        ),
    )
    ana = builders.guest("Ana")
    drive.say(["a"], by=ana)
    drive.say(["a"])
    wait_for(lambda: Award.objects.count() == 2)
    assert drive.microtask().state == "settled"
    assert drive.microtask(step="sum", about="a").state == "open"
    wait_for(lambda: _board_of(drive) == [("Ana", round(builders.points(ana) * 10))])
    # The follow-up is in its queue, too: a claim finds it there.
    wait_for(lambda: valkey.client().zcard(f"tamis:ready:{drive.step('sum').pk}"))


def _board_of(drive: builders.Drive) -> list[tuple[str, int]]:
    board = leaderboard.board(campaign=drive.campaign, period="all", contributor=None, now=NOW)
    return [(row.pseudonym, row.points) for row in board.rows]


@pytest.mark.usefixtures("worker")
def test_a_document_is_split_and_its_micro_tasks_reach_the_queue() -> None:
    drive = builders.drive(excerpts=0)
    intake.receive(
        campaign=drive.campaign, upload=io.BytesIO(tables.table(5)), name="t.csv", now=NOW
    )
    wait_for(lambda: Document.objects.filter(state="split", name="t.csv").exists())
    assert drive.microtasks().count() == 5
    wait_for(lambda: valkey.client().zcard(f"tamis:ready:{drive.step().pk}") == 5)
