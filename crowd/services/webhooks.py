"""Webhooks: a campaign's team says which address is told of what, and looks at what came of it."""

import base64
import secrets
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from crowd import later
from crowd.models import Campaign, User
from crowd.models.webhooks import (
    PING,
    EventKind,
    Stopped,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from crowd.rules import addresses
from crowd.rules.problems import Problem
from crowd.services import changes, fetching, tidings

MOST = 10  # webhooks of a campaign: each is sent every event
SECRET_BYTES = 32  # the specification asks for 24 to 64
OVERLAP = timedelta(days=1)  # for which a secret still signs after it was replaced


def of_campaign(*, campaign: Campaign) -> QuerySet[Webhook]:
    """Those of a campaign, in the order they were made."""
    return Webhook.objects.filter(campaign=campaign).select_related("made_by")


def stopped(*, campaign: Campaign) -> int:
    """How many gave up, so that somebody has to look."""
    gave_up = [Stopped.FAILING.value, Stopped.GONE.value]
    return Webhook.objects.filter(campaign=campaign, stopped__in=gave_up).count()


def make(
    *,
    campaign: Campaign,
    address: str,
    kinds: Collection[str],
    by: User | None,
    now: datetime,
) -> tuple[Webhook, str]:
    """Tell an address what happens from now on.

    Returns:
        The webhook, and the secret that signs what it is sent: shown this once.

    Raises:
        Problem: `url_invalid`, `fetch_private`, `fetch_unknown_host`, `webhook_kinds`,
            `webhook_known`, `webhooks_too_many`.
    """
    chosen, target = _kinds(kinds), addresses.target(address)
    fetching.check(target)  # before any lock: a name may take its time
    tenth = tidings.tenth(campaign)
    with transaction.atomic():
        # Rival: the same form sent twice, or one too many.
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        there = Webhook.objects.filter(campaign=campaign)
        if there.filter(address=target.url).exists():
            raise Problem("webhook_known")
        if there.count() >= MOST:
            raise Problem("webhooks_too_many", most=MOST)
        secret = _secret()
        made = Webhook.objects.create(
            campaign=campaign,
            address=target.url,
            secret=secret,
            kinds=chosen,
            tenth=tenth,
            made_by=by,
            made_at=now,
        )
        _log(made, "webhook.made", by, now)
    return made, secret


def _kinds(kinds: Collection[str]) -> list[str]:
    if not kinds or not set(kinds) <= set(EventKind.values):
        raise Problem("webhook_kinds", kinds=", ".join(EventKind.values))
    return [each for each in EventKind.values if each in set(kinds)]


def _secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def _log(webhook: Webhook, what: str, by: User | None, now: datetime) -> None:
    # The host alone: a path may hold a token.
    told = {"host": addresses.target(webhook.address).host}
    changes.record(campaign=webhook.campaign, user=by, what=what, details=told, now=now)


@transaction.atomic
def choose(*, webhook: Webhook, kinds: Collection[str], by: User | None, now: datetime) -> None:
    """Say anew what it is told.

    Raises:
        Problem: `webhook_kinds`.
    """
    webhook.kinds = _kinds(kinds)
    webhook.save(update_fields=["kinds"])
    _log(webhook, "webhook.changed", by, now)


@transaction.atomic
def stop(*, webhook: Webhook, by: User | None, now: datetime) -> None:
    """Send nothing more for now. What happens meanwhile is not told later."""
    if Webhook.objects.active().filter(pk=webhook.pk).update(stopped=Stopped.TEAM.value):
        _log(webhook, "webhook.stopped", by, now)
    webhook.refresh_from_db()


@transaction.atomic
def go_on(*, webhook: Webhook, by: User | None, now: datetime) -> None:
    """Send again, first what was left waiting."""
    fresh: dict[str, Any] = {"failures": 0, "failing_since": None, "quiet_until": None}
    if Webhook.objects.exclude(stopped="").filter(pk=webhook.pk).update(stopped="", **fresh):
        webhook.deliveries.waiting().update(next_at=now, attempts=0)
        _log(webhook, "webhook.resumed", by, now)
        later.nudge(tidings.NAME, queue="default")
    webhook.refresh_from_db()


@transaction.atomic
def rotate(*, webhook: Webhook, by: User | None, now: datetime) -> str:
    """Replace the secret. For a day both sign, so that its owner can change over in peace.

    Returns:
        The new one: shown this once.
    """
    held = Webhook.objects.select_for_update().get(pk=webhook.pk)
    held.old_secret, held.old_until, held.secret = held.secret, now + OVERLAP, _secret()
    held.save(update_fields=["old_secret", "old_until", "secret"])
    _log(held, "webhook.rotated", by, now)
    return held.secret


@transaction.atomic
def remove(*, webhook: Webhook, by: User | None, now: datetime) -> None:
    """Forget an address, with all that it was told."""
    _log(webhook, "webhook.removed", by, now)
    webhook.delete()


@transaction.atomic
def ping(*, webhook: Webhook, now: datetime) -> WebhookDelivery:
    """Have a test sent.

    Raises:
        Problem: `webhook_stopped`.
    """
    _wake(webhook)
    return WebhookDelivery.objects.create(
        webhook=webhook,
        event=uuid.uuid4(),
        kind=PING,
        payload={"campaign": webhook.campaign.slug},
        state=WebhookState.WAITING.value,
        made_at=now,
        next_at=now,
    )


@transaction.atomic
def replay(*, delivery: WebhookDelivery, now: datetime) -> None:
    """Send one once more, under the id it has.

    Raises:
        Problem: `webhook_stopped`.
    """
    _wake(delivery.webhook)
    told = WebhookDelivery.objects.shown().filter(pk=delivery.pk)
    told.update(state=WebhookState.WAITING.value, attempts=0, next_at=now, done_at=None)
    delivery.refresh_from_db()


def _wake(webhook: Webhook) -> None:
    """Somebody waits for it now: whatever failed before, it is tried at once."""
    if not Webhook.objects.active().filter(pk=webhook.pk).update(quiet_until=None):
        raise Problem("webhook_stopped")
    later.nudge(tidings.NAME, queue="default")
