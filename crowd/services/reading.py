"""Deliveries are read entry by entry: visibly, resumably, each entry exactly once."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO, cast

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from crowd import later, live
from crowd.models import Delivery, Document
from crowd.rules.lifecycle import DeliveryState
from crowd.rules.problems import Problem
from crowd.services import deliveries, entries, fetching, intake
from crowd.services.entries import Entry

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5  # runs that end at the same entry before it is passed over
SLICE = 20.0  # seconds after which others get their turn
LOCKS = 0x7A315  # of PostgreSQL's advisory locks, those of ours
MANIFEST = "application/ld+json, application/json"


def read(*, delivery_id: int, now: datetime) -> bool:
    """Read a delivery on from where it stands, for a while.

    Safe to run twice and at once: each entry becomes a document, another delivery or a refusal in
    the transaction that moves `entries_done` past it.

    Returns:
        Whether there is more to read; another run has been asked for.
    """
    with _alone(delivery_id) as alone:
        delivery = Delivery.objects.unfinished().filter(pk=delivery_id).first()
        if not alone or delivery is None:
            return False
        Delivery.objects.filter(pk=delivery.pk).update(attempts=F("attempts") + 1)
        try:
            return _read(delivery, now)
        except Problem as problem:
            _fail(delivery, problem, now)
        except (OperationalError, InterfaceError):
            raise  # PostgreSQL is away: the schedule comes back to it
        except Exception:
            logger.exception("Delivery %s can't be read", delivery.pk)
            _fail(delivery, Problem("read_failed"), now)
        return False


def unfinished_ids() -> list[int]:
    """Deliveries a worker should look at: new ones, and those a dead worker left."""
    return list(Delivery.objects.unfinished().order_by("pk").values_list("pk", flat=True))


@contextmanager
def _alone(delivery_id: int) -> Iterator[bool]:
    """Whether nobody else reads this delivery now. PostgreSQL forgets the lock of a dead worker.

    What is exactly once does not depend on it: it spares two workers fetching the same file.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, delivery_id % 2**31])
        alone = bool(cursor.fetchone()[0])
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, delivery_id % 2**31])


def _read(delivery: Delivery, now: datetime) -> bool:
    if delivery.entries_known is None and delivery.attempts >= MOST_ATTEMPTS:
        raise Problem("read_kills_workers")
    with _original(delivery) as file:
        if not _begin(delivery, file):
            return False
        until = time.monotonic() + SLICE
        for position, entry in enumerate(entries.listed(delivery=delivery, file=file), start=1):
            if position <= delivery.entries_done:
                continue
            if not _take(delivery, position, entry, now):
                return False
            if time.monotonic() > until and position < (delivery.entries_known or 0):
                later.after_commit(intake.READ, queue="documents", delivery_id=delivery.pk)
                return True
    _finish(delivery, now)
    return False


@contextmanager
def _original(delivery: Delivery) -> Iterator[BinaryIO]:
    """The file that says what there is; a manifest that is only an address is fetched first."""
    if not delivery.file:
        limit = entries.MANIFEST_BYTES
        with fetching.fetched(delivery.source_url, most=limit, accept=MANIFEST) as found:
            size = found.file.seek(0, 2)
            key = f"deliveries/{delivery.campaign_id}/{delivery.pk}.json"
            upload = cast(BinaryIO, found.file)
            delivery.file.name = intake.stored_as(key=key, upload=upload, size=size)
            delivery.save(update_fields=["file"])
    try:
        file = delivery.file.storage.open(str(delivery.file.name))
    except FileNotFoundError as gone:
        raise Problem("file_missing") from gone
    with file:
        yield cast(BinaryIO, file)


def _begin(delivery: Delivery, file: BinaryIO) -> bool:
    """Look at the whole delivery first; False when it has been stopped meanwhile."""
    if delivery.entries_known is None:
        delivery.entries_known = sum(1 for _ in entries.listed(delivery=delivery, file=file))
    delivery.state = DeliveryState.READING.value
    return bool(
        Delivery.objects.unfinished()
        .filter(pk=delivery.pk)
        .update(state=delivery.state, entries_known=delivery.entries_known)
    )


def _take(delivery: Delivery, position: int, entry: Entry, now: datetime) -> bool:
    """One entry becomes a document or a refusal; False when somebody else was faster."""
    found = _stored(delivery, entry, now)
    with transaction.atomic():
        # Rival: a worker that was given the same delivery, or somebody who stops it.
        won = Delivery.objects.filter(
            pk=delivery.pk, entries_done=position - 1, state=DeliveryState.READING.value
        ).update(entries_done=position, attempts=0)
        if not won:
            return False
        if not isinstance(found, Problem):
            found = _kept(found)
        if isinstance(found, Problem):
            deliveries.refuse(
                delivery=delivery, position=position, name=entry.name, problem=found, now=now
            )
        _weigh(delivery, 0 if isinstance(found, Problem) else found.byte_size)
    delivery.entries_done, delivery.attempts = position, 0
    _tell(delivery)
    return True


def _stored(delivery: Delivery, entry: Entry, now: datetime) -> Document | Delivery | Problem:
    """Store an entry's file, outside of any transaction: it may take its time."""
    if delivery.attempts >= MOST_ATTEMPTS:
        return Problem("read_kills_workers")
    try:
        with entry.open() as content:
            return intake.store(
                campaign=delivery.campaign,
                upload=content.file,
                name=content.name,
                now=now,
                source_url=content.source_url,
                inside=delivery,
            )
    except Problem as problem:
        return problem


def _kept(made: Document | Delivery) -> Document | Delivery | Problem:
    try:
        return intake.keep(made=made)
    except Problem as problem:
        return problem


def _weigh(delivery: Delivery, size: int) -> None:
    """Count an entry for the outermost delivery, whose limits hold for all that is nested.

    Raises:
        Problem: too much; the caller's transaction must not be committed.
    """
    outermost = Delivery.objects.filter(pk=delivery.within_id or delivery.pk)
    outermost.update(files_within=F("files_within") + 1, bytes_within=F("bytes_within") + size)
    files, weight = outermost.values_list("files_within", "bytes_within").get()
    if files > settings.TAMIS_MAX_ENTRIES:
        raise Problem("archive_too_many", most=settings.TAMIS_MAX_ENTRIES)
    if weight > settings.TAMIS_MAX_DELIVERY_BYTES:
        raise Problem("archive_too_large", most=settings.TAMIS_MAX_DELIVERY_BYTES // 2**20)


def _finish(delivery: Delivery, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.READING.value).update(
        state=DeliveryState.READ.value, entries_known=F("entries_done"), finished_at=now
    )
    _tell(delivery)


def _fail(delivery: Delivery, problem: Problem, now: datetime) -> None:
    """Say what is wrong; what has become a document stays one."""
    Delivery.objects.unfinished().filter(pk=delivery.pk).update(
        state=DeliveryState.FAILED.value,
        finished_at=now,
        problem_code=problem.code,
        problem_params=problem.params,
    )
    _tell(delivery)


def _tell(delivery: Delivery) -> None:
    audience = live.campaign(delivery.campaign_id)
    if live.may_tell(f"{audience}-deliveries"):
        counts = {"type": "delivery", "id": delivery.pk, "done": delivery.entries_done}
        live.tell(audience, {**counts, "known": delivery.entries_known})
