"""Do this after commit, by name: verbs ask for Celery work without importing the door it is in."""

import logging
import threading
import time
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from crowd import valkey

logger = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(seconds=5)
MOMENT = timedelta(seconds=1)
RING = timedelta(milliseconds=250)  # between nudges of one process for the same task


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
    transaction.on_commit(_bell(name, queue).ring, robust=True)


def woken(name: str) -> None:
    """Say that `name` looks now: the next nudge is for another run."""
    try:
        valkey.client().delete(_nudged(name), _running(name))
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; %s goes on without it", name)


def running(name: str) -> None:
    """Say that a run of `name` is at it and will look once more after `woken`: nudges until then
    are for that look, and need no other run.
    """
    try:
        with valkey.client().pipeline(transaction=True) as pipe:
            pipe.set(_nudged(name), 1, px=LONGEST_WAIT)
            pipe.set(_running(name), 1, px=LONGEST_WAIT)
            pipe.execute()
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; others may run %s beside us", name)


def is_running(name: str) -> bool:
    """Whether some run of `name` has said so, seconds ago at most."""
    try:
        return bool(valkey.client().exists(_running(name)))
    except valkey.Unreachable:
        return False


class _Bell:
    """The nudges of this process for one task: the first goes at once, others within a moment.

    Each answer asks for the cross-check. Sending it many times a second would be for nothing, and
    swallowing one could leave its answer to the schedule: so the last of a moment is always sent.
    """

    def __init__(self, name: str, queue: str) -> None:
        self.name, self.queue = name, queue
        self._lock = threading.Lock()
        self._rung_at = -RING.total_seconds()
        self._waiting: threading.Timer | None = None

    def ring(self) -> None:
        with self._lock:
            if self._waiting is not None:
                return
            wait = self._rung_at + RING.total_seconds() - time.monotonic()
            if wait > 0:
                self._waiting = threading.Timer(wait, self._ring_now)
                self._waiting.start()
                return
        self._ring_now()

    def forget(self) -> None:
        """As if it had never rung."""
        with self._lock:
            if self._waiting is not None:
                self._waiting.cancel()
            self._waiting, self._rung_at = None, -RING.total_seconds()

    def _ring_now(self) -> None:
        with self._lock:
            # Before it is sent: whoever asks from now on may have come too late for that run.
            self._waiting, self._rung_at = None, time.monotonic()
        try:
            first = valkey.client().set(_nudged(self.name), 1, nx=True, px=LONGEST_WAIT)
        except valkey.Unreachable:
            logger.warning("Valkey is unreachable; %s waits for the schedule", self.name)
            return
        if first:
            _send(self.name, queue=self.queue)


_bells: dict[tuple[str, str], _Bell] = {}


def _bell(name: str, queue: str) -> _Bell:
    return _bells.setdefault((name, queue), _Bell(name, queue))


def forget() -> None:
    """Drop the nudges that this process has not sent yet: what they were about is gone."""
    for bell in _bells.values():
        bell.forget()


def _send(name: str, *, queue: str, countdown: float | None = None, **kwargs: Any) -> None:
    # The work itself is in PostgreSQL and found again on schedule: a broker that is away delays
    # it and must not fail the request that is already committed. Asked first in our own, impatient
    # way: Celery's client would wait ten seconds for a Valkey that hangs.
    try:
        valkey.client().ping()
        current_app.send_task(name, kwargs=kwargs, queue=queue, countdown=countdown)
    except (OperationalError, *valkey.Unreachable):
        logger.warning("The broker is unreachable; %s waits for the schedule", name)


def _nudged(name: str) -> str:
    return valkey.key("nudged", name)


def _running(name: str) -> str:
    return valkey.key("running", name)
