"""Announcements, to everyone who agreed to get them."""

from celery import shared_task
from django.utils import timezone

from crowd.services import announcements


@shared_task(name=announcements.NAME)
def go_on() -> None:
    """Make the mails of announcements that have none yet."""
    announcements.send_all(now=timezone.now())
