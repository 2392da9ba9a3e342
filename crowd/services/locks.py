"""Locks that are no row's: one worker at a time folds a campaign's answers."""

from django.db import connection

FOLDING = 2004  # the first half of an advisory lock's name; the second is a campaign's id


def hold(*, campaign_id: int) -> None:
    """Keep everyone else from folding this campaign's answers until the transaction ends.

    Always before any micro-task is locked: whoever waits here holds nothing we may want.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FOLDING, campaign_id])


def is_free(*, campaign_id: int) -> bool:
    """Whether nobody folds this campaign's answers at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [FOLDING, campaign_id])
        return bool(cursor.fetchone()[0])
