"""Tidings: what happens in a campaign, written down for its webhooks in the same transaction.

A verdict is nobody's business while somebody still holds a lease on its micro-task, and one under
a veil is nobody's until the campaign has closed: the first are held until they are public, the
second written when the veil is lifted (docs/architecture.md, "What stays hidden").
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from crowd import later
from crowd.models import Campaign, Document, DocumentCount, MicroTask, Snapshot, Verdict
from crowd.models.webhooks import EventKind, Webhook, WebhookDelivery, WebhookState
from crowd.rules.lifecycle import CampaignState, DocumentState, MicroTaskState
from crowd.services import progress
from crowd.services.dossiers import Dossier

NAME = "tasks.webhooks.send_waiting"
KIND_OF_OUTCOME = {
    MicroTaskState.SETTLED.value: EventKind.SETTLED,
    MicroTaskState.CONTESTED.value: EventKind.CONTESTED,
}
KIND_OF_STATE = {
    CampaignState.OPEN: EventKind.OPENED,
    CampaignState.PAUSED: EventKind.PAUSED,
    CampaignState.CLOSED: EventKind.CLOSED,
}
TENTHS = 10


def of_verdicts(*, verdicts: Sequence[tuple[Dossier, Verdict]], now: datetime) -> None:
    """Write down these new verdicts; they are told when they are public."""
    fit = [
        (dossier.microtask, verdict)
        for dossier, verdict in verdicts
        if verdict.outcome in KIND_OF_OUTCOME and not dossier.microtask.looks_open
    ]
    for webhook in _listening({microtask.campaign_id for microtask, _ in fit}):
        rows = [
            _of_verdict(webhook, microtask, verdict, now)
            for microtask, verdict in fit
            if microtask.campaign_id == webhook.campaign_id
            and KIND_OF_OUTCOME[verdict.outcome].value in webhook.kinds
        ]
        _write(rows)


def _listening(campaign_ids: Collection[int]) -> Sequence[Webhook]:
    """One question, of a small table, for a whole batch."""
    return list(Webhook.objects.active().filter(campaign__in=campaign_ids)) if campaign_ids else []


def _of_verdict(
    webhook: Webhook, microtask: MicroTask, verdict: Verdict, now: datetime
) -> WebhookDelivery:
    payload = {
        "campaign": microtask.campaign.slug,
        "step": microtask.step.key,
        "microtask": microtask.pk,
        "excerpt": microtask.excerpt_id,
        "verdict": verdict.pk,
        "revision": verdict.revision,
        "links": {
            "api": _link(f"/api/v1/verdicts/{verdict.pk}"),
            "page": _link(f"/verdicts/{verdict.pk}/"),
        },
    }
    return _delivery(webhook, KIND_OF_OUTCOME[verdict.outcome], payload, now, verdict=verdict)


def of_state(*, campaign: Campaign, now: datetime) -> None:
    """Write down that a campaign was opened, paused or closed."""
    data = {"deadline": campaign.deadline.isoformat() if campaign.deadline else None}
    _tell(campaign, KIND_OF_STATE[CampaignState(campaign.state)], data, now=now)


def of_snapshot(*, snapshot: Snapshot, now: datetime) -> None:
    """Write down that a snapshot is ready, or was written anew without what was withdrawn."""
    slug, key = snapshot.campaign.slug, snapshot.key
    data = {
        "snapshot": key,
        "revision": snapshot.revision,
        "links": {
            "api": _link(f"/api/v1/campaigns/{slug}/snapshots/{key}"),
            "page": _link(f"/c/{slug}/data/"),
        },
    }
    _tell(snapshot.campaign, EventKind.SNAPSHOT, data, now=now)


def _tell(campaign: Campaign, kind: EventKind, data: Mapping[str, Any], *, now: datetime) -> None:
    links = {"api": _link(f"/api/v1/campaigns/{campaign.slug}"), "page": _page(campaign)}
    payload = {"campaign": campaign.slug, "links": links, **data}
    webhooks = _listening({campaign.pk})
    _write([_delivery(each, kind, payload, now) for each in webhooks if kind.value in each.kinds])


def _delivery(
    webhook: Webhook, kind: str, payload: Mapping[str, Any], now: datetime, **about: Any
) -> WebhookDelivery:
    held = "verdict" in about
    return WebhookDelivery(
        webhook=webhook,
        event=uuid.uuid4(),
        kind=str(kind),
        payload=dict(payload),
        state=WebhookState.HELD.value if held else WebhookState.WAITING.value,
        made_at=now,
        next_at=None if held else now,
        **about,
    )


def _write(rows: Sequence[WebhookDelivery]) -> None:
    if rows:
        # Rival: whoever tells of the same verdict or document again; it is told once.
        WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        later.nudge(NAME, queue="default")


def release(*, now: datetime) -> int:
    """Let go of what was held and is public now; forget what another revision has replaced.

    Returns:
        How many are to be sent.
    """
    held = WebhookDelivery.objects.held()
    held.filter(verdict__is_current=False).delete()
    public = held.filter(verdict__in=Verdict.objects.public())
    return public.update(state=WebhookState.WAITING.value, next_at=now)


def look(*, now: datetime) -> None:
    """Tell what nobody does at one moment: documents that are finished, tenths that are reached."""
    active = Webhook.objects.active().select_related("campaign")
    for webhook in active.exclude(campaign__state=CampaignState.DRAFT.value):
        if EventKind.FINISHED.value in webhook.kinds:
            _tell_finished(webhook, now=now)
        if EventKind.MILESTONE.value in webhook.kinds:
            _tell_tenth(webhook, now=now)


def _tell_finished(webhook: Webhook, *, now: datetime) -> None:
    finished = DocumentCount.objects.filter(
        document=OuterRef("pk"),
        total__gt=0,
        total=F("settled") + F("contested") + F("set_aside"),
    )
    told = WebhookDelivery.objects.filter(webhook=webhook, document=OuterRef("pk"))
    # Those that were finished before there was a webhook are no news.
    since = Verdict.objects.filter(
        microtask__excerpt__document=OuterRef("pk"), made_at__gte=webhook.made_at
    )
    of_campaign = Document.objects.filter(campaign=webhook.campaign_id)
    split = of_campaign.filter(state=DocumentState.SPLIT.value)
    found = split.filter(Exists(finished), ~Exists(told)).filter(Exists(since))
    _write(
        [
            _delivery(webhook, EventKind.FINISHED, _of_document(webhook, each), now, document=each)
            for each in found.order_by("pk")
        ]
    )


def _of_document(webhook: Webhook, document: Document) -> dict[str, Any]:
    campaign = webhook.campaign
    links = {"api": _link(f"/api/v1/documents/{document.pk}"), "page": _page(campaign)}
    return {"campaign": campaign.slug, "document": document.pk, "links": links}


def tenth(campaign: Campaign) -> int:
    """How many tenths of a campaign's micro-tasks have a verdict, as everyone may know."""
    counted = progress.of_campaign(campaign)
    return TENTHS * (counted.total - counted.open) // counted.total if counted.total else 0


@transaction.atomic
def _tell_tenth(webhook: Webhook, *, now: datetime) -> None:
    reached, campaign = tenth(webhook.campaign), webhook.campaign
    # Rival: another worker that looks now. One of the two moves it.
    behind = Webhook.objects.filter(Q(tenth__lt=reached), pk=webhook.pk)
    if not behind.update(tenth=reached):
        return
    data = {
        "campaign": campaign.slug,
        "percent": 100 * reached // TENTHS,
        "complete": reached == TENTHS,
        "links": {
            "api": _link(f"/api/v1/campaigns/{campaign.slug}/progress"),
            "page": _page(campaign),
        },
    }
    _write([_delivery(webhook, EventKind.MILESTONE, data, now)])


def _page(campaign: Campaign) -> str:
    return _link(f"/c/{campaign.slug}/")


def _link(path: str) -> str:
    return f"{settings.TAMIS_ORIGIN}{path}"
