"""What webhooks are told, on its way."""

import time

from celery import shared_task
from django.utils import timezone

from crowd import later
from crowd.services import holds, sending, tidings

RUN = 30.0  # seconds after which a webhook makes way for others


@shared_task(name=tidings.NAME)
def send_waiting() -> None:
    """Let go of what has become public, and send what is due."""
    later.woken(tidings.NAME)
    tidings.release(now=timezone.now())
    for webhook_id in sending.due(now=timezone.now()):
        send.delay(webhook_id=webhook_id)


@shared_task(name="tasks.webhooks.send")
def send(*, webhook_id: int) -> None:
    """Send to one webhook until nothing is due, it fails, or others have waited long enough."""
    until = time.monotonic() + RUN
    with holds.hold("webhook", webhook_id) as mine:
        while mine and time.monotonic() < until:
            if not sending.send_next(webhook_id=webhook_id, now=timezone.now()):
                return


@shared_task(name="tasks.webhooks.look")
def look() -> None:
    """Tell of documents that are finished and of tenths that are reached."""
    tidings.look(now=timezone.now())


@shared_task(name="tasks.webhooks.sweep")
def sweep() -> None:
    """Forget what is a month old."""
    sending.sweep(now=timezone.now())
