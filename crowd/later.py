"""Do this after commit, by name: verbs ask for Celery work without importing the door it is in."""

import logging
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from crowd import valkey

logger = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(seconds=5)
MOMENT = timedelta(seconds=1)


def after_commit(name: str, *, queue: str, **kwargs: Any) -> None:
    """Send one task when, and only when, the transaction around is committed."""
    transaction.on_commit(lambda: _send(name, queue=queue, **kwargs), robust=True)


def in_a_moment(name: str, *, queue: str) -> None:
    """Run one task a second from now; asked for many times in that second, it runs once."""
    try:
        if valkey.client().set(valkey.key("soon", name), 1, nx=True, px=MOMENT):
            _send(name, queue=queue, countdown=MOMENT.total_seconds())
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; %s waits for the next occasion", name)


def nudge(name: str, *, queue: str) -> None:
    """After commit, see that `name` runs soon; many nudges at once make one run.

    The task must call `woken` before it looks for work, so that a nudge during its run is kept.
    """
    transaction.on_commit(lambda: _nudge(name, queue=queue), robust=True)


def woken(name: str) -> None:
    """Say that `name` runs now: the next nudge is for another run."""
    try:
        valkey.client().delete(_nudged(name))
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; %s goes on without it", name)


def _nudge(name: str, *, queue: str) -> None:
    try:
        first = valkey.client().set(_nudged(name), 1, nx=True, px=LONGEST_WAIT)
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; %s waits for the schedule", name)
        return
    if first:
        _send(name, queue=queue)


def _send(name: str, *, queue: str, countdown: float | None = None, **kwargs: Any) -> None:
    # The work itself is in PostgreSQL and found again on schedule: a broker that is away delays
    # it and must not fail the request that is already committed.
    try:
        current_app.send_task(name, kwargs=kwargs, queue=queue, countdown=countdown)
    except (OperationalError, *valkey.Unreachable):
        logger.warning("The broker is unreachable; %s waits for the schedule", name)


def _nudged(name: str) -> str:
    return valkey.key("nudged", name)
