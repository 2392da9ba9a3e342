"""What archives hold: names to show, contents to read one after another, and what is refused.

Nothing is ever written under a name from an archive. Entries that try to lead out of it, or that
are no plain files, are refused all the same: they show that somebody means harm.
"""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO

from crowd.rules.problems import Problem
from crowd.rules.wording import storable

# What operating systems leave in archives without anybody having put it there.
LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$)")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
DRIVE = re.compile(r"[A-Za-z]:/")
SMALL = 10_000_000  # bytes that may be packed as tightly as they like


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """What an archive may hold at most.

    Attributes:
        entries: how many files.
        total: bytes of all of them, unpacked.
        ratio: unpacked bytes for each packed one.
    """

    entries: int = 10_000
    total: int = 5_000_000_000
    ratio: int = 200

    def is_bomb(self, *, packed: int, unpacked: int) -> bool:
        return unpacked > SMALL and unpacked > self.ratio * max(packed, 1)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of an archive.

    Attributes:
        name: folders and all, fit to be shown and stored.
        open: its content, readable once, until the next entry is asked for.
        problem: why there is none.
    """

    name: str
    open: Callable[[], AbstractContextManager[IO[bytes]]] | None = None
    problem: Problem | None = None


def printable(name: str) -> str:
    """A name without control characters, among them those that turn what follows around."""
    return CONTROLS.sub("", storable(name))


def entry_name(raw: str) -> str:
    """A name from an archive as it can be shown: slashes between folders."""
    parts = printable(raw).replace("\\", "/").split("/")
    kept = [part.strip() for part in parts if part.strip() not in {"", "."}]
    return "/".join(kept) or "?"


def leads_out(raw: str) -> bool:
    """Whether a name is a path to somewhere outside of the archive."""
    slashed = raw.replace("\\", "/")
    return slashed.startswith("/") or bool(DRIVE.match(slashed)) or ".." in slashed.split("/")


def is_litter(name: str) -> bool:
    return bool(LITTER.search(name))


def too_many(limits: ArchiveLimits) -> Problem:
    return Problem("archive_too_many", most=limits.entries)


def too_large(limits: ArchiveLimits) -> Problem:
    return Problem("archive_too_large", most=limits.total // 2**20)
