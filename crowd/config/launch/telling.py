"""What the launcher says: one plain sentence a line."""

import contextlib
import sys


class Refusal(Exception):
    """Why Tamis cannot start or go on, and what to do about it, in a sentence shown as is."""


def say(sentence: str) -> None:
    """Print one line at once; a closed terminal must not stop what was going on."""
    with contextlib.suppress(OSError):
        print(sentence, flush=True)


def complain(sentence: str) -> None:
    """Print one line to standard error."""
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)
