"""Rebuild everything derived, from what PostgreSQL holds. Nothing here changes a total."""

from collections.abc import Iterator
from datetime import datetime

from crowd.models import Campaign
from crowd.services import badges, progress, queues, scores


def everything(*, now: datetime) -> Iterator[str]:
    """Rebuild queues, progress, ranks and badges; say each thing as it is done."""
    for campaign in Campaign.objects.order_by("pk"):
        progress.forget(campaign.pk)
        loaded = queues.rebuild(campaign=campaign) if campaign.is_open else 0
        counted = progress.of_campaign(campaign)
        yield (
            f"{campaign.slug}: {loaded} micro-tasks ready, {counted.settled} of {counted.total} "
            f"settled, {counted.answers} answers by {counted.contributors} people"
        )
    people = scores.rebuild(now=now)
    yield f"ranks: {people} people with points"
    yield f"badges: {badges.rebuild()}"
