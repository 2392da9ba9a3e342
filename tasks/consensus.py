"""Cross-checking, as answers arrive and on schedule."""

import time

from celery import shared_task
from django.utils import timezone

from crowd import later
from crowd.services import consensus, veils

NAME = "tasks.consensus.settle_waiting"
GATHERING = 0.1  # seconds; what arrives meanwhile is read in one batch


@shared_task(name=NAME)
def settle_waiting() -> None:
    """Cross-check until nothing waits."""
    time.sleep(GATHERING)
    later.woken(NAME)
    failed: set[int] = set()
    while consensus.settle_waiting(now=timezone.now(), failed=failed) == consensus.BATCH:
        pass


@shared_task(name="tasks.consensus.lift_veils")
def lift_veils(*, campaign_id: int) -> None:
    """Give the points that were kept back while the campaign was not closed."""
    veils.lift(campaign_id=campaign_id, now=timezone.now())
