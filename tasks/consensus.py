"""Cross-checking, as answers arrive and on schedule."""

import time

from celery import shared_task
from django.utils import timezone

from crowd import later
from crowd.services import consensus, flow

NAME = "tasks.consensus.settle_waiting"
GATHERING = 0.1  # seconds; what arrives meanwhile is read in one batch
# When many play, a micro-task's answers come close together: read at once, they are one verdict's
# work instead of three looks at it. Nobody waits longer than this for a verdict that is due.
MANY, GATHERING_MANY = 20, 0.7


@shared_task(name=NAME)
def settle_waiting() -> None:
    """Cross-check until nothing waits, and while many play go on doing so."""
    time.sleep(GATHERING)
    later.woken(NAME)
    while _settle_all() >= MANY and later.will_look_again(NAME):
        time.sleep(GATHERING_MANY)
        later.woken(NAME)


def _settle_all() -> int:
    flow.looked(now=timezone.now())
    failed: set[int] = set()
    tried, batch = 0, consensus.BATCH
    while batch == consensus.BATCH:
        batch = consensus.settle_waiting(now=timezone.now(), failed=failed)
        tried += batch
    return tried
