"""Originals come in: measured, told apart by their content, stored once, handed on to be read."""

import hashlib
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from crowd import later
from crowd.models import Campaign, Delivery, Document
from crowd.models.deliveries import delivered_key
from crowd.models.documents import original_key
from crowd.rules.archives import printable
from crowd.rules.lifecycle import DeliveryState, DocumentState, ForbiddenMove
from crowd.rules.problems import Problem
from crowd.rules.splitting import media, types
from crowd.services import documents

READ_AT_ONCE = 1024 * 1024
READ = "tasks.deliveries.read"
KINDS = {media.ADDRESSES: "urls", media.IIIF: "iiif"}


def receive(
    *, campaign: Campaign, upload: BinaryIO, name: str, now: datetime, source_url: str = ""
) -> Document:
    """Store one original and have it split.

    Args:
        upload: a seekable binary file; its type is told from its content.

    Raises:
        Problem: empty, too large, of no known type, already in the campaign, or something that
            holds documents (`holds_documents`; `deliveries.take` takes everything).
    """
    if types.media_type(upload) in media.HOLDERS:
        raise Problem("holds_documents")
    made = store(campaign=campaign, upload=upload, name=name, now=now, source_url=source_url)
    return cast(Document, keep(made=made))


def store(
    *,
    campaign: Campaign,
    upload: BinaryIO,
    name: str,
    now: datetime,
    source_url: str = "",
    inside: Delivery | None = None,
) -> Document | Delivery:
    """Store one original, to be kept by `keep`: what is not kept leaves nothing but its file.

    Args:
        inside: the delivery it was found in.

    Returns:
        A document, or what holds documents; not saved yet, unless it failed before.

    Raises:
        Problem: as `receive`, or nested too deeply.
    """
    media_type = types.media_type(upload)
    digest, size = _measured(upload, media_type)
    about = {
        "campaign": campaign,
        "name": printable(name)[-500:],
        "source_url": source_url,
        "byte_size": size,
        "received_at": now,
    }
    made: Document | Delivery
    if media_type in media.HOLDERS:
        kind = KINDS.get(media_type, "archive")
        _check_place(kind, inside)
        # A list may be given again: what is at its addresses may have changed.
        identity = digest if kind == "archive" else ""
        made = Delivery(kind=kind, sha256=identity, **about, **_nested(inside))
        key = delivered_key(made, digest)
    else:
        made = Document(media_type=media_type, sha256=digest, delivery=inside, **about)
        key = original_key(made, "")
    if known := _known(made):
        return known
    made.file.name = stored_as(key=key, upload=upload, size=size)
    return made


def keep(*, made: Document | Delivery) -> Document | Delivery:
    """Save what `store` made, and have a worker go on with it after commit.

    Raises:
        Problem: `file_known`; somebody else gave the same file a moment ago.
    """
    if not made._state.adding:
        return _again(made)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as rival:
        raise Problem("file_known", name=made.name) from rival
    if isinstance(made, Delivery):
        later.after_commit(READ, queue="documents", delivery_id=made.pk)
    else:
        later.after_commit("tasks.documents.split", queue="documents", document_id=made.pk)
    return made


def stored_as(*, key: str, upload: BinaryIO, size: int) -> str:
    """Store a file under a key made from its content: again after a crash, to the same key."""
    if default_storage.exists(key):
        if default_storage.size(key) == size:
            return key
        default_storage.delete(key)  # cut short by the death of a worker
    upload.seek(0)
    return default_storage.save(key, File(upload))


def _known(made: Document | Delivery) -> Document | Delivery | None:
    """The same file from before: refused, unless it failed and may work now."""
    if not made.sha256:
        return None
    known = type(made).objects.filter(campaign=made.campaign, sha256=made.sha256).first()
    if known and known.state not in {DocumentState.FAILED.value, DeliveryState.FAILED.value}:
        raise Problem("file_known", name=known.name)
    return known


def _again(known: Document | Delivery) -> Document | Delivery:
    # Rivals: somebody else who gives it again, or who has clicked on "try again".
    if isinstance(known, Document):
        try:
            documents.retry(document=known)
        except ForbiddenMove as rival:
            raise Problem("file_known", name=known.name) from rival
    elif Delivery.objects.filter(pk=known.pk).restart():
        later.after_commit(READ, queue="documents", delivery_id=known.pk)
    known.refresh_from_db()
    return known


def _check_place(kind: str, inside: Delivery | None) -> None:
    """Archives may lie in anything; manifests in lists and collections; lists in nothing."""
    if inside is None or inside.kind == "files":
        return
    if kind == "urls" or (kind == "iiif" and inside.kind not in {"urls", "iiif"}):
        raise Problem("list_in_delivery")
    if inside.depth >= settings.TAMIS_MAX_NESTING:
        raise Problem("archive_too_deep", most=settings.TAMIS_MAX_NESTING)


def _nested(inside: Delivery | None) -> dict[str, Any]:
    if inside is None:
        return {}
    return {"within": inside.within or inside, "depth": inside.depth + 1}


def _measured(upload: BinaryIO, media_type: str) -> tuple[str, int]:
    """Digest and size. An archive may be as large as all that it holds."""
    sha, size = hashlib.sha256(), 0
    is_archive = media_type in media.ARCHIVES
    most = settings.TAMIS_MAX_DELIVERY_BYTES if is_archive else settings.TAMIS_MAX_UPLOAD_BYTES
    upload.seek(0)
    while block := upload.read(READ_AT_ONCE):
        sha.update(block)
        size += len(block)
        if size > most:
            raise Problem("file_too_large", megabytes=size // 2**20 + 1, most=most // 2**20)
    return sha.hexdigest(), size
