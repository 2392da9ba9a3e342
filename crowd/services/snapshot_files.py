"""The files of snapshots: kept, and let go of."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from crowd.models import Campaign, Snapshot, SnapshotFile
from crowd.models.snapshots import SnapshotReason, SnapshotState
from crowd.rules.opendata import packaging
from crowd.services import tidings


def keep(*, snapshot: Snapshot, files: Mapping[str, Path], now: datetime) -> None:
    """Store the files (format → path) first, then say that they are there; then let go of those
    before.
    """
    before = [str(each.file.name) for each in snapshot.files.all()]
    snapshot.revision += 1
    made = [_stored(snapshot, name, path) for name, path in sorted(files.items())]
    snapshot.state, snapshot.written_at, snapshot.attempts = SnapshotState.READY.value, now, 0
    with transaction.atomic():
        snapshot.files.all().delete()
        SnapshotFile.objects.bulk_create(made)
        snapshot.save()
        tidings.of_snapshot(snapshot=snapshot, now=now)
    for name in before:
        default_storage.delete(name)


def _stored(snapshot: Snapshot, name: str, path: Path) -> SnapshotFile:
    made = SnapshotFile(
        snapshot=snapshot,
        format=name,
        revision=snapshot.revision,
        byte_size=path.stat().st_size,
        sha256=packaging.sha256(path),
    )
    with path.open("rb") as file:
        made.file.save(name, File(file), save=False)
    return made


def prune(*, campaign: Campaign) -> int:
    """Let go of nightly snapshots beyond those that are kept; what a team asked for stays.

    Returns:
        How many.
    """
    nightly, ready = SnapshotReason.NIGHTLY.value, SnapshotState.READY.value
    ended = Snapshot.objects.filter(reason=nightly, campaign=campaign, state=ready)
    old = list(ended[settings.TAMIS_SNAPSHOTS_KEPT :])
    for each in old:
        remove(snapshot=each)
    return len(old)


def remove(*, snapshot: Snapshot) -> None:
    """Let go of one, with its files."""
    held = [str(each.file.name) for each in snapshot.files.all()]
    snapshot.delete()
    for name in held:
        default_storage.delete(name)
