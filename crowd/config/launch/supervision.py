"""Keeping what was started alive: a dead process is started again, but not for ever."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from crowd.config.launch import logs
from crowd.config.launch.children import Child
from crowd.config.launch.telling import Refusal, say

RESTARTS = 3
WITHIN = 60.0


@dataclass
class Deaths:
    """The recent deaths of one process."""

    moments: deque[float] = field(default_factory=deque)

    def one_more(self, *, now: float) -> None:
        """Note a death at `now` (seconds on a steady clock)."""
        self.moments.append(now)
        while self.moments[0] <= now - WITHIN:
            self.moments.popleft()

    @property
    def too_many(self) -> bool:
        """Whether starting it again has been tried often enough."""
        return len(self.moments) > RESTARTS


@dataclass
class Kept:
    """A process of ours that must live, and how to start it again."""

    child: Child
    restart: Callable[[], Child]
    deaths: Deaths = field(default_factory=Deaths)


def wait_until(
    ready: dict[str, Callable[[], bool]],
    *,
    children: Iterable[Child],
    patience: float,
    logs_in: Path,
) -> None:
    """Wait until every probe has said yes once.

    Args:
        ready: a probe for each title used in sentences.
        children: the processes that must live meanwhile.
        patience: seconds.
        logs_in: where a reader finds out more.

    Raises:
        Refusal: a process died, or one does not answer.
    """
    begun = time.monotonic()
    left = dict(ready)
    while left:
        for child in children:
            if child.exit_code is not None:
                raise Refusal(death(child))
        left = {title: answers for title, answers in left.items() if not answers()}
        if left and time.monotonic() - begun > patience:
            silent = f"{_capital(' and '.join(left))} did not answer within {patience:.0f} s"
            raise Refusal(f"{silent}; the logs are in {logs_in}.")
        if left:
            time.sleep(0.1)


def look_after(kept: Iterable[Kept], *, now: float) -> None:
    """Start again what died since the last look, at `now` (seconds on a steady clock).

    Raises:
        Refusal: one process died too often.
    """
    for one in kept:
        if one.child.exit_code is None:
            continue
        one.deaths.one_more(now=now)
        if one.deaths.too_many:
            raise Refusal(f"{death(one.child)} It had been started again {RESTARTS} times already.")
        say(f"{death(one.child)} Starting it again.")
        one.child = one.restart()


def death(child: Child) -> str:
    """A dead process, in a sentence: which, how, its last words and where its log is."""
    code = child.exit_code or 0
    # Killed from outside, it had no time for words; what its log ends with is about something else.
    words = logs.last_words(child.log, since=child.log_begins) if code >= 0 else ""
    how = f"stopped with code {code}" if code >= 0 else f"was killed by signal {-code}"
    said = f" ({words.rstrip('.')})" if words else ""
    return f"{_capital(child.command.title)} {how}{said}; its log is {child.log}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
