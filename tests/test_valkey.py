"""A Valkey that hangs costs one caller a moment, and the others nothing."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crowd import valkey
from crowd.config import places
from crowd.config.launch import embedded
from crowd.config.launch import valkey as server
from crowd.services import leases
from tests import builders
from tests.builders import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def hung() -> Iterator[Any]:
    """The test's Valkey, stopped in the middle of whatever it did."""
    running = server.process(
        ground=embedded.prepare(var=places.var(), sockets=Path(places.socket_dir()))
    )
    assert running
    valkey.client().ping()  # a connection that was good
    running.suspend()
    yield running
    running.resume()
    while not _answers():
        pass
    valkey.client().flushdb()


def _answers() -> bool:
    try:
        return bool(valkey.client().ping())
    except valkey.Unreachable:
        return False


def test_claims_and_answers_go_on(hung: Any) -> None:
    drive = builders.drive(excerpts=3)
    person, began = builders.guest(), time.monotonic()
    for _ in range(3):
        held = drive.claim(person).assignment
        assert held is not None
        builders.submit(held)
    # One wait in vain a second at most, however often it is asked.
    spent = time.monotonic() - began
    assert spent < 9, spent
    assert leases.expire_due(now=NOW) == 0


def test_it_is_used_again_once_it_answers(hung: Any) -> None:
    assert not _answers()
    hung.resume()
    until = time.monotonic() + 10
    while not _answers():
        assert time.monotonic() < until
