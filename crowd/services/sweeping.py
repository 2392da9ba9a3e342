"""Sweeping: files that no answer names, and refused ones, are deleted after a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from crowd.models import Answer, Assignment, Upload
from crowd.rules.lifecycle import UploadState
from crowd.services import drawings

BATCH = 200


def sweep(*, now: datetime) -> int:
    """Delete what is due: drafts a day after their lease has ended, refused files after a month.

    Returns:
        How many files were deleted.
    """
    return _sweep(_drafts(now)) + _sweep(_refused(now))


def _drafts(now: datetime) -> Sequence[Upload]:
    before = now - timedelta(hours=settings.TAMIS_UPLOAD_DRAFT_HOURS)
    held = Assignment.objects.lent().values("pk")
    private = Upload.objects.filter(state=UploadState.PRIVATE.value, made_at__lt=before)
    ended = private.exclude(assignment__in=held).exclude(assignment__closed_at__gt=before)
    said = Answer.objects.annotate(said=Cast("values", TextField()))
    named = said.filter(
        assignment=OuterRef("assignment"), said__contains=Cast(OuterRef("pk"), TextField())
    )
    return list(ended.exclude(Exists(named)).order_by("made_at")[:BATCH])


def _refused(now: datetime) -> Sequence[Upload]:
    before = now - timedelta(days=settings.TAMIS_UPLOAD_REFUSED_DAYS)
    refused = Upload.objects.filter(state=UploadState.REFUSED.value, decided_at__lt=before)
    return list(refused.order_by("made_at")[:BATCH])


def _sweep(found: Sequence[Upload]) -> int:
    for each in found:
        with transaction.atomic():
            # Rival: its sender, who takes it back. Files first: a row that stays is found again.
            held = Upload.objects.select_for_update().filter(pk=each.pk).first()
            if held is not None:
                drawings.delete(upload=held)
                held.delete()
    return len(found)
