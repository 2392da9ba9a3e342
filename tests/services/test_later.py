"""Work asked for after commit: never too early, not twice, and never at a request's expense."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from django.db import transaction

from crowd import later, valkey
from crowd.config import celery_app
from crowd.models import Answer
from crowd.services import notes
from tests import builders

NAME = "tasks.consensus.settle_waiting"


def sent(queue: str = "consensus") -> int:
    """Messages that wait in the broker."""
    return int(valkey.client().llen(queue))


def wait_until_sent(count: int) -> None:
    """Wait for that many; the last nudge of a moment is sent at the moment's end."""
    until = time.monotonic() + 30
    while sent() != count:
        assert time.monotonic() < until, f"{sent()} messages, not {count}"
        threading.Event().wait(0.01)


class Undone(Exception):
    pass


def _undone(ask: Any) -> None:
    try:
        with transaction.atomic():
            ask()
            raise Undone
    except Undone:
        pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "ask",
    [
        lambda: later.after_commit(NAME, queue="consensus"),
        lambda: later.nudge(NAME, queue="consensus"),
        lambda: notes.note(campaign_ids=[1]),
    ],
    ids=["after_commit", "nudge", "note"],
)
def test_nothing_is_sent_before_the_commit_nor_when_it_never_comes(ask: Any) -> None:
    with transaction.atomic():
        ask()
        assert sent() == 0
    assert sent() == 1
    later.forget()
    valkey.client().flushdb()
    _undone(ask)
    assert sent() == 0
    assert notes.take("campaigns") == []


@pytest.mark.django_db(transaction=True)
def test_many_nudges_make_one_run() -> None:
    for _ in range(10):
        later.nudge(NAME, queue="consensus")
    assert sent() == 1


@pytest.mark.django_db(transaction=True)
def test_a_nudge_during_the_run_makes_another_run() -> None:
    later.nudge(NAME, queue="consensus")
    later.woken(NAME)
    later.nudge(NAME, queue="consensus")
    later.nudge(NAME, queue="consensus")
    wait_until_sent(2)


@pytest.mark.django_db(transaction=True)
def test_a_nudge_whose_message_was_lost_is_forgotten_in_seconds() -> None:
    later.nudge(NAME, queue="consensus")
    kept = valkey.client().pttl("tamis:nudged:" + NAME)
    assert 0 < kept <= later.LONGEST_WAIT.total_seconds() * 1000


@pytest.mark.django_db(transaction=True)
def test_different_tasks_are_nudged_apart() -> None:
    later.nudge("tasks.queues.refill_all", queue="default")
    later.nudge(NAME, queue="consensus")
    assert (sent("default"), sent()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_in_a_moment_runs_once_a_second() -> None:
    for _ in range(5):
        later.in_a_moment("tasks.ranks.tell", queue="consensus")
    assert sent() == 1


@pytest.mark.django_db(transaction=True)
def test_an_accepted_answer_nudges_the_cross_check() -> None:
    drive = builders.drive()
    later.forget()
    valkey.client().flushdb()
    drive.say("a")
    assert sent() == 1


@pytest.fixture
def broker_away() -> Iterator[None]:
    """Celery's broker is not there, although Valkey is."""
    away = Celery("away")
    away.config_from_object("django.conf:settings", namespace="CELERY")
    away.conf.broker_url = "redis+socket:///nonexistent/valkey.sock"
    away.set_current()
    yield
    celery_app.set_current()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_away")
def test_without_a_broker_an_answer_is_taken_at_once_and_waits_for_the_schedule() -> None:
    drive = builders.drive()
    before = time.monotonic()
    drive.say("a")
    drive.say("a")
    assert time.monotonic() - before < 5
    assert Answer.objects.waiting().count() == 2
    assert builders.settle() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_away", "valkey_away")
def test_without_broker_and_valkey_nothing_is_raised() -> None:
    later.after_commit(NAME, queue="consensus")
    later.nudge(NAME, queue="consensus")
    later.woken(NAME)
    later.in_a_moment(NAME, queue="consensus")
    notes.note(campaign_ids=[1], contributor_ids=[2])
    drive = builders.drive()
    drive.say("a")
    drive.say("a")
    assert builders.settle() == 1
    assert drive.microtask().state == "settled"
