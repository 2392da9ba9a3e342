"""Mails on their way."""

from celery import shared_task
from django.utils import timezone

from crowd import later
from crowd.services import fates, mails, outcomes


@shared_task(name=mails.NAME)
def send_waiting() -> None:
    """Send what is due, until nothing is."""
    later.woken(mails.NAME)
    while mails.send_waiting(now=timezone.now()):
        pass


@shared_task(name="tasks.mails.sweep")
def sweep() -> None:
    """Forget what was done with long ago."""
    mails.sweep(now=timezone.now())


@shared_task(name="tasks.mails.ask_for_outcomes")
def ask_for_outcomes() -> None:
    """Remind owners whose deadline is past to tell what came of it."""
    outcomes.ask(now=timezone.now())


@shared_task(name="tasks.mails.tell_fates")
def tell_fates() -> None:
    """Tell people what became of their answers last week."""
    fates.tell(now=timezone.now())
