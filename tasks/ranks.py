"""Boards, progress and news, after the cross-check."""

from celery import shared_task
from django.utils import timezone

from crowd.services import badges, campaign_games, experiments, goals, news, scores, streams


@shared_task(name="tasks.ranks.tell")
def tell() -> None:
    """Write new scores and tell the open pages, and whoever listens to a campaign's stream."""
    news.tell(now=timezone.now())
    streams.tell(now=timezone.now())


@shared_task(name="tasks.ranks.catch_up")
def catch_up() -> None:
    """Rebuild the boards if Valkey has forgotten them; else write the newest scores again."""
    if scores.is_lost():
        scores.rebuild(now=timezone.now())
    else:
        scores.catch_up(now=timezone.now())


@shared_task(name="tasks.ranks.reward")
def reward() -> None:
    """Give badges to whoever has had news, see which goals are reached, and keep the log."""
    badges.give_noted()
    goals.notice(now=timezone.now())
    experiments.log(now=timezone.now())


@shared_task(name="tasks.ranks.reward_all")
def reward_all() -> None:
    """Give the badges that nobody noticed."""
    badges.catch_up()


@shared_task(name="tasks.ranks.rewrite")
def rewrite(*, campaign_id: int) -> None:
    """Write the scores of a campaign's people anew: it is played another way."""
    people = campaign_games.people_of(campaign_id=campaign_id)
    for start in range(0, len(people), 1000):
        scores.refresh(contributor_ids=people[start : start + 1000], now=timezone.now())
