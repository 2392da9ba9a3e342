"""Opinions: one more person is asked where someone objects, while the verdict stands.

The micro-task stays settled, in counts and pages; only a lease is written on it, as for known
answers (`services.mixing`). Its answer is read like any that comes late: it may change nothing,
cast doubt, or turn the verdict round.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from crowd.models import Assignment, Campaign, Step
from crowd.services import material, objections, outlines


def are_asked(*, campaign: Campaign) -> bool:
    """Whether someone's objection waited for an opinion, a moment ago."""
    return outlines.of_campaign(campaign_id=campaign.pk).objected


def lend(
    *, campaign: Campaign, steps: Sequence[Step], person: Sequence[int], now: datetime
) -> Assignment | None:
    """Lend what someone objects to, to a person who is new to it; None when there is nothing.

    Inside the transaction that holds the person.

    Args:
        steps: those this person wants to be asked.
    """
    if not are_asked(campaign=campaign):
        return None
    asked = [step.pk for step in steps if not step.taken_on]  # weeks of work are no opinion
    params: dict[str, Any] = {"campaign": campaign.pk, "steps": asked, "person": list(person)}
    with connection.cursor() as cursor:
        # Rival: another claim. It passes over the row we lock; whether it had lent it before us,
        # only a statement after the one that locks can see.
        cursor.execute(_FIND, params)
        found = cursor.fetchone()
        if found is None:
            return None
        cursor.execute(_LEND, params | {"id": found[0], "me": person[0], "now": now})
        row = cursor.fetchone()
    return material.assignment(row) if row else None


_FIND = f"""
    SELECT m.id FROM crowd_microtask m
    WHERE m.id IN (SELECT m.id {objections.ASKED}) AND m.step_id = ANY(%(steps)s)
      AND NOT EXISTS (
        SELECT 1 FROM crowd_assignment a
        WHERE a.microtask_id = m.id AND a.contributor_id = ANY(%(person)s))
    ORDER BY m.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""  # noqa: S608 (constants)
_LEND = f"""
    WITH a AS (
        INSERT INTO crowd_assignment (microtask_id, contributor_id, state, lent_at, due_at, weight)
        SELECT m.id, %(me)s, 'lent', %(now)s,
            %(now)s + make_interval(secs => s.lease_seconds), s.weight
        FROM crowd_microtask m JOIN crowd_step s ON s.id = m.step_id
        WHERE m.id = %(id)s AND m.id IN (SELECT m.id {objections.ASKED})
        RETURNING *
    )
    SELECT {material.columns()} FROM a {material.JOINS}
"""  # noqa: S608 (constants)
