"""Snapshots of open data: made, and written anew when something in them is withdrawn."""

from celery import shared_task
from django.utils import timezone

from crowd.services import snapshots


@shared_task(name="tasks.exports.go_on")
def go_on() -> None:
    """Make or rewrite one snapshot; the schedule finds what waits behind it."""
    snapshots.go_on(now=timezone.now())


@shared_task(name="tasks.exports.nightly")
def nightly() -> None:
    """Ask for a snapshot of every campaign that has changed."""
    snapshots.nightly(now=timezone.now())


@shared_task(name="tasks.exports.look_over")
def look_over() -> None:
    """Notice names that are listed no more, and documents that were removed."""
    snapshots.look_over(now=timezone.now())
