"""Turns: an answer and the next micro-task in one transaction, for nearly everyone's nearly every
request.

Who that is: a guest, in time, with what the queues offer at once. Whatever is unusual about a turn
leaves nothing behind here, and is taken in turn by `answers.submit` and `assignments.claim_next`.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from psycopg.types.json import Jsonb

from crowd import later, prepared
from crowd.models import Answer, Assignment, Contributor
from crowd.services import answers, assignments, lending, outlines
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
    campaign = assignment.microtask.campaign
    if contributor.pk == assignment.contributor_id and campaign.is_open:
        found = lending.reserve(
            steps=assignments.steps_of(campaign=campaign), person=[contributor.pk]
        )
        lent = _at_once(answer, found, now) if found else None
        if lent is not None:
            answers.announce()
            receipt = Receipt(answer=answer, outcome=Outcome.ACCEPTED)
            return Turn(receipt=receipt, next=Claim(assignment=outlines.attach(lent)))
    receipt = answers.keep(answer=answer, now=now)
    claim = assignments.claim_next(contributor=contributor, campaign=campaign, now=now)
    return Turn(receipt=receipt, next=claim)


class _Unusual(Exception):
    """Undo: one of the two can't be done in this way."""


def _at_once(answer: Answer, found: Found, now: datetime) -> Assignment | None:
    try:
        with prepared.transaction():
            # One statement for the answer and both locks, the person's first; see `lending.write`.
            done = prepared.rows(
                _ANSWER,
                {
                    "me": answer.contributor_id,
                    "assignment": answer.assignment_id,
                    "answer": answer.pk,
                    "values": Jsonb(answer.values),
                    "cut": answer.badly_cut,
                    "now": now,
                    "next": found[1],
                },
            )
            lent = None
            if done:
                lent = lending.write(found=found, person=[answer.contributor_id], now=now)
            if lent is None:
                raise _Unusual
            return lent
    except (_Unusual, IntegrityError):
        return None


# Rivals: this guest's other tabs and their signing in (the guest's own row), a double click (the
# lease's row, its state is then another), claims of the next micro-task.
_ANSWER = """
    WITH guest AS (
        SELECT id FROM crowd_contributor
        WHERE id = %(me)s AND user_id IS NULL AND joined_into_id IS NULL FOR NO KEY UPDATE
    ), held AS (
        UPDATE crowd_assignment a SET state = 'answered', closed_at = %(now)s
        FROM guest
        WHERE a.id = %(assignment)s AND a.contributor_id = guest.id
          AND a.state = 'lent' AND a.due_at > %(now)s
          AND NOT EXISTS (SELECT 1 FROM crowd_answer WHERE id = %(answer)s)
        RETURNING a.id, a.microtask_id, a.contributor_id
    ), said AS (
        INSERT INTO crowd_answer (id, assignment_id, microtask_id, contributor_id,
                                  values, badly_cut, given_at, set_aside_reason)
        SELECT %(answer)s, id, microtask_id, contributor_id, %(values)s, %(cut)s, %(now)s, ''
        FROM held RETURNING id
    )
    SELECT m.id FROM said, crowd_microtask m
    JOIN crowd_excerpt e ON e.id = m.excerpt_id AND e.hidden_at IS NULL
    WHERE m.id = %(next)s AND m.state = 'open'
    FOR NO KEY UPDATE OF m
"""
