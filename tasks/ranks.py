"""Boards, progress and news, after the cross-check."""

from celery import shared_task
from django.utils import timezone

from crowd.services import leaderboard, news


@shared_task(name="tasks.ranks.refresh")
def refresh(*, campaign_ids: list[int], contributor_ids: list[int]) -> None:
    """Write new scores and tell the open pages."""
    leaderboard.refresh(contributor_ids=contributor_ids, now=timezone.now())
    news.tell(campaign_ids=campaign_ids, contributor_ids=contributor_ids)


@shared_task(name="tasks.ranks.tell_waiting")
def tell_waiting() -> None:
    """Tell what had to wait for its audience's pause."""
    news.tell_waiting()


@shared_task(name="tasks.ranks.rebuild_if_lost")
def rebuild_if_lost() -> None:
    """Sum the ledger anew when Valkey has forgotten the boards."""
    if leaderboard.is_lost():
        leaderboard.rebuild(now=timezone.now())
