"""Targets: reminders, news for followers, and files that nobody names any more."""

from celery import shared_task
from django.utils import timezone

from crowd.services import reminding, sweeping


@shared_task(name="tasks.targets.remind")
def remind() -> None:
    """Write to whoever's lease ends soon."""
    reminding.remind(now=timezone.now())


@shared_task(name="tasks.targets.tell_followers")
def tell_followers() -> None:
    """Write to whoever follows a target that has moved."""
    reminding.tell_followers(now=timezone.now())


@shared_task(name="tasks.targets.sweep_files")
def sweep_files() -> None:
    """Delete files that no answer names, and refused ones after a while."""
    while sweeping.sweep(now=timezone.now()):
        pass
