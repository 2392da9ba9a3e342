"""Lending: find the next micro-task for one person, and write the lease.

Every function here but `reserve` runs inside the transaction that holds the person
(`contributors.hold`, or the lock below). Steps are looked through in the order given; `person` is
`contributors.person_ids`; what comes back is the assignment with its material, or None.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from crowd import prepared, valkey
from crowd.models import Assignment, Batch, Step
from crowd.rules import leases
from crowd.services import material, outlines, queues, reservations, searches

logger = logging.getLogger(__name__)

TRIES = 20  # refused reservations before PostgreSQL is asked directly

# Of a lease `a`: not one of days, which stands beside whatever else a person does.
SHORT = f"a.due_at - a.lent_at < interval '{leases.LONG_SECONDS} seconds'"

# Looked up for one row at a time, whatever PostgreSQL knows of the tables: as joins, a new site's
# plans begin with all micro-tasks of the campaign, or with all excerpts.
CAMPAIGN = "(SELECT o.campaign_id FROM crowd_microtask o WHERE o.id = a.microtask_id)"
IS_SHOWN = "(SELECT e.hidden_at IS NULL FROM crowd_excerpt e WHERE e.id = m.excerpt_id)"

Found = tuple[Step, int]
"""A step, and a micro-task of it that may be free."""


def reserve(*, steps: Sequence[Step], person: Sequence[int]) -> Found | None:
    """What the queues offer this person, taken out of them; None when they hold nothing.

    Not what someone else was offered this very moment, if there is anything else.
    """
    try:
        for step in steps:
            microtask_id = reservations.take(step_id=step.pk, person=person, apart=True)
            if microtask_id is not None:
                return step, microtask_id
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; PostgreSQL is searched instead")
    return None


def quickly(*, steps: Sequence[Step], person: Sequence[int], now: datetime) -> Assignment | None:
    """What the queues offer, else what PostgreSQL finds that nobody is busy with."""
    return _from_queues(steps, person, now) or _from_search(steps, person, now)


def patiently(*, steps: Sequence[Step], person: Sequence[int], now: datetime) -> Assignment | None:
    """The next micro-task, waiting for whoever is busy with it.

    One a transaction: who waits while holding another could close a circle of waiting claims.
    """
    for step in steps:
        microtask_id = searches.next_open(step_id=step.pk, person=person, even_busy=True)
        if microtask_id is not None:
            return _lend((step, microtask_id), person, now)
    return None


def lend_this(*, found: Found, person: Sequence[int], now: datetime) -> Assignment | None:
    """One micro-task that a person has chosen, waiting for whoever is busy with it."""
    return _lend(found, person, now)


def lend_many(*, step: Step, person: Sequence[int], batch: Batch, now: datetime, most: int) -> int:
    """Lend up to so many micro-tasks of one step at once.

    Never waiting: who holds many rows and waits for one more could close a circle of claims.

    Returns:
        How many were lent.
    """
    lent = refused = 0
    while lent < most and refused < TRIES:
        microtask_id = _next_of(step, person)
        if microtask_id is None:
            break
        if _lend((step, microtask_id), person, now, waits=False, batch=batch):
            lent += 1
        else:
            refused += 1
    return lent


def _next_of(step: Step, person: Sequence[int]) -> int | None:
    try:
        found = reservations.take(step_id=step.pk, person=person)
        if found is None and queues.refill_now(step_id=step.pk):
            found = reservations.take(step_id=step.pk, person=person)
    except valkey.Unreachable:
        found = None
    return found or searches.next_open(step_id=step.pk, person=person)


def is_any_free(*, steps: Sequence[Step], person: Sequence[int]) -> bool:
    """Whether there is a place for this person, even if others are busy with it now."""
    return any(searches.next_open(step_id=step.pk, person=person, even_busy=True) for step in steps)


def write(
    *, found: Found, person: Sequence[int], now: datetime, batch: Batch | None = None
) -> Assignment | None:
    """The lease itself, on a micro-task whose row is locked, if it needs one more answer, and this
    person is new to it and (but for a batch, and what is taken on) holds no other of the campaign.
    """
    step, microtask_id = found
    usual, disputed = outlines.weights_of(step)
    # Rivals: other claims and the cross-check. What is counted here must be counted in a statement
    # after the one that locks: only a new snapshot sees what the rival before us committed.
    rows = prepared.rows(
        _lease(),
        {
            "id": microtask_id,
            "me": person[0],
            "person": list(person),
            "now": now,
            "due": batch.due_at if batch else now + timedelta(seconds=step.lease_seconds),
            "weight": usual,
            "disputed": disputed,
            "batch": batch.pk if batch else None,
            "beside": batch is not None or step.taken_on,
        },
    )
    return material.assignment(rows[0]) if rows else None


@cache
def _lease() -> str:
    return f"""
        WITH a AS (
            INSERT INTO crowd_assignment AS mine
                (microtask_id, contributor_id, state, lent_at, due_at, weight, batch_id, room_id)
            SELECT m.id, %(me)s, 'lent', %(now)s, %(due)s,
                CASE WHEN m.disputed THEN %(disputed)s ELSE %(weight)s END, %(batch)s::bigint, (
                SELECT r.id FROM crowd_contributor c JOIN crowd_room r ON r.id = c.room_id
                WHERE c.id = %(me)s AND r.campaign_id = m.campaign_id AND r.closed_at IS NULL)
            FROM crowd_microtask m
            WHERE m.id = %(id)s AND {queues.FREE_OF_ONE} > 0
              AND NOT EXISTS (
                SELECT 1 FROM crowd_assignment a
                WHERE a.microtask_id = m.id AND a.contributor_id = ANY(%(person)s)
                  AND a.state NOT IN ('returned', 'expired'))
              AND (%(beside)s OR NOT EXISTS (
                SELECT 1 FROM crowd_assignment a
                WHERE a.contributor_id = ANY(%(person)s) AND a.state = 'lent'
                  AND a.batch_id IS NULL AND {SHORT} AND (
                    SELECT o.campaign_id = m.campaign_id AND e.hidden_at IS NULL
                      AND (o.state = 'open' OR o.state <> 'withdrawn' AND a.due_at > %(now)s)
                    FROM crowd_microtask o JOIN crowd_excerpt e ON e.id = o.excerpt_id
                    WHERE o.id = a.microtask_id)))
            ON CONFLICT (contributor_id, microtask_id) DO UPDATE
                SET state = 'lent', lent_at = excluded.lent_at, due_at = excluded.due_at,
                    weight = excluded.weight, room_id = excluded.room_id,
                    batch_id = excluded.batch_id, closed_at = NULL
                WHERE mine.state IN ('returned', 'expired')
            RETURNING mine.*
        ), marked AS (
            UPDATE crowd_microtask SET needs = needs  -- for claims that compare: `turns`
            WHERE id IN (SELECT microtask_id FROM a)
        )
        SELECT {material.columns()} FROM a {material.JOINS}
    """  # noqa: S608 (constants)


def _from_queues(steps: Sequence[Step], person: Sequence[int], now: datetime) -> Assignment | None:
    waits = True
    try:
        for step in steps:
            for _ in range(TRIES):
                microtask_id = reservations.take(step_id=step.pk, person=person)
                if microtask_id is None and queues.refill_now(step_id=step.pk):
                    microtask_id = reservations.take(step_id=step.pk, person=person)
                if microtask_id is None:
                    break
                lent = _lend((step, microtask_id), person, now, waits=waits)
                if lent is not None:
                    return lent
                reservations.drop(step_id=step.pk, microtask_id=microtask_id)
                waits = False  # the row just refused stays locked by us: see `patiently`
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; PostgreSQL is searched instead")
    return None


def _from_search(steps: Sequence[Step], person: Sequence[int], now: datetime) -> Assignment | None:
    for step in steps:
        for _ in range(TRIES):
            microtask_id = searches.next_open(step_id=step.pk, person=person)
            if microtask_id is None:
                break
            lent = _lend((step, microtask_id), person, now)
            if lent is not None:
                return lent
    return None


def _lend(
    found: Found,
    person: Sequence[int],
    now: datetime,
    *,
    waits: bool = True,
    batch: Batch | None = None,
) -> Assignment | None:
    locked = prepared.rows(_LOCK if waits else _LOCK + " SKIP LOCKED", {"id": found[1]})
    return write(found=found, person=person, now=now, batch=batch) if locked else None


# Open ones, and no others, need answers.
_LOCK = f"""
    SELECT m.id FROM crowd_microtask m
    WHERE m.id = %(id)s AND m.needs > 0 AND {IS_SHOWN}
    FOR NO KEY UPDATE OF m"""  # noqa: S608 (constants)
