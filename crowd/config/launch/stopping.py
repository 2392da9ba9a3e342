"""Being told to stop: Ctrl-C, a service manager's SIGTERM, a terminal that closes."""

import contextlib
import math
import signal
import time
from collections.abc import Iterator
from types import FrameType

HEARD = [signal.SIGINT, signal.SIGTERM]
if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # else we run under nohup, on purpose
    HEARD.append(signal.SIGHUP)


SAME = 2.0  # seconds in which being told again says nothing new: the first time is on its way up


class Stopped(BaseException):
    """Raised in the main thread, wherever it is, when we are told to stop."""


class _Ear:
    asked = False
    asked_at = -math.inf
    held_back = False


def listen() -> None:
    """From now on the signals raise `Stopped`."""
    for number in HEARD:
        signal.signal(number, _hear)


def listen_no_more() -> None:
    """We are stopping already: hearing it again changes nothing."""
    for number in HEARD:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Put `Stopped` off to the end of a block that would otherwise lose a process it started."""
    _Ear.held_back = True
    try:
        yield
    finally:
        _Ear.held_back = False
    if _Ear.asked:
        raise Stopped


def _hear(_number: int, _frame: FrameType | None) -> None:
    again = time.monotonic() - _Ear.asked_at < SAME
    _Ear.asked, _Ear.asked_at = True, time.monotonic()
    # Raised a second time while the first unwinds, it would cut short what stops everything.
    if not _Ear.held_back and not again:
        raise Stopped
