"""How often someone is given a micro-task whose answer is known: often at first, seldom later."""

import hashlib
from collections.abc import Sequence


def is_due(*, person: int, answered: int, rates: Sequence[tuple[int, float]]) -> bool:
    """Whether this person's next one is to be a known one.

    Drawn once for each person and number of answers: asking again changes nothing.

    Args:
        person: who.
        answered: how many answers they have given.
        rates: from how many answers on → the share of known ones among what comes next, ascending.
    """
    share = next((share for least, share in reversed(rates) if answered >= least), 0.0)
    drawn = hashlib.blake2b(f"{person}/{answered}".encode(), digest_size=4).digest()
    return int.from_bytes(drawn) < share * 2**32
