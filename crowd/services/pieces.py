"""Pieces of splitting: a first look through a document, then its stretches, each part stored once.

Each batch of parts is one transaction: the stretch's `done` is compared and swapped, excerpts and
micro-tasks are written, the document's `pages_done` grows. A worker that is killed loses the batch
it was at and nothing else; whoever comes next goes on where the stretch stands.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

from django.db import connection, transaction
from django.db.models import F

from crowd import later, live
from crowd.models import Document, Stretch
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.rules.splitting import plans, types
from crowd.rules.splitting.desk import Batch
from crowd.rules.splitting.plans import By, Plan
from crowd.services import clearing, excerpts, openings, originals
from crowd.services.desks import Desk, DeskDied, Reading

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 10  # runs without progress before a document is given up
MOST_DEATHS = 3  # desks that die one after the other before the whole document is given up
# Parts of one stretch: some ten seconds' work, for going to the middle of a table means reading it.
STRETCH = {"page": 64, "tile": 64, "whole": 1, "row": 250_000, "paragraph": 250_000}
STORED_PARTS, STORED_SECONDS = 8, 1.0  # with pictures: as many are stored, and seen, together

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


def begin(*, document: Document, now: datetime, desk: Desk) -> bool:
    """Look through a document and cut it into stretches; a short one is split at once.

    The caller holds it.

    Returns:
        Whether the document is at its end (split or failed).
    """
    try:
        _attempt(document)
        plan = plan_of(document)
        if document.edition:
            clearing.clear(document=document)
        with originals.at_hand(document) as path:
            seen = desk.survey(_reading(document, plan, path))
        stretches = _stretches(document, plan, seen.parts)
        with transaction.atomic():
            # Rivals: another worker that was given the same document, someone who stops it.
            won = Document.objects.filter(
                pk=document.pk, state=DocumentState.RECEIVED.value, edition=document.edition
            ).update(
                state=DocumentState.SPLITTING.value,
                splitting=plan.as_json(),
                pages_known=seen.parts,
                columns=seen.columns,
            )
            if not won:
                return False
            Stretch.objects.bulk_create(stretches)
    except Exception as wrong:
        return _give_up(document, wrong, now=now)
    document.refresh_from_db()
    tell(document)
    if len(stretches) > 1:
        return False
    stretches[0].document = document
    return go_through(stretch=stretches[0], now=now, desk=desk)


def go_through(*, stretch: Stretch, now: datetime, desk: Desk) -> bool:
    """Split one stretch from where it stands to its end, unless someone is faster.

    Returns:
        Whether the document is at its end (split or failed).
    """
    document = stretch.document
    try:
        _attempt(document)
        plan = plan_of(document)
        with originals.at_hand(document) as path:
            reading = _reading(document, plan, path)
            work = Work(document=document, reading=reading, desk=desk, now=now)
            merging = document.excerpts.filter(
                kind=plan.kind, position__gt=stretch.done, position__lte=stretch.stop
            ).exists()
            for batch in _gathered(_batches(work, stretch)):
                _store(work, stretch, batch, merging=merging)
    except Overtaken:
        pass
    except Exception as wrong:
        return _give_up(document, wrong, now=now)
    return document.state in {DocumentState.SPLIT.value, DocumentState.FAILED.value}


def plan_of(document: Document) -> Plan:
    """How a document is split: as was said for it, or for its campaign, or in its natural way.

    Raises:
        Problem: this type of document can't be split so.
    """
    ways = types.SPLITTERS[document.media_type].ways
    if document.splitting:
        return plans.parse(document.splitting, ways=ways)
    return plans.parse(document.campaign.splitting.get(ways[0].value, {}), ways=ways)


def tell(document: Document) -> None:
    """Tell the campaign's open pages how far this document is."""
    audience = live.campaign(document.campaign_id)
    if live.may_tell(f"{audience}-documents"):
        counts = {"type": "document", "id": document.pk, "done": document.pages_done}
        live.tell(audience, {**counts, "known": document.pages_known})


def _reading(document: Document, plan: Plan, path: Path) -> Reading:
    return Reading(path=path, media_type=document.media_type, plan=plan)


def _attempt(document: Document) -> None:
    if document.attempts >= MOST_ATTEMPTS:
        raise Problem("split_kills_workers")
    Document.objects.filter(pk=document.pk).update(attempts=F("attempts") + 1)


def _stretches(document: Document, plan: Plan, parts: int) -> list[Stretch]:
    size = STRETCH[plan.kind]
    if plan.tile:  # whole pages, so that none is decoded twice
        size = max(1, size // (each := plan.tile.across * plan.tile.down)) * each
    return [
        Stretch(document=document, start=start, done=start, stop=min(start + size, parts))
        for start in range(0, parts, size)
    ]


def _batches(work: Work, stretch: Stretch) -> Iterator[Batch]:
    """The rest of a stretch; a page over which the desk dies is left out, and the next one tried.

    Raises:
        Problem: what is wrong with the document.
    """
    done, deaths = stretch.done, 0
    while done < stretch.stop:
        try:
            for batch in work.desk.batches(
                work.reading,
                start=done,
                stop=stretch.stop,
                columns=work.document.columns,
            ):
                if batch.first != done + 1:
                    raise Problem("split_failed")  # the file is not what it was when looked through
                done, deaths = done + batch.count, 0
                yield batch
            if done < stretch.stop:
                raise Problem("split_failed")
        except DeskDied as death:
            deaths += 1
            problem = _death(work, done + 1, death)
            if work.plan.kind not in {"page", "tile"} or deaths >= MOST_DEATHS:
                raise problem from death
            done += 1
            yield Batch(first=done, count=1, gaps={done: problem})


def _death(work: Work, position: int, death: DeskDied) -> Problem:
    if work.plan.kind not in {"page", "tile", "whole"}:
        return Problem("file_too_heavy")
    tile = work.plan.tile
    page = (position - 1) // (tile.across * tile.down) + 1 if tile else position
    if death.too_slow:
        return Problem("page_too_slow", page=page, seconds=death.seconds)
    return Problem("page_too_heavy", page=page)


def _gathered(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Pages come one by one and are stored some at a time; what was drawn is stored in any case."""
    waiting, since = Batch(first=0), monotonic()
    try:
        for batch in batches:
            if not waiting.count:
                waiting, since = Batch(first=batch.first), monotonic()
            waiting.add(batch)
            single = batch.pictures or batch.gaps
            late = waiting.count >= STORED_PARTS or monotonic() - since >= STORED_SECONDS
            if not single or late:
                yield waiting
                waiting = Batch(first=0)
    except Problem:
        waiting = Batch(first=0)  # the document fails: nothing more of it is stored
        raise
    if waiting.count:
        yield waiting


def _store(work: Work, stretch: Stretch, batch: Batch, *, merging: bool) -> None:
    """Store one batch, or nothing of it.

    Raises:
        Overtaken: nothing.
    """
    document, plan = work.document, work.plan
    # Before the transaction: written again after a crash, to the same keys.
    excerpts.store_pictures(document=document, plan=plan, batch=batch)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Foreign keys are checked row by row as they come: the document's row, which the other
            # workers wait for, is taken last and let go at once.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Rival: another worker that was given the same stretch.
        same = Stretch.objects.filter(pk=stretch.pk, done=stretch.done)
        if not same.update(done=stretch.done + batch.count):
            raise Overtaken
        if batch.lines:
            write = excerpts.merge if merging else excerpts.keep
            steps = [] if plan.by is By.ZONES else openings.first_steps(document.campaign)
            write(document=document, plan=plan, batch=batch, steps=steps)
        _advance(work, batch)
    stretch.done += batch.count
    tell(document)


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


def _give_up(document: Document, wrong: Exception, *, now: datetime) -> bool:
    if not isinstance(wrong, Problem):
        logger.error("Document %s can't be split", document.pk, exc_info=wrong)
        wrong = Problem("split_failed")
    return fail(document=document, problem=wrong, now=now)


def fail(*, document: Document, problem: Problem, now: datetime) -> bool:
    """Say what is wrong and leave nothing half-done.

    Excerpts nobody has been shown go; those somebody has are only taken out of play.

    Returns:
        False when it was no longer being split.
    """
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        unfinished = {DocumentState.RECEIVED.value, DocumentState.SPLITTING.value}
        if locked.state not in unfinished or locked.edition != document.edition:
            return False
        locked.stretches.all().delete()
        openings.withdraw(document=locked, now=now)
        locked.state, locked.finished_at = DocumentState.FAILED.value, now
        locked.problem_code, locked.problem_params = problem.code, dict(problem.params)
        locked.save()
    document.state = locked.state
    tell(locked)
    return True
