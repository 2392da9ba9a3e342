"""Cross-checking, as answers arrive and on schedule."""

import time

from celery import shared_task
from django.utils import timezone

from crowd import later
from crowd.models import Campaign
from crowd.services import consensus, estimates, flow, guards, veils

NAME = "tasks.consensus.settle_waiting"
GATHERING = 0.1  # seconds; what arrives meanwhile is read in one batch
# When many play, a micro-task's answers come close together: read at once, they are one verdict's
# work instead of three looks at it, and a batch costs little more than one of its micro-tasks.
# Looks are this far apart; nobody waits much longer for a verdict that is due.
MANY, BETWEEN_LOOKS = 20, 0.7


@shared_task(name=NAME)
def settle_waiting(*, scheduled: bool = False) -> None:
    """Cross-check until nothing waits, and while many play go on doing so.

    Args:
        scheduled: for what a lost message forgot; another run that is at it makes it superfluous.
    """
    if scheduled and later.is_running(NAME):
        return
    time.sleep(GATHERING)
    later.running(NAME)
    while (began := time.monotonic()) and _settle_all() >= MANY:
        time.sleep(max(GATHERING, BETWEEN_LOOKS - (time.monotonic() - began)))
        later.running(NAME)
    later.woken(NAME)
    _settle_all()  # what came since the last look began has been promised


def _settle_all() -> int:
    flow.looked(now=timezone.now())
    failed: set[int] = set()
    finished: set[int] = set()
    tried = 0
    while batch := consensus.settle_waiting(now=timezone.now(), failed=failed, finished=finished):
        tried += batch
    return tried


@shared_task(name="tasks.consensus.lift_veils")
def lift_veils(*, campaign_id: int) -> None:
    """Give the points that were kept back while the campaign was not closed."""
    veils.lift(campaign_id=campaign_id, now=timezone.now())


@shared_task(name="tasks.consensus.estimate_all")
def estimate_all() -> None:
    """Have every campaign estimated anew, each by a task of its own."""
    for campaign_id in estimates.campaigns_to_estimate():
        # With the long work: cross-checks must not wait behind it.
        estimate.apply_async(kwargs={"campaign_id": campaign_id}, queue="documents")


@shared_task(name="tasks.consensus.estimate")
def estimate(*, campaign_id: int) -> None:
    """Estimate one campaign anew."""
    estimates.nightly(campaign_id=campaign_id, now=timezone.now())


@shared_task(name="tasks.consensus.estimate_grown")
def estimate_grown() -> None:
    """Estimate anew the steps whose answers have grown enough (`rules.consensus.growth`)."""
    estimates.grown(now=timezone.now())


@shared_task(name="tasks.consensus.look_over")
def look_over() -> None:
    """Look for odd series of answers in every open campaign."""
    for campaign in Campaign.objects.open().order_by("pk"):
        guards.look_over(campaign=campaign, now=timezone.now())
