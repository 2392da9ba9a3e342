"""Claims and turns reach everything by a key: what they read does not grow with the campaign, nor
with how many others hold something, though PostgreSQL has counted its tables at another time.
"""

import uuid
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from crowd.models import Answer, Assignment, Contributor, MicroTask
from crowd.services import assignments, queues, turns
from tests import builders
from tests.builders import LEASE, NOW, Drive

pytestmark = pytest.mark.django_db

MANY, MORE = 300, 3000  # people here by day; what was answered before
FEW = 60  # rows, of all tables together
TABLES = "crowd_answer, crowd_assignment, crowd_contributor, crowd_excerpt, crowd_microtask"


@pytest.fixture
def drive() -> Drive:
    """A campaign whose tables were counted by night: all was read, and nobody held anything."""
    with connection.cursor() as cursor:
        # Autovacuum passes over what is locked: it would count anew, without what is written here.
        cursor.execute(f"LOCK TABLE {TABLES} IN SHARE UPDATE EXCLUSIVE MODE")
        cursor.execute("DISCARD PLANS")  # of other tests
        made = builders.drive(excerpts=MANY + MORE, agree=4, at_most=9)
        answered(made.microtasks()[:MORE], counted_at=NOW)
        cursor.execute(f"ANALYZE {TABLES}")
    queues.rebuild(campaign=made.campaign)
    return made


@pytest.fixture
def crowded(drive: Drive) -> Drive:
    """Everyone of a large crowd has given an answer, which nobody has read, and holds another."""
    last = drive.microtasks().order_by("-pk")[:MANY]
    answered(last)
    Assignment.objects.bulk_create(
        Assignment(microtask=each, contributor=person, lent_at=NOW, due_at=NOW + LEASE)
        for each, person in zip(last, builders.guests(MANY), strict=True)
    )
    queues.rebuild(campaign=drive.campaign)
    return drive


def answered(microtasks: Iterable[MicroTask], **more: Any) -> None:
    """Each of these has one answer, of somebody else."""
    asked = list(microtasks)
    closed = {"lent_at": NOW, "due_at": NOW + LEASE, "state": "answered"}
    leases = Assignment.objects.bulk_create(
        Assignment(microtask=each, contributor=person, **closed)
        for each, person in zip(asked, builders.guests(len(asked)), strict=True)
    )
    Answer.objects.bulk_create(
        Answer(
            id=uuid.uuid4(),
            microtask_id=lease.microtask_id,
            contributor_id=lease.contributor_id,
            assignment=lease,
            values={"q": "a"},
            given_at=NOW,
            **more,
        )
        for lease in leases
    )


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
