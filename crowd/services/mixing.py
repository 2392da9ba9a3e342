"""Mixing: now and then someone is given a micro-task whose answer is known, and does not see it."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection

from crowd.models import Assignment, Campaign, Step
from crowd.rules import mixing as rules
from crowd.services import material, outlines


def is_due(*, campaign: Campaign, person: Sequence[int]) -> bool:
    """Whether this person's next micro-task is to be a known one."""
    if not outlines.of_campaign(campaign_id=campaign.pk).mixes:
        return False
    rates: Sequence[tuple[int, float]] = settings.TAMIS_KNOWN_RATES
    answered = _answered(campaign, person, most=max(least for least, _ in rates))
    return rules.is_due(person=person[0], answered=answered, rates=rates)


def lend(
    *, campaign: Campaign, steps: Sequence[Step], person: Sequence[int], now: datetime
) -> Assignment | None:
    """Lend a known micro-task of these steps that this person is new to; None: not due, or none.

    Inside the transaction that holds the person. However many hold one at once, no place is taken:
    its verdict stands already.
    """
    if not is_due(campaign=campaign, person=person):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH one AS (
                SELECT m.id, s.lease_seconds, s.weight FROM crowd_knownanswer k
                JOIN crowd_microtask m ON m.id = k.microtask_id
                JOIN crowd_step s ON s.id = m.step_id
                JOIN crowd_excerpt e ON e.id = m.excerpt_id AND e.hidden_at IS NULL
                WHERE m.step_id = ANY(%(steps)s) AND NOT k.tutorial
                  AND m.veiled AND m.state = 'settled'
                  AND NOT EXISTS (
                    SELECT 1 FROM crowd_assignment a
                    WHERE a.microtask_id = m.id AND a.contributor_id = ANY(%(person)s))
                ORDER BY random() LIMIT 1
            ), a AS (
                INSERT INTO crowd_assignment
                    (microtask_id, contributor_id, state, lent_at, due_at, weight)
                SELECT id, %(me)s, 'lent', %(now)s,
                    %(now)s + make_interval(secs => lease_seconds), weight FROM one
                RETURNING *
            )
            SELECT {material.columns()} FROM a {material.JOINS}
            """,  # noqa: S608 (constants)
            {
                "steps": [step.pk for step in steps],
                "person": list(person),
                "me": person[0],
                "now": now,
            },
        )
        row = cursor.fetchone()
    return material.assignment(row) if row else None


def _answered(campaign: Campaign, person: Sequence[int], *, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM crowd_answer w
                JOIN crowd_microtask m ON m.id = w.microtask_id AND m.campaign_id = %s
                WHERE w.contributor_id = ANY(%s) LIMIT %s) AS given
            """,
            [campaign.pk, list(person), most],
        )
        return int(cursor.fetchone()[0])
