"""Reading what came together, on the queue of documents."""

from celery import shared_task
from django.utils import timezone

from crowd.services import reading


@shared_task(name="tasks.deliveries.read")
def read(*, delivery_id: int) -> None:
    """Read one delivery on, for a while."""
    reading.read(delivery_id=delivery_id, now=timezone.now())


@shared_task(name="tasks.deliveries.resume_all")
def resume_all() -> None:
    """Go on with deliveries whose worker died, or whose message was lost."""
    for delivery_id in reading.unfinished_ids():
        reading.read(delivery_id=delivery_id, now=timezone.now())
