"""Checks: what choosing an option means for the file that a check is about."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any


class Deed(Enum):
    """What is done with a file; the most careful one comes first."""

    REFUSE = "refuse"
    REDACT = "redact"
    PUBLISH = "publish"


def check(options: Sequence[str], settings: Mapping[str, Any]) -> None:
    """Refuse a setting `decides` that is not option → deed.

    Raises:
        ValueError, AttributeError: it names no option of its question, or no deed.
    """
    decides = settings.get("decides")
    if decides is None:
        return
    if not set(decides.keys()) <= set(options):
        raise ValueError("decides names no option")
    for deed in decides.values():
        Deed(deed)
