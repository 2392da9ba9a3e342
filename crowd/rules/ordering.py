"""In which order a campaign's micro-tasks are handed out: one number each, the lowest first."""

import hashlib
import math
from enum import StrEnum

# Ranks are scores in Valkey, too, which are doubles: exact to 2^53. That leaves room to move.
LARGEST = 2**50
PLACES = 10_000_000  # more excerpts than one document has, more documents than one place holds


class Order(StrEnum):
    DOCUMENT = "document"  # documents as they came, each from its first excerpt to its last
    SPREAD = "spread"  # the first excerpt of every document, then the second …
    FINISH = "finish"  # as they came, and what is begun before what is new
    RANDOM = "random"  # by lot, the same lot for everyone
    COLUMN = "column"  # by a number in a column of the table, the lowest first


def rank(*, order: Order, document: int, position: int, priority: str = "") -> int:
    """Where one excerpt stands.

    Args:
        order: the campaign's.
        document: its number; documents that came earlier have lower ones.
        position: of the excerpt in its document, from 1.
        priority: what stands in the column, for `COLUMN`; what is no number comes last.

    Returns:
        At most `LARGEST` on either side of zero.
    """
    match order:
        case Order.SPREAD:
            return _within(position * PLACES + document % PLACES)
        case Order.RANDOM:
            drawn = hashlib.blake2b(f"{document}/{position}".encode(), digest_size=6).digest()
            return int.from_bytes(drawn)
        case Order.COLUMN:
            # A thousandth counts; equal ones come in the order of the table.
            return _within(round(_number(priority) * 1000) * 2**20 + position % 2**20)
        case _:
            return _within(document * PLACES + position)


def _number(text: str) -> float:
    """A number as tables write it ("1", "2,5", "1 000"); infinitely large when it is none."""
    plain = "".join(text.split()).replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        number = math.inf
    furthest = LARGEST / 2**20 / 1000
    return max(-furthest, min(furthest, number)) if not math.isnan(number) else furthest


def _within(value: int) -> int:
    return max(-LARGEST, min(LARGEST, value))
