"""Announcements and thanks, to everyone who agreed to get them."""

from celery import shared_task
from django.utils import timezone

from crowd.services import announcements, thanks


@shared_task(name=announcements.NAME)
def go_on() -> None:
    """Make the mails of announcements that have none yet."""
    announcements.send_all(now=timezone.now())


@shared_task(name=thanks.NAME)
def thank() -> None:
    """Make the mails of thank-yous that have none yet."""
    thanks.send_all(now=timezone.now())
