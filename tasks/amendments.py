"""Changes after launch: weighed, and applied."""

from celery import shared_task
from django.utils import timezone

from crowd.services import amendments


@shared_task(name=amendments.NAME)
def work(*, amendment_id: int) -> None:
    """Weigh one amendment, or apply it to the end."""
    amendments.work(amendment_id=amendment_id, now=timezone.now())


@shared_task(name="tasks.amendments.go_on")
def go_on() -> None:
    """Go on with those whose worker died."""
    for amendment_id in amendments.unfinished_ids():
        amendments.work(amendment_id=amendment_id, now=timezone.now())
