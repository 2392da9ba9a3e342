"""Documents come in and are split, a chunk at a time: visible, resumable, exactly once."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.db.models import F

from crowd import later, live
from crowd.models import Document
from crowd.rules import lifecycle
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.rules.splitting import types
from crowd.rules.splitting.parts import Limits, Part, Splitter
from crowd.services import excerpts, openings

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 10  # runs without progress before a document is given up
CHUNK = {"page": 4, "row": 1000}  # parts that are stored, and seen, together


def retry(*, document: Document) -> None:
    """Split a failed document once more."""
    lifecycle.check(lifecycle.DOCUMENT_MOVES, DocumentState(document.state), DocumentState.RECEIVED)
    with transaction.atomic():
        # Rival: a second click. Only one of us finds it failed; the other must not start it over.
        retried = Document.objects.filter(pk=document.pk, state=DocumentState.FAILED.value).update(
            state=DocumentState.RECEIVED.value,
            pages_done=0,
            pages_known=None,
            problem_code="",
            problem_params={},
            finished_at=None,
            attempts=0,
        )
        if retried:
            later.after_commit("tasks.documents.split", queue="documents", document_id=document.pk)
    document.refresh_from_db()


def split(*, document_id: int, now: datetime) -> bool:
    """Split a document from where it stands to its end.

    Safe to run twice and at once: each chunk is stored in one transaction, with compare-and-swap
    on `pages_done`; the run that comes second to a chunk stops.

    Returns:
        Whether this run brought the document to its end (split or failed).
    """
    document = Document.objects.unfinished().filter(pk=document_id).first()
    if document is None:
        return False
    Document.objects.filter(pk=document.pk).update(attempts=F("attempts") + 1)
    splitter = types.SPLITTERS[document.media_type]
    try:
        if document.attempts >= MOST_ATTEMPTS:
            raise Problem("split_kills_workers")
        with _original(document) as file:
            if not _begin(document, splitter, file):
                return False
            parts = splitter.parts(file, document.pages_done)
            for chunk in _chunks(parts, CHUNK[splitter.kind]):
                if not _store(document, splitter, chunk):
                    return False
        return _finish(document, now=now)
    except Problem as problem:
        _fail(document, problem, now=now)
    except Exception:
        logger.exception("Document %s can't be split", document.pk)
        _fail(document, Problem("split_failed"), now=now)
    return True


def unfinished_ids() -> list[int]:
    """Documents a worker should look at: new ones, and those a dead worker left."""
    return list(Document.objects.unfinished().order_by("pk").values_list("pk", flat=True))


def _original(document: Document) -> BinaryIO:
    try:
        return cast("BinaryIO", document.file.storage.open(str(document.file.name)))
    except FileNotFoundError as gone:
        raise Problem("file_missing") from gone


def _begin(document: Document, splitter: Splitter, file: BinaryIO) -> bool:
    """Look at the whole document first; False when another worker was faster."""
    if document.pages_known is not None:
        return True
    limits = Limits(pages=settings.TAMIS_MAX_PAGES, rows=settings.TAMIS_MAX_ROWS)
    survey = splitter.survey(file, limits)
    file.seek(0)
    document.state = DocumentState.SPLITTING.value
    document.pages_known, document.columns = survey.parts, survey.columns
    # Rival: another worker that was given the same document; it may even have finished by now.
    received = Document.objects.filter(pk=document.pk, state=DocumentState.RECEIVED.value)
    return bool(
        received.update(
            state=document.state, pages_known=document.pages_known, columns=document.columns
        )
    )


def _chunks(parts: Iterator[Part], size: int) -> Iterator[list[Part]]:
    while chunk := list(islice(parts, size)):
        yield chunk


def _store(document: Document, splitter: Splitter, chunk: Sequence[Part]) -> bool:
    for part in chunk:  # before the transaction: written again after a crash, to the same keys
        excerpts.store_pictures(document=document, part=part)
    with transaction.atomic():
        # Rival: another worker that was given the same document.
        won = Document.objects.filter(
            pk=document.pk, pages_done=document.pages_done, state=DocumentState.SPLITTING.value
        ).update(pages_done=document.pages_done + len(chunk), attempts=0)
        if not won:
            return False
        excerpts.keep(document=document, kind=splitter.kind, parts=chunk)
        document.pages_done += len(chunk)
    _tell(document)
    return True


def _finish(document: Document, *, now: datetime) -> bool:
    done = Document.objects.filter(
        pk=document.pk,
        state=DocumentState.SPLITTING.value,
        pages_done=document.pages_known or 0,
    ).update(state=DocumentState.SPLIT.value, finished_at=now)
    _tell(document)
    return bool(done)


def _fail(document: Document, problem: Problem, *, now: datetime) -> None:
    """Say what is wrong and leave nothing half-done.

    Excerpts nobody has been shown go; those somebody has are only taken out of play.
    """
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.state == DocumentState.SPLIT.value:
            return
        openings.withdraw(document=locked, now=now)
        locked.state, locked.finished_at = DocumentState.FAILED.value, now
        locked.problem_code, locked.problem_params = problem.code, problem.params
        locked.save()
    _tell(document)


def _tell(document: Document) -> None:
    audience = live.campaign(document.campaign_id)
    if live.may_tell(f"{audience}-documents"):
        counts = {"type": "document", "id": document.pk, "done": document.pages_done}
        live.tell(audience, {**counts, "known": document.pages_known})
