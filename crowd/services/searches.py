"""Searches: what the queues answer, asked of PostgreSQL, a bounded piece at a time.

Only where the queues could not say: Valkey is away, has forgotten, or holds nothing for this
person. However large the campaign, one search looks at two pieces of a step's order: from where
this person is onwards, and from its beginning.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from crowd.services.queues import FREE

PIECE = 2000  # open micro-tasks looked at, at most


class Place(NamedTuple):
    """A point in a step's order."""

    rank: int
    microtask_id: int


BEGINNING = Place(-(2**63), 0)


def next_open(*, step_id: int, person: Sequence[int], even_busy: bool = False) -> int | None:
    """A micro-task of a step that this person can be lent, in the step's order.

    Args:
        step_id: the step.
        person: the contributor, and guests they were (`contributors.person_ids`).
        even_busy: take rows into account that others have locked at this moment.
    """
    for begins in dict.fromkeys([_place_of(step_id, person), BEGINNING]):
        found = _first(step_id, person, begins, even_busy=even_busy)
        if found is not None:
            return found
    return None


def _first(step_id: int, person: Sequence[int], begins: Place, *, even_busy: bool) -> int | None:
    # Rival: another claim holding the row; skipping it mostly beats waiting to be refused.
    lock = "" if even_busy else "FOR NO KEY UPDATE OF m SKIP LOCKED"
    ends = _end_of_piece(step_id, begins)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.id FROM crowd_microtask m
            JOIN crowd_excerpt e ON e.id = m.excerpt_id AND e.hidden_at IS NULL
            WHERE m.step_id = %s AND m.state = 'open' AND {FREE} > 0
              AND (m.rank, m.id) > (%s, %s) AND (m.rank, m.id) <= (%s, %s)
              AND NOT EXISTS (
                SELECT 1 FROM crowd_assignment mine
                WHERE mine.microtask_id = m.id AND mine.contributor_id = ANY(%s)
                  AND mine.state NOT IN ('returned', 'expired'))
            ORDER BY m.rank, m.id LIMIT 1 {lock}
            """,  # noqa: S608 (constants)
            [step_id, *begins, *ends, list(person)],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _end_of_piece(step_id: int, begins: Place) -> Place:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT rank, id FROM crowd_microtask
            WHERE step_id = %s AND state = 'open' AND (rank, id) > (%s, %s)
            ORDER BY rank, id OFFSET %s LIMIT 1
            """,
            [step_id, *begins, PIECE - 1],
        )
        row = cursor.fetchone()
    return Place(*row) if row else Place(2**63 - 1, 2**63 - 1)


def _place_of(step_id: int, person: Sequence[int]) -> Place:
    """Where this person answered last in a step; everyone goes through it in its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.rank, m.id FROM (
                SELECT microtask_id FROM crowd_answer
                WHERE contributor_id = ANY(%s) ORDER BY given_at DESC LIMIT 1
            ) AS said JOIN crowd_microtask m ON m.id = said.microtask_id AND m.step_id = %s
            """,
            [list(person), step_id],
        )
        row = cursor.fetchone()
    return Place(*row) if row else BEGINNING
