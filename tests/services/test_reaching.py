"""Claims and turns reach everything by a key: what they read does not grow with the campaign, nor
with how many others hold something, whatever PostgreSQL knows of its tables.
"""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from crowd.models import Assignment, Contributor
from crowd.services import assignments, queues, turns
from tests import builders
from tests.builders import LEASE, NOW, Drive

pytestmark = pytest.mark.django_db

MANY = 400
FEW = 60  # rows, of all tables together


@pytest.fixture
def drive() -> Drive:
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")  # of other tests, made when the tables were empty
    made = builders.drive(excerpts=MANY, agree=2)
    queues.rebuild(campaign=made.campaign)
    return made


@pytest.fixture
def crowded(drive: Drive) -> Drive:
    """Everyone of a large crowd holds a micro-task."""
    people = builders.guests(MANY)
    Assignment.objects.bulk_create(
        Assignment(microtask=each, contributor=person, lent_at=NOW, due_at=NOW + LEASE)
        for each, person in zip(drive.microtasks(), people, strict=True)
    )
    queues.rebuild(campaign=drive.campaign)
    return drive


def is_reached_by_keys(act: Callable[[], Any]) -> bool:
    """Whether PostgreSQL looks at a few rows only, and into few indexes, while `act` is done."""
    before = _read()
    act()
    read = {table: count - before.get(table, 0) for table, count in _read().items()}
    print({table: count for table, count in read.items() if count})  # if it fails: where
    return sum(read.values()) < FEW


def _read() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)
                + coalesce(idx_scan, 0)
            FROM pg_stat_xact_user_tables
            """
        )
        return dict(cursor.fetchall())


def test_a_newcomers_first_claim_reads_a_few_rows_of_a_large_campaign(drive: Drive) -> None:
    # Reserved apart: what a claim reads of the queue it reads in Valkey.
    drive.claim(builders.guest())
    assert is_reached_by_keys(lambda: drive.claim(builders.guest()))


def test_a_turn_reads_a_few_rows_however_many_leases_are_open(crowded: Drive) -> None:
    person = builders.guest()
    held = crowded.claim(person).assignment
    for _ in range(8):  # the first are planned with their values, later ones for any
        assert is_reached_by_keys(partial(turn, person, held))
        held = Assignment.objects.lent().get(contributor=person)


def test_an_answer_alone_reads_a_few_rows_however_many_leases_are_open(crowded: Drive) -> None:
    person = builders.guest()
    for _ in range(8):
        held = crowded.claim(person).assignment
        assert held is not None
        assert is_reached_by_keys(partial(builders.submit, held))


def test_who_holds_a_micro_task_is_given_it_again_by_a_few_rows(crowded: Drive) -> None:
    person = builders.guest()
    held = crowded.claim(person)
    assert is_reached_by_keys(lambda: crowded.claim(person))
    assert crowded.claim(person).assignment == held.assignment


def turn(person: Contributor, held: Assignment | None) -> None:
    assert held is not None
    loaded = assignments.to_answer(contributor=person, assignment_id=held.pk)
    taken = turns.take(
        contributor=person,
        assignment=loaded,
        answer_id=uuid.uuid4(),
        values={"q": "a"},
        badly_cut=False,
        now=NOW,
    )
    assert taken.next.assignment is not None
