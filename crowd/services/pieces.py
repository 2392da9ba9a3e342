"""Pieces of splitting: a first look through a document, then its stretches, batch by batch.

A worker that is killed loses the batch it was at and nothing else (`services.storing`); whoever
comes next goes on where the stretch stands.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import F

from crowd.models import Document, Stretch
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.rules.splitting import plans, types
from crowd.rules.splitting.desk import Batch
from crowd.rules.splitting.parts import Survey
from crowd.rules.splitting.plans import Plan
from crowd.services import clearing, originals, storing
from crowd.services.desks import Desk, DeskDied, Reading
from crowd.services.holds import hold

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 10  # runs without progress before a document is given up
MOST_DEATHS = 3  # desks that die one after the other before the whole document is given up
# Parts of one stretch: some ten seconds' work, for going to the middle of a table means reading it.
STRETCH = {"page": 64, "tile": 64, "whole": 1, "row": 250_000, "paragraph": 250_000}
# What is left out of a campaign's way of splitting where it does not fit one of its documents.
MILDER: dict[str, dict[str, Any]] = {
    "plan_sheet_unknown": {"sheet": ""},
    "plan_column_unknown": {"columns": ()},
}
STORED_PARTS, STORED_SECONDS = 8, 1.0  # with pictures: as many are stored, and seen, together


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
            plan, seen = _looked_through(document, plan, path, desk)
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
                sheets=seen.sheets,
                partings=document.with_parting(plan, seen.sheets),
            )
            if not won:
                return False
            Stretch.objects.bulk_create(stretches)
    except Exception as wrong:
        return _give_up(document, wrong, now=now)
    document.refresh_from_db()
    storing.tell(document)
    if len(stretches) > 1:
        return False
    stretches[0].document = document
    with hold("stretch", stretches[0].pk) as mine:
        return mine and go_through(stretch=stretches[0], now=now, desk=desk)


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
            work = storing.Work(document=document, reading=reading, desk=desk, now=now)
            merging = document.excerpts.filter(
                kind=plan.kind,
                series=document.series(plan),
                position__gt=stretch.done,
                position__lte=stretch.stop,
            ).exists()
            for batch in _gathered(_batches(work, stretch)):
                storing.store(work, stretch, batch, merging=merging)
    except storing.Overtaken:
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


def _looked_through(document: Document, plan: Plan, path: Path, desk: Desk) -> tuple[Plan, Survey]:
    """What is in a document; the campaign's way of splitting it holds as far as it fits."""
    try:
        return plan, desk.survey(_reading(document, plan, path))
    except Problem as problem:
        if document.splitting or problem.code not in MILDER:
            raise
        milder = replace(plan, **MILDER[problem.code])
        return _looked_through(document, milder, path, desk)


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


def _batches(work: storing.Work, stretch: Stretch) -> Iterator[Batch]:
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


def _death(work: storing.Work, position: int, death: DeskDied) -> Problem:
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


def _give_up(document: Document, wrong: Exception, *, now: datetime) -> bool:
    if not isinstance(wrong, Problem):
        logger.error("Document %s can't be split", document.pk, exc_info=wrong)
        wrong = Problem("storage_failed" if isinstance(wrong, OSError) else "split_failed")
    return storing.fail(document=document, problem=wrong, now=now)
