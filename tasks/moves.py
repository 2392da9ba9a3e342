"""Campaigns that come in from elsewhere, or leave as a whole."""

from celery import shared_task
from django.utils import timezone

from crowd.services import moves


@shared_task(name="tasks.moves.go_on")
def go_on() -> None:
    """Go on with every move that nobody is at."""
    moves.go_on(now=timezone.now())
