"""Storing what was split: a batch is one transaction, and a document that fails leaves nothing.

The stretch's `done` is compared and swapped, excerpts and micro-tasks are written, the document's
`pages_done` grows: all of it, or nothing.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from crowd import later, live
from crowd.models import Document, Step, Stretch
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.rules.splitting.desk import Batch
from crowd.rules.splitting.plans import By, Plan
from crowd.services import excerpts, openings
from crowd.services.desks import Desk, Reading

HOLD_DOCUMENT = """
    SELECT 1 FROM crowd_document d JOIN crowd_campaign c ON c.id = d.campaign_id
    WHERE d.id = %(document)s AND d.state = 'splitting' AND d.edition = %(edition)s FOR KEY SHARE
"""
HOLD_STEPS = "SELECT id FROM crowd_step WHERE id = ANY(%s) FOR KEY SHARE"
ADVANCE = """
    UPDATE crowd_document SET
        pages_done = pages_done + %(count)s, attempts = 0, gaps = gaps || %(gaps)s::jsonb,
        state = CASE WHEN pages_done + %(count)s = pages_known THEN 'split' ELSE state END,
        finished_at = CASE WHEN pages_done + %(count)s = pages_known THEN %(now)s END
    WHERE id = %(document)s AND state = 'splitting' AND edition = %(edition)s
    RETURNING pages_done, state
"""


class Overtaken(Exception):
    """Someone else stored it, stopped it or split it anew: nothing of ours is kept."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is being split, and how."""

    document: Document
    reading: Reading
    desk: Desk
    now: datetime

    @property
    def plan(self) -> Plan:
        return self.reading.plan


def store(work: Work, stretch: Stretch, batch: Batch, *, merging: bool) -> None:
    """Store one batch, or nothing of it.

    Raises:
        Overtaken: nothing.
    """
    document, plan = work.document, work.plan
    # Before the transaction: written again after a crash, to the same keys.
    excerpts.store_pictures(document=document, plan=plan, batch=batch)
    with transaction.atomic():
        steps = _held(document, plan)
        # Rival: another worker that was given the same stretch.
        same = Stretch.objects.filter(pk=stretch.pk, done=stretch.done)
        if not same.update(done=stretch.done + batch.count):
            raise Overtaken
        if batch.lines:
            write = excerpts.merge if merging else excerpts.keep
            write(document=document, plan=plan, batch=batch, steps=steps)
        _advance(work, batch)
    stretch.done += batch.count
    tell(document)


def _held(document: Document, plan: Plan) -> list[Step]:
    """The steps to ask. What the new rows will point to is held until we commit: none of it can go.

    The document first, then its stretch: whoever stops it or splits it anew goes the same way, so
    nobody waits in a circle. Workers do not wait for one another; they only share.

    Raises:
        Overtaken: it is not to be split any more, or a step went a moment ago.
    """
    steps = [] if plan.by is By.ZONES else openings.first_steps(document.campaign)
    with connection.cursor() as cursor:
        # Below, the document's row is changed last: the others wait for one statement of ours.
        cursor.execute(HOLD_DOCUMENT, {"document": document.pk, "edition": document.edition})
        if cursor.fetchone() is None:
            raise Overtaken
        cursor.execute(HOLD_STEPS, [[step.pk for step in steps]])
        if len(cursor.fetchall()) < len(steps):
            raise Overtaken
    return steps


def _advance(work: Work, batch: Batch) -> None:
    """Count parts as done; with the last of them the document is split."""
    document = work.document
    gaps = [
        {"position": at, "code": each.code, "params": dict(each.params)}
        for at, each in batch.gaps.items()
    ]
    with connection.cursor() as cursor:
        found = {"document": document.pk, "edition": document.edition, "count": batch.count}
        cursor.execute(ADVANCE, {**found, "gaps": json.dumps(gaps), "now": work.now})
        row = cursor.fetchone()
    if row is None:  # rivals: someone who stops it or has it split anew
        raise Overtaken
    document.pages_done, document.state = row
    if document.state == DocumentState.SPLIT.value:
        document.refresh_from_db()
        document.stretches.all().delete()
        if len(document.gaps) == document.pages_known:
            first = document.gaps[0]
            raise Problem(first["code"], **first["params"])
        if work.plan.by is By.ZONES:
            later.after_commit("tasks.layouts.fit", queue="documents", document_id=document.pk)


def fail(*, document: Document, problem: Problem, now: datetime) -> bool:
    """Say what is wrong and leave nothing half-done.

    Excerpts nobody has been shown go; those somebody has are only taken out of play.

    Returns:
        False when it was no longer being split.
    """
    with transaction.atomic():
        same = Document.objects.unfinished().filter(pk=document.pk, edition=document.edition)
        locked = same.select_for_update().first()
        if locked is None:
            return False
        locked.stretches.all().delete()
        openings.withdraw(document=locked, now=now)
        locked.state, locked.finished_at = DocumentState.FAILED.value, now
        locked.problem_code, locked.problem_params = problem.code, dict(problem.params)
        locked.save()
    document.state = locked.state
    tell(locked)
    return True


def tell(document: Document) -> None:
    """Tell the campaign's open pages how far this document is."""
    audience = live.campaign(document.campaign_id)
    if live.may_tell(f"{audience}-documents"):
        counts = {"type": "document", "id": document.pk, "done": document.pages_done}
        live.tell(audience, {**counts, "known": document.pages_known})
