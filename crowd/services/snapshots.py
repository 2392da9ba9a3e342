"""Snapshots: made at night and when a team asks, kept, and written anew when something in them is
withdrawn.

Whether something is, PostgreSQL is asked whenever a file is given out: what was hidden a second ago
is given to nobody, and the file says so until it has been written without it.
"""

import logging
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from crowd import later, valkey
from crowd.models import (
    Campaign,
    Contributor,
    Document,
    Excerpt,
    Snapshot,
    User,
    Verdict,
)
from crowd.models.snapshots import SnapshotReason, SnapshotState
from crowd.rules.opendata import packaging
from crowd.rules.problems import Problem
from crowd.services import holds, names, releases, snapshot_files, static_archive

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
# What is hidden in a transaction that ends while a release is collected may bear an earlier moment.
MARGIN = timedelta(minutes=1)
HOUR = 3600  # seconds for which a word about how far it is can be read


def ask(*, campaign: Campaign, user: User | None, now: datetime) -> Snapshot:
    """Have a snapshot made. One that is on its way already is given back instead of a second."""
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        under_way = Snapshot.objects.unfinished().filter(campaign=campaign, revision=0).first()
        if under_way is not None:
            return under_way
        made = Snapshot.objects.create(
            campaign=campaign,
            key=_free_key(campaign, now),
            reason=SnapshotReason.ASKED if user else SnapshotReason.NIGHTLY,
            asked_by=user,
            asked_at=now,
        )
        later.after_commit("tasks.exports.go_on", queue="documents")
    return made


def _free_key(campaign: Campaign, now: datetime) -> str:
    day = now.date().isoformat()
    taken = set(Snapshot.objects.filter(campaign=campaign).values_list("key", flat=True))
    numbered = (f"{day}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (day, *numbered) if key not in taken)


def nightly(*, now: datetime) -> int:
    """Ask for a snapshot of every public campaign that has changed since its last one.

    Returns:
        How many.
    """
    asked = 0
    for campaign in Campaign.objects.visible().order_by("pk"):
        if _has_changed(campaign):
            ask(campaign=campaign, user=None, now=now)
            asked += 1
    return asked


def _has_changed(campaign: Campaign) -> bool:
    last = Snapshot.objects.filter(campaign=campaign).exclude(taken_at=None).first()
    verdicts = Verdict.objects.filter(step__campaign=campaign)
    if last is None or last.taken_at is None:
        return verdicts.exists()
    if campaign.closed_at is not None and campaign.closed_at > last.taken_at:
        return True  # what was veiled can be seen
    return verdicts.filter(made_at__gt=last.taken_at).exists()


def withdrawn(snapshot: Snapshot) -> QuerySet[Excerpt]:
    """What was in it and is hidden now."""
    gone = [each["excerpt"] for each in snapshot.tombstones]
    hidden = Excerpt.objects.filter(campaign=snapshot.campaign_id, hidden_at__isnull=False)
    if snapshot.taken_at is None:
        return hidden.none()
    return hidden.filter(hidden_at__gte=snapshot.taken_at - MARGIN).exclude(pk__in=gone)


def is_withdrawn(snapshot: Snapshot) -> bool:
    """Whether something in it must be given to nobody any more, until it is written anew."""
    there = Document.objects.filter(campaign=snapshot.campaign_id, pk__in=snapshot.documents)
    return withdrawn(snapshot).exists() or there.count() < len(snapshot.documents)


def _still_credited(snapshot: Snapshot) -> dict[str, str]:
    people = Contributor.objects.listed().filter(pk__in=snapshot.credited)
    return {str(person.pk): names.shown(person) for person in people}


def go_on(*, now: datetime) -> bool:
    """Make, or write anew, the snapshots that nobody is at.

    Returns:
        False when there were none.
    """
    # What was hidden comes first: until then its snapshots are given to nobody.
    hidden = Excerpt.objects.filter(
        campaign=OuterRef("campaign"), hidden_at__gte=OuterRef("taken_at") - MARGIN
    )
    suspected = Snapshot.objects.ready().filter(Exists(hidden)).select_related("campaign")
    stale = [each for each in suspected if is_withdrawn(each)]
    unfinished = Snapshot.objects.unfinished().select_related("campaign").order_by("pk")
    return _run([*stale, *unfinished], now=now)


def look_over(*, now: datetime) -> bool:
    """Write anew what names people who no longer agree, or tells of a document that was removed."""
    ready = Snapshot.objects.ready().select_related("campaign").order_by("pk")
    stale = [e for e in ready if _still_credited(e) != e.credited or is_withdrawn(e)]
    return _run(stale, now=now)


def _run(found: Sequence[Snapshot], *, now: datetime) -> bool:
    for snapshot in found:
        with holds.hold("snapshot", snapshot.pk) as mine:
            if mine:
                _attempt(snapshot, now=now)
    return bool(found)


def _attempt(snapshot: Snapshot, *, now: datetime) -> None:
    if snapshot.attempts >= MOST_ATTEMPTS:
        snapshot.state = SnapshotState.FAILED.value
        snapshot.problem_code = Problem("snapshot_failed").code
        snapshot.save(update_fields=["state", "problem_code"])
        return
    snapshot.attempts += 1
    snapshot.save(update_fields=["attempts"])
    with tempfile.TemporaryDirectory(prefix="tamis-snapshot-") as folder:
        if snapshot.taken_at is None:
            _make(snapshot, Path(folder), now=now)
        else:
            _write_anew(snapshot, Path(folder), now=now)
    snapshot_files.prune(campaign=snapshot.campaign)


def _make(snapshot: Snapshot, folder: Path, *, now: datetime) -> None:
    snapshot.state, snapshot.total = SnapshotState.MAKING.value, releases.total(snapshot.campaign)
    snapshot.save(update_fields=["state", "total"])
    with releases.one_moment():
        found = releases.collect(
            campaign=snapshot.campaign,
            key=snapshot.key,
            folder=folder,
            now=now,
            tell=lambda done: _tell(snapshot, done),
        )
    snapshot.done, snapshot.taken_at = found.counts["verdicts"], now
    snapshot.counts, snapshot.documents = found.counts, found.documents
    snapshot.credited = {str(pk): name for pk, name in found.credited.items()}
    snapshot_files.keep(snapshot=snapshot, files=_files(snapshot, folder), now=now)


def _files(snapshot: Snapshot, folder: Path) -> dict[str, Path]:
    """Every format of what was collected, and the whole as a small site."""
    files = packaging.make(folder)
    return files | {"site": static_archive.write(campaign=snapshot.campaign, folder=folder)}


def _tell(snapshot: Snapshot, done: int) -> None:
    # To Valkey: the transaction around only reads.
    with suppress(*valkey.Unreachable):
        valkey.client().set(valkey.key("snapshot", snapshot.pk), done, ex=HOUR)


def how_far(snapshot: Snapshot) -> int:
    """How many micro-tasks have been read for one that is being made."""
    with suppress(*valkey.Unreachable):
        return int(valkey.client().get(valkey.key("snapshot", snapshot.pk)) or snapshot.done)
    return snapshot.done


def _write_anew(snapshot: Snapshot, folder: Path, *, now: datetime) -> None:
    """Without what was withdrawn since, and with its tombstones."""
    held = snapshot.files.get(format="package")
    with default_storage.open(str(held.file.name)) as file:
        copy = folder / "held.zip"
        with copy.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
    packaging.unpack(copy, folder)
    there = {each["excerpt"] for each in packaging.lines(folder / packaging.EXCERPTS)}
    left = Excerpt.objects.filter(campaign=snapshot.campaign_id, hidden_at=None)
    gone = there - set(left.values_list("pk", flat=True))
    snapshot.credited = _still_credited(snapshot)
    credited = sorted(snapshot.credited.values(), key=str.casefold)
    at = now.isoformat()
    packaging.withdraw(folder, excerpts=gone, credited=credited, at=at)
    hidden = set(withdrawn(snapshot).values_list("pk", flat=True))
    snapshot.tombstones += [{"excerpt": each, "withdrawn_at": at} for each in sorted(gone | hidden)]
    snapshot.documents = list(
        Document.objects.filter(pk__in=snapshot.documents).values_list("pk", flat=True)
    )
    snapshot_files.keep(snapshot=snapshot, files=_files(snapshot, folder), now=now)


def contents(snapshot: Snapshot) -> dict[str, Any]:
    """What is in it, in numbers."""
    return {**snapshot.counts, "withdrawn": len(snapshot.tombstones)}
