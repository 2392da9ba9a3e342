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
    tried = 0
    while batch := consensus.settle_waiting(now=timezone.now(), failed=failed):
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
        estimate.delay(campaign_id=campaign_id)


@shared_task(name="tasks.consensus.estimate")
def estimate(*, campaign_id: int) -> None:
    """Estimate one campaign anew."""
    estimates.nightly(campaign_id=campaign_id, now=timezone.now())


@shared_task(name="tasks.consensus.estimate_grown")
def estimate_grown() -> None:
    """Estimate anew the steps whose answers have grown by a quarter."""
    estimates.grown(now=timezone.now())


@shared_task(name="tasks.consensus.look_over")
def look_over() -> None:
    """Look for odd series of answers in every open campaign."""
    for campaign in Campaign.objects.open().order_by("pk"):
        guards.look_over(campaign=campaign, now=timezone.now())
