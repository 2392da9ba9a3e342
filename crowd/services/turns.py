"""Turns: an answer and the next micro-task in one statement, for nearly everyone's nearly every
request.

Who that is: whoever is one contributor, in time, with what the queues offer at once. Whatever is
unusual about a turn is left undone here, and done by `answers.submit` and `assignments.claim_next`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import IntegrityError
from psycopg.types.json import Jsonb

from crowd import prepared
from crowd.models import Answer, Assignment, Contributor
from crowd.services import (
    answers,
    assignments,
    contributors,
    lending,
    material,
    mixing,
    opinions,
    outlines,
    queues,
    recent,
)
from crowd.services.answers import Outcome, Receipt
from crowd.services.assignments import Claim
from crowd.services.lending import Found


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What became of the answer, and what comes next."""

    receipt: Receipt
    next: Claim


def take(
    *,
    contributor: Contributor,
    assignment: Assignment,
    answer_id: uuid.UUID,
    values: Mapping[str, Any],
    badly_cut: bool,
    now: datetime,
) -> Turn:
    """Take one answer, and lend the next micro-task of the same campaign.

    Args:
        contributor: who answers.
        assignment: as loaded by `assignments.to_answer`.
        answer_id: made by the client; the same id again is the same answer.
        values: question key → value, None for "can't tell"; ignored when badly cut.
        badly_cut: the excerpt can't be read because of how it was cut.
        now: the moment of the request.

    Raises:
        answers.InvalidAnswer: the values do not fit, or the id belongs to another answer.
    """
    answer = answers.prepare(
        assignment=assignment, answer_id=answer_id, values=values, badly_cut=badly_cut, now=now
    )
    receipt, lent = _quickly(contributor, answer, now)
    return _turn(receipt or answers.keep(answer=answer, now=now), lent, contributor, now)


def take_recent(
    *,
    public_id: uuid.UUID,
    assignment_id: int,
    answer_id: uuid.UUID,
    values: Mapping[str, Any],
    badly_cut: bool,
    now: datetime,
) -> Turn | None:
    """The same for a guest whose lease this process remembers (`recent`), without looking it up.

    Returns:
        None when nothing was done: look up who asks, and what they hold, and `take` the answer.

    Raises:
        answers.InvalidAnswer: as of `take`.
    """
    found = recent.take(public_id=public_id, assignment_id=assignment_id)
    if found is None:
        return None
    guest, assignment = found
    answer = answers.prepare(
        assignment=outlines.attach(assignment),
        answer_id=answer_id,
        values=values,
        badly_cut=badly_cut,
        now=now,
    )
    receipt, lent = _quickly(guest, answer, now)
    return _turn(receipt, lent, guest, now) if receipt else None


def _quickly(
    contributor: Contributor, answer: Answer, now: datetime
) -> tuple[Receipt | None, Assignment | None]:
    """What `_at_once` comes to, where a turn is usual enough for it."""
    campaign = answer.assignment.microtask.campaign
    usual = contributors.looks_alone(contributor=contributor) and campaign.is_open
    usual = usual and not opinions.are_asked(campaign=campaign)
    if usual and not mixing.is_due(campaign=campaign, person=[contributor.pk]):
        steps = assignments.steps_of(campaign=campaign, contributor=contributor)
        found = lending.reserve(steps=steps, person=[contributor.pk])
        if found is not None:
            return _at_once(contributor, answer, found, now)
    return None, None


def _turn(
    receipt: Receipt, lent: Assignment | None, contributor: Contributor, now: datetime
) -> Turn:
    if lent is not None:
        if contributor.user_id is None:
            recent.remember(guest=contributor, assignment=lent)
        return Turn(receipt=receipt, next=Claim(assignment=outlines.attach(lent)))
    campaign = receipt.answer.assignment.microtask.campaign
    claim = assignments.claim_next(contributor=contributor, campaign=campaign, now=now)
    return Turn(receipt=receipt, next=claim)


def _at_once(
    contributor: Contributor, answer: Answer, found: Found, now: datetime
) -> tuple[Receipt | None, Assignment | None]:
    """The receipt if the answer was taken, and the lease if it could be written with it."""
    step, microtask_id = found
    usual, disputed = outlines.weights_of(step)
    try:
        (row,) = prepared.rows(
            _statement(),
            {
                "me": answer.contributor_id,
                "guest": contributor.user_id is None,
                "assignment": answer.assignment_id,
                "answer": answer.pk,
                "values": Jsonb(answer.values),
                "cut": answer.badly_cut,
                "now": now,
                "next": microtask_id,
                "due": now + timedelta(seconds=step.lease_seconds),
                "weight": usual,
                "disputed": disputed,
            },
        )
    except IntegrityError:
        return None, None
    was_taken, was_lent, *lent = row
    if not was_taken:
        return None, None
    answers.announce()
    receipt = Receipt(answer=answer, outcome=Outcome.ACCEPTED)
    return receipt, material.assignment(lent) if was_lent else None


@cache
def _statement() -> str:
    """Rivals: this person's other tabs and their signing in (the person's row), a double click (the
    lease's row, its state is then another), and claims of the next micro-task. Those are counted as
    they stood when the statement began; whoever lent it since has made a new version of its row
    (`lending.write`), which the comparison of `xmin` finds. Then nothing is lent here.
    """
    return f"""
        WITH guest AS (
            SELECT id, room_id FROM crowd_contributor
            WHERE id = %(me)s AND {contributors.IS_ALONE}
              AND (user_id IS NULL OR NOT %(guest)s) FOR NO KEY UPDATE
        ), held AS (
            UPDATE crowd_assignment a SET state = 'answered', closed_at = %(now)s
            FROM guest
            WHERE a.id = %(assignment)s AND a.contributor_id = guest.id
              AND {queues.IS_OPEN} AND a.due_at > %(now)s
              AND NOT EXISTS (SELECT 1 FROM crowd_answer WHERE id = %(answer)s)
            RETURNING a.id, a.microtask_id, a.contributor_id
        ), said AS (
            INSERT INTO crowd_answer (id, assignment_id, microtask_id, contributor_id,
                                      values, badly_cut, given_at, set_aside_reason)
            SELECT %(answer)s, id, microtask_id, contributor_id, %(values)s, %(cut)s, %(now)s, ''
            FROM held RETURNING id
        ), next AS (
            UPDATE crowd_microtask m SET needs = m.needs
            FROM said
            WHERE m.id = %(next)s
              AND m.xmin = (SELECT xmin FROM crowd_microtask WHERE id = %(next)s)
              AND {queues.FREE_OF_ONE} > 0
              AND {lending.IS_SHOWN}
              AND NOT EXISTS (
                SELECT 1 FROM crowd_assignment a
                WHERE a.microtask_id = m.id AND a.contributor_id = %(me)s
                  AND a.state NOT IN ('returned', 'expired'))
              AND NOT EXISTS (
                SELECT 1 FROM crowd_assignment a
                WHERE a.contributor_id = %(me)s AND a.state = 'lent' AND a.id <> %(assignment)s
                  AND a.batch_id IS NULL AND {lending.SHORT}
                  AND m.campaign_id = {lending.CAMPAIGN})
            RETURNING m.id, m.campaign_id, m.disputed
        ), a AS (
            INSERT INTO crowd_assignment AS mine
                (microtask_id, contributor_id, state, lent_at, due_at, weight, room_id)
            SELECT next.id, %(me)s, 'lent', %(now)s, %(due)s,
                CASE WHEN disputed THEN %(disputed)s ELSE %(weight)s END, r.id
            FROM next CROSS JOIN guest LEFT JOIN crowd_room r
              ON r.id = guest.room_id AND r.campaign_id = next.campaign_id AND r.closed_at IS NULL
            ON CONFLICT (contributor_id, microtask_id) DO UPDATE
                SET state = 'lent', lent_at = excluded.lent_at, due_at = excluded.due_at,
                    weight = excluded.weight, room_id = excluded.room_id,
                    batch_id = NULL, closed_at = NULL
                WHERE mine.state IN ('returned', 'expired')
            RETURNING mine.*
        )
        SELECT EXISTS (SELECT 1 FROM said), a.id IS NOT NULL, {material.columns()}
        FROM (SELECT 1) AS always LEFT JOIN (a {material.JOINS}) ON true
    """  # noqa: S608 (constants)
