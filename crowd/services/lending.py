"""Lending: find the next micro-task for one person, and write the lease.

Every function here runs inside the transaction that holds the person (`contributors.hold`). Steps
are looked through in the order given; `person` is `contributors.person_ids`; what comes back is an
assignment's id, or None.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from crowd import valkey
from crowd.models import Step
from crowd.services import queues

logger = logging.getLogger(__name__)

TRIES = 20  # refused reservations before PostgreSQL is asked directly


def quickly(*, steps: Sequence[Step], person: Sequence[int], now: datetime) -> int | None:
    """What the queues offer, else what PostgreSQL finds that nobody is busy with."""
    return _from_queues(steps, person, now) or _from_search(steps, person, now)


def patiently(*, steps: Sequence[Step], person: Sequence[int], now: datetime) -> int | None:
    """The next micro-task, waiting for whoever is busy with it.

    One a transaction: who waits while holding another could close a circle of waiting claims.
    """
    for step in steps:
        microtask_id = queues.next_open(step_id=step.pk, person=person, even_busy=True)
        if microtask_id is not None:
            return _lend(microtask_id, step, person, now)
    return None


def is_any_free(*, steps: Sequence[Step], person: Sequence[int]) -> bool:
    """Whether there is a place for this person, even if others are busy with it now."""
    return any(queues.next_open(step_id=step.pk, person=person, even_busy=True) for step in steps)


def _from_queues(steps: Sequence[Step], person: Sequence[int], now: datetime) -> int | None:
    waits = True
    try:
        for step in steps:
            for _ in range(TRIES):
                microtask_id = queues.take(step_id=step.pk, person=person)
                if microtask_id is None:
                    break
                lent = _lend(microtask_id, step, person, now, waits=waits)
                if lent is not None:
                    return lent
                queues.drop(step_id=step.pk, microtask_id=microtask_id)
                waits = False  # the row just refused stays locked by us: see `patiently`
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; PostgreSQL is searched instead")
    return None


def _from_search(steps: Sequence[Step], person: Sequence[int], now: datetime) -> int | None:
    for step in steps:
        for _ in range(TRIES):
            microtask_id = queues.next_open(step_id=step.pk, person=person)
            if microtask_id is None:
                break
            lent = _lend(microtask_id, step, person, now)
            if lent is not None:
                return lent
    return None


def _lend(
    microtask_id: int, step: Step, person: Sequence[int], now: datetime, *, waits: bool = True
) -> int | None:
    """Write the lease if the micro-task needs one more answer and this person is new to it."""
    # Rivals: other claims and the cross-check. The counts below must be taken in a statement of
    # their own, after the lock: only a new snapshot sees what the rival before us committed.
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.id FROM crowd_microtask m
            JOIN crowd_excerpt e ON e.id = m.excerpt_id AND e.hidden_at IS NULL
            WHERE m.id = %s AND m.state = 'open'
            FOR NO KEY UPDATE OF m {"" if waits else "SKIP LOCKED"}
            """,  # noqa: S608 (constants)
            [microtask_id],
        )
        if cursor.fetchone() is None:
            return None
        cursor.execute(
            f"""
            INSERT INTO crowd_assignment AS mine
                (microtask_id, contributor_id, state, lent_at, due_at, weight)
            SELECT m.id, %(me)s, 'lent', %(now)s, %(due)s, %(weight)s
            FROM crowd_microtask m
            WHERE m.id = %(id)s AND {queues.FREE} > 0 AND NOT EXISTS (
                SELECT 1 FROM crowd_assignment a
                WHERE a.microtask_id = m.id AND a.contributor_id = ANY(%(person)s)
                  AND a.state NOT IN ('returned', 'expired'))
            ON CONFLICT (contributor_id, microtask_id) DO UPDATE
                SET state = 'lent', lent_at = excluded.lent_at, due_at = excluded.due_at,
                    weight = excluded.weight, closed_at = NULL
                WHERE mine.state IN ('returned', 'expired')
            RETURNING mine.id
            """,  # noqa: S608 (a constant)
            {
                "id": microtask_id,
                "me": person[0],
                "person": list(person),
                "now": now,
                "due": now + timedelta(seconds=step.lease_seconds),
                "weight": step.weight,
            },
        )
        row = cursor.fetchone()
    return row[0] if row else None
