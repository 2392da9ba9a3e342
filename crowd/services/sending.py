"""Sending: what webhooks are told goes out, signed after the Standard Webhooks specification
(standardwebhooks.com, 1.0), and is tried again for three days.

A worker that dies between the receiver's yes and our record sends once more, under the same id.
"""

import json
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from standardwebhooks import Webhook as Signer

from crowd.models.webhooks import Stopped, Webhook, WebhookDelivery, WebhookState
from crowd.rules import addresses
from crowd.rules.problems import Problem
from crowd.services import fetching

PATIENCE = 15.0  # seconds that a receiver has to answer
# As the specification advises; together three days and some hours.
PAUSES = [
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=each) for each in (2, 5, 10, 14, 20, 24)),
]
# After a failure nothing else goes to the same server for a while: half an hour at most, so that
# one that is back is not left waiting.
QUIET = PAUSES[:3]
LONGEST_SILENCE = timedelta(days=3)
CLAIM = timedelta(minutes=2)  # a worker that has not recorded by then is dead
KEPT = timedelta(days=30)
GONE = 410


def due(*, now: datetime) -> list[int]:
    """The webhooks that something is to be sent to now."""
    waiting = WebhookDelivery.objects.waiting().filter(next_at__lte=now)
    awake = Q(quiet_until=None) | Q(quiet_until__lte=now)
    found = Webhook.objects.active().filter(awake, pk__in=waiting.values("webhook"))
    return list(found.order_by("pk").values_list("pk", flat=True))


def send_next(*, webhook_id: int, now: datetime) -> bool:
    """Send the event that has waited longest.

    Returns:
        Whether it got through: then the next may follow at once.
    """
    delivery = _claim(webhook_id, now)
    if delivery is None:
        return False
    status, problem = _post(delivery, now)
    taken = status is not None and 200 <= status < 300
    _record(delivery, taken, status, problem, now)
    return taken


@transaction.atomic
def _claim(webhook_id: int, now: datetime) -> WebhookDelivery | None:
    awake = Q(webhook__quiet_until=None) | Q(webhook__quiet_until__lte=now)
    waiting = WebhookDelivery.objects.waiting().filter(
        awake, webhook=webhook_id, webhook__stopped="", next_at__lte=now
    )
    # Rivals: other workers, which pass over what we hold, and find it put off afterwards.
    held = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("webhook")
    first = held.order_by("next_at", "pk").first()
    if first is not None:
        first.attempts, first.next_at = first.attempts + 1, now + CLAIM
        first.save(update_fields=["attempts", "next_at"])
    return first


def body(delivery: WebhookDelivery) -> bytes:
    """What is sent: the same bytes each time."""
    said = {
        "type": delivery.kind,
        "timestamp": delivery.made_at.isoformat(),
        "data": delivery.payload,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def headers(delivery: WebhookDelivery, *, now: datetime) -> dict[str, str]:
    """What names and signs it. For a day after a secret was replaced, both sign."""
    webhook, said = delivery.webhook, body(delivery).decode()
    secrets = [webhook.secret]
    if webhook.old_until is not None and webhook.old_until > now:
        secrets.append(webhook.old_secret)
    signed = [Signer(each).sign(str(delivery.event), now, said) for each in secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": str(delivery.event),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }


def _post(delivery: WebhookDelivery, now: datetime) -> tuple[int | None, Problem | None]:
    """The status of the answer, or what kept it from coming; a redirect is not followed."""
    try:
        target = addresses.target(delivery.webhook.address)
        until = time.monotonic() + PATIENCE
        signed = headers(delivery, now=now)
        with fetching.answered(
            target, "POST", headers=signed, until=until, body=body(delivery)
        ) as response:
            return response.status, None
    except Problem as problem:
        if problem.code == "fetch_slow":
            return None, Problem("fetch_slow", host=target.host, most=int(PATIENCE))
        return None, problem


@transaction.atomic
def _record(
    delivery: WebhookDelivery,
    taken: bool,
    status: int | None,
    problem: Problem | None,
    now: datetime,
) -> None:
    webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
    if webhook is None:
        return  # removed meanwhile, with all that waited for it
    _judge(webhook, taken, status, now)
    said: dict[str, Any] = {
        "last_status": status,
        "problem_code": problem.code if problem else "",
        "problem_params": problem.params if problem else {},
    }
    # What a webhook is stopped with waits until somebody lets it go on.
    worn_out = delivery.attempts > len(PAUSES) and not webhook.stopped
    if taken or status == GONE or worn_out:
        state = WebhookState.DELIVERED if taken else WebhookState.FAILED
        said |= {"state": state.value, "next_at": None, "done_at": now}
    else:
        said["next_at"] = now + PAUSES[min(delivery.attempts, len(PAUSES)) - 1]
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**said)


def _judge(webhook: Webhook, taken: bool, status: int | None, now: datetime) -> None:
    """What an attempt says of its webhook."""
    if taken:
        if webhook.failures:
            webhook.failures, webhook.failing_since, webhook.quiet_until = 0, None, None
            webhook.save(update_fields=["failures", "failing_since", "quiet_until"])
        return
    since = webhook.failing_since = webhook.failing_since or now
    webhook.quiet_until = now + QUIET[min(webhook.failures, len(QUIET) - 1)]
    webhook.failures += 1
    if not webhook.stopped and status == GONE:
        webhook.stopped = Stopped.GONE.value
    elif not webhook.stopped and now - since >= LONGEST_SILENCE:
        webhook.stopped = Stopped.FAILING.value
    webhook.save(update_fields=["failures", "failing_since", "quiet_until", "stopped"])


def sweep(*, now: datetime) -> int:
    """Forget what is a month old. What tells of a document stays: it must not be told again."""
    old = WebhookDelivery.objects.shown().filter(made_at__lt=now - KEPT, document=None)
    Webhook.objects.filter(old_until__lt=now).update(old_secret="", old_until=None)
    return old.delete()[0]
