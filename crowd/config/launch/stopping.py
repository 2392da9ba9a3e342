"""Being told to stop: Ctrl-C, a service manager's SIGTERM, a terminal that closes."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

HEARD = [signal.SIGINT, signal.SIGTERM]
if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # else we run under nohup, on purpose
    HEARD.append(signal.SIGHUP)


class Stopped(BaseException):
    """Raised in the main thread, wherever it is, when we are told to stop."""


class _Ear:
    asked = False
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
    _Ear.asked = True
    if not _Ear.held_back:
        raise Stopped
