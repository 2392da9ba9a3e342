"""What is kept of people, and not for longer than is said."""

from celery import shared_task
from django.utils import timezone

from crowd.services import apps, retention


@shared_task(name="tasks.people.sweep")
def sweep() -> None:
    retention.sweep(now=timezone.now())


@shared_task(name="tasks.people.sweep_apps")
def sweep_apps() -> None:
    apps.sweep()
