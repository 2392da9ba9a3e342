"""Originals come in: measured, told apart by their content, stored once, handed on to be split."""

import hashlib
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction

from crowd import later
from crowd.models import Campaign, Document
from crowd.rules.lifecycle import DocumentState
from crowd.rules.problems import Problem
from crowd.rules.splitting import types
from crowd.rules.wording import storable
from crowd.services import documents

READ_AT_ONCE = 1024 * 1024


def receive(
    *, campaign: Campaign, upload: BinaryIO, name: str, now: datetime, source_url: str = ""
) -> Document:
    """Store one original and have it split.

    Args:
        upload: a seekable binary file; its type is told from its content.

    Raises:
        Problem: empty, too large, of no known type, or already in the campaign.
    """
    digest, size = _measured(upload)
    media_type = types.media_type(upload)
    document = Document(
        campaign=campaign,
        name=storable(name)[-500:],
        media_type=media_type,
        source_url=source_url,
        sha256=digest,
        byte_size=size,
        received_at=now,
    )
    known = Document.objects.filter(campaign=campaign, sha256=digest).first()
    if known is not None:
        return _again(known)
    upload.seek(0)
    try:
        with transaction.atomic():
            # The key is the content's digest: storing the same original twice is harmless.
            document.file.save(digest, File(upload), save=False)
            document.save()
            later.after_commit("tasks.documents.split", queue="documents", document_id=document.pk)
    except IntegrityError as rival:
        raise Problem("file_known", name=name) from rival
    return document


def _again(known: Document) -> Document:
    """The same file again: refused, unless it failed before and may work now."""
    if known.state != DocumentState.FAILED.value:
        raise Problem("file_known", name=known.name)
    documents.retry(document=known)
    return known


def _measured(upload: BinaryIO) -> tuple[str, int]:
    sha, size = hashlib.sha256(), 0
    most = settings.TAMIS_MAX_UPLOAD_BYTES
    upload.seek(0)
    while block := upload.read(READ_AT_ONCE):
        sha.update(block)
        size += len(block)
        if size > most:
            raise Problem("file_too_large", megabytes=size // 2**20 + 1, most=most // 2**20)
    return sha.hexdigest(), size
