"""Splitting, on a queue of its own: a large PDF must not hold up the cross-check."""

from celery import shared_task
from django.utils import timezone

from crowd.services import splitting


@shared_task(name="tasks.documents.split")
def split(*, document_id: int) -> None:
    """Split a document that has just come, or a piece of something shorter."""
    splitting.go_on(document_id=document_id, now=timezone.now())


@shared_task(name="tasks.documents.go_on")
def go_on() -> None:
    """Split one piece of whatever waits: also of what a dead worker or a lost message left."""
    splitting.go_on(now=timezone.now())
