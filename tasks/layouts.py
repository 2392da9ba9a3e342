"""Grouping documents by how they look, and cutting them by their layout's zones."""

from celery import shared_task
from django.utils import timezone

from crowd.services import cutting, grouping


@shared_task(name="tasks.layouts.fit")
def fit(*, document_id: int) -> None:
    """Group what is not grouped of the campaign this document came to."""
    grouping.fit(document_id=document_id, now=timezone.now())


@shared_task(name="tasks.layouts.group")
def group(*, campaign_id: int) -> None:
    """Group the documents of one campaign that are not yet."""
    grouping.run(campaign_id=campaign_id, now=timezone.now())


@shared_task(name="tasks.layouts.register")
def register(*, document_id: int) -> None:
    """Register the pages of a document that was put into another layout."""
    grouping.register(document_id=document_id, now=timezone.now())


@shared_task(name="tasks.layouts.go_on")
def go_on() -> None:
    """Cut one document of those that wait."""
    cutting.go_on(now=timezone.now())


@shared_task(name="tasks.layouts.resume_all")
def resume_all() -> None:
    """Go on with what a dead worker or a lost message left."""
    grouping.resume(now=timezone.now())
    cutting.go_on(now=timezone.now())
