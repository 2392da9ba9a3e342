"""Micro-tasks of steps that come after their documents: there may be a million excerpts."""

from celery import shared_task

from crowd.models import Campaign
from crowd.services import campaigns


@shared_task(name="tasks.microtasks.ask_about_all")
def ask_about_all(*, campaign_id: int) -> None:
    """Ask all steps about all excerpts; what is asked already is not asked twice."""
    campaigns.ask_about_all(campaign=Campaign.objects.get(pk=campaign_id))
