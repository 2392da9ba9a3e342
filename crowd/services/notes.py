"""Who has news: noted in Valkey, told once a second however many answers came in it.

A note that is lost with Valkey costs a moment: boards are caught up with on schedule, pages ask
again.
"""

import logging
from collections.abc import Collection

from django.db import transaction

from crowd import later, valkey

logger = logging.getLogger(__name__)


def note(
    *,
    campaign_ids: Collection[int] = (),
    contributor_ids: Collection[int] = (),
    room_ids: Collection[int] = (),
) -> None:
    """After commit, remember who has news, and have it told within a second or so."""

    def keep() -> None:
        try:
            with valkey.client().pipeline(transaction=True) as pipe:
                if campaign_ids:
                    pipe.sadd(_noted("campaigns"), *campaign_ids)
                if contributor_ids:
                    pipe.sadd(_noted("contributors"), *contributor_ids)
                    pipe.sadd(_noted("deeds"), *contributor_ids)
                if room_ids:
                    pipe.sadd(_noted("rooms"), *room_ids)
                pipe.execute()
        except valkey.Unreachable:
            logger.warning("Valkey is unreachable; pages and boards catch up when it is back")
        else:
            later.in_a_moment("tasks.ranks.tell", queue="consensus")

    transaction.on_commit(keep, robust=True)


def tell_again(*, contributor_ids: Collection[int]) -> None:
    """These people have news that no answer brought: a badge."""
    try:
        valkey.client().sadd(_noted("contributors"), *contributor_ids)
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; pages catch up when it is back")
    else:
        later.in_a_moment("tasks.ranks.tell", queue="consensus")


def take(what: str) -> list[int]:
    """The noted ids, which are forgotten.

    Args:
        what: "campaigns", "contributors", "rooms", or "deeds": whose badges may have come.
    """
    with valkey.client().pipeline(transaction=True) as pipe:
        pipe.smembers(_noted(what)).delete(_noted(what))
        members, _ = pipe.execute()
    return sorted(map(int, members))


def _noted(what: str) -> str:
    return valkey.key("news", what)
