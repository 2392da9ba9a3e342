"""Keeping the ready queues full, and taking back what was not answered."""

from celery import shared_task
from django.utils import timezone

from crowd import later
from crowd.services import drafts, endings, leases, queues

REFILL_ALL = "tasks.queues.refill_all"


@shared_task(name=REFILL_ALL)
def refill_all() -> None:
    """Refill every queue that runs low."""
    later.woken(REFILL_ALL)
    queues.refill_all()


@shared_task(name="tasks.queues.offer")
def offer(*, microtask_ids: list[int]) -> None:
    """Put micro-tasks back in play."""
    queues.offer(microtask_ids=microtask_ids)


@shared_task(name="tasks.queues.expire_leases")
def expire_leases() -> None:
    """Take back leases that ran out."""
    while leases.expire_due(now=timezone.now()):
        pass


@shared_task(name="tasks.queues.look_for_endings")
def look_for_endings() -> None:
    """See which steps are down to their last micro-tasks."""
    endings.look()


@shared_task(name="tasks.queues.sweep_drafts")
def sweep_drafts() -> None:
    """Forget what was typed and has been sent since."""
    drafts.sweep(now=timezone.now())
