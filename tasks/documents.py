"""Splitting, on a queue of its own: a large PDF must not hold up the cross-check."""

from celery import shared_task
from django.utils import timezone

from crowd.services import documents


@shared_task(name="tasks.documents.split")
def split(*, document_id: int) -> None:
    """Split one document to its end."""
    documents.split(document_id=document_id, now=timezone.now())


@shared_task(name="tasks.documents.resume_all")
def resume_all() -> None:
    """Go on with documents whose worker died, or whose message was lost."""
    for document_id in documents.unfinished_ids():
        documents.split(document_id=document_id, now=timezone.now())
