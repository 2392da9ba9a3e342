"""Flow: whether answers move on, for whoever leads a campaign. Bounded looks, never a scan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from crowd import valkey
from crowd.models import Campaign
from crowd.services import queues

MOST_COUNTED = 10_000
ABSENT_AFTER = timedelta(seconds=30)  # the schedule calls a worker every three seconds
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """How a campaign's answers move on now.

    Attributes:
        waiting: answers the cross-check has not read; `MOST_COUNTED` says "or more".
        behind: how long the oldest of them has waited.
        ready: micro-tasks in the queues claims are served from; None: Valkey is away.
        is_checked: whether a worker has looked for answers lately; None: nobody knows.
    """

    waiting: int
    behind: timedelta
    ready: int | None
    is_checked: bool | None


def of_campaign(*, campaign: Campaign, now: datetime) -> Flow:
    """How a campaign's answers move on now."""
    waiting, oldest = _waiting(campaign)
    try:
        steps = campaign.steps.values_list("pk", flat=True)
        ready = sum(queues.length(step_id=pk) for pk in steps)
        last = valkey.client().get(_looked())
    except valkey.Unreachable:
        ready, last = None, None
    return Flow(
        waiting=waiting,
        behind=max(timedelta(0), now - oldest) if oldest else timedelta(0),
        ready=ready,
        is_checked=None if last is None else now.timestamp() - float(last) < _seconds(ABSENT_AFTER),
    )


def looked(*, now: datetime) -> None:
    """A worker has looked for answers to cross-check."""
    try:
        valkey.client().set(_looked(), now.timestamp(), ex=int(_seconds(REMEMBERED)))
    except valkey.Unreachable:
        pass  # nobody can ask for it now, either


def _waiting(campaign: Campaign) -> tuple[int, datetime | None]:
    with connection.cursor() as cursor:
        # From the partial index of unread answers, which is as long as the cross-check is behind.
        cursor.execute(
            """
            SELECT count(*), min(given_at) FROM (
                SELECT w.given_at FROM crowd_answer w
                JOIN crowd_microtask m ON m.id = w.microtask_id AND m.campaign_id = %s
                WHERE w.counted_at IS NULL ORDER BY w.given_at LIMIT %s
            ) AS unread
            """,
            [campaign.pk, MOST_COUNTED],
        )
        count, oldest = cursor.fetchone()
    return int(count), oldest


def _seconds(length: timedelta) -> float:
    return length.total_seconds()


def _looked() -> str:
    return valkey.key("looked")
