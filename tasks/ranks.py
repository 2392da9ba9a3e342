"""Boards, progress and news, after the cross-check."""

from celery import shared_task
from django.utils import timezone

from crowd.services import leaderboard, news


@shared_task(name="tasks.ranks.tell")
def tell() -> None:
    """Write new scores and tell the open pages."""
    news.tell(now=timezone.now())


@shared_task(name="tasks.ranks.catch_up")
def catch_up() -> None:
    """Rebuild the boards if Valkey has forgotten them; else write the newest scores again."""
    if leaderboard.is_lost():
        leaderboard.rebuild(now=timezone.now())
    else:
        leaderboard.catch_up(now=timezone.now())
