"""Counting for the dashboards."""

from celery import shared_task
from django.utils import timezone

from crowd.models import Campaign
from crowd.services import rollups


@shared_task(name="tasks.rollups.count_due")
def count_due() -> None:
    """Have each campaign counted whose last count is old enough."""
    for campaign_id in rollups.due(now=timezone.now()):
        count.delay(campaign_id=campaign_id)


@shared_task(name="tasks.rollups.count")
def count(*, campaign_id: int) -> None:
    """Count one campaign."""
    for campaign in Campaign.objects.filter(pk=campaign_id):
        rollups.count(campaign=campaign, now=timezone.now())
