"""Cross-checking, as answers arrive and on schedule."""

from celery import shared_task
from django.utils import timezone

from crowd import later
from crowd.services import consensus

NAME = "tasks.consensus.settle_waiting"


@shared_task(name=NAME)
def settle_waiting() -> None:
    """Cross-check until nothing waits."""
    later.woken(NAME)
    while consensus.settle_waiting(now=timezone.now()):
        pass
