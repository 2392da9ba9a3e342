"""Log files of the processes we start: turned over by size, and read for their last words."""

import os
from pathlib import Path
from typing import BinaryIO

TURN_OVER_AT = 5 * 1024 * 1024
KEPT = 3
TAIL = 8 * 1024


def opened(path: Path, *, turn_over_at: int = TURN_OVER_AT) -> BinaryIO:
    """Open a log for appending; one larger than `turn_over_at` bytes becomes `name.log.1` first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > turn_over_at:
        for age in range(KEPT, 1, -1):
            older = path.with_name(f"{path.name}.{age - 1}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{age}"))
        path.replace(path.with_name(f"{path.name}.1"))
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def last_words(path: Path, *, since: int = 0) -> str:
    """The last line that says something, or "", for a sentence about a death; `since` in bytes."""
    try:
        with path.open("rb") as log:
            log.seek(max(since, path.stat().st_size - TAIL))
            lines = log.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
