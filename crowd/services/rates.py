"""How much one key or guest asks in a minute: counted in Valkey, and not at all without it."""

import threading
from dataclasses import dataclass
from datetime import datetime

from crowd import valkey

WINDOW = 60  # seconds
PARTS = 50  # a process takes this part of a minute's limit at once, and counts it by itself
MOST_REMEMBERED = 10_000  # of one process


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How somebody stands with the limit.

    Attributes:
        refused: this request is one too many.
        left: requests until the minute is over; other processes' count is some moments old.
        seconds: until the next minute begins.
    """

    limit: int
    left: int
    seconds: int
    refused: bool

    @property
    def policy(self) -> str:
        """As in draft-ietf-httpapi-ratelimit-headers-10."""
        return f'"default";q={self.limit};w={WINDOW}'

    @property
    def told(self) -> str:
        return f'"default";r={self.left};t={self.seconds}'


_counted: dict[str, tuple[int, int, int]] = {}  # who → minute, granted here, left elsewhere
_lock = threading.Lock()


def count(*, who: str, limit: int, now: datetime) -> Standing | None:
    """Count one request.

    Args:
        who: a key or a guest; never an address.
        limit: requests a minute.

    Returns:
        None without Valkey: then nobody is refused.
    """
    minute, passed = divmod(int(now.timestamp()), WINDOW)
    with _lock:
        known, granted, elsewhere = _counted.get(who, (minute, 0, limit))
    if known != minute or granted <= 0:
        try:
            granted, elsewhere = _granted(who, minute, limit)
        except valkey.Unreachable:
            return None
    refused = granted <= 0
    granted = max(0, granted - 1)
    with _lock:
        if len(_counted) >= MOST_REMEMBERED:
            _counted.clear()
        _counted[who] = (minute, granted, elsewhere)
    return Standing(limit=limit, left=granted + elsewhere, seconds=WINDOW - passed, refused=refused)


def _granted(who: str, minute: int, limit: int) -> tuple[int, int]:
    """How many requests this process may count by itself now, and how many are left to others."""
    part, name = max(1, limit // PARTS), valkey.key("rate", who, minute)
    with valkey.client().pipeline(transaction=False) as asking:
        asking.incrby(name, part)
        asking.expire(name, 2 * WINDOW)
        taken = asking.execute()[0]
    return max(0, min(part, limit - (taken - part))), max(0, limit - taken)
