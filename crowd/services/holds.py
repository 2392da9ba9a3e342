"""Holds: who is at it now. A courtesy between workers, never what makes things happen once.

A hold is PostgreSQL's session-level advisory lock: it ends with the connection, at once when its
worker is killed. Whoever works under one still compares and swaps when storing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

KINDS = {
    "document": 1,
    "stretch": 2,
    "grouping": 3,
    "cutting": 4,
    "snapshot": 5,
    "move": 6,
    "webhook": 7,
}
# A machine that vanishes says nothing: its connection is given up after half a minute.
NOTICE_DEATH = (
    "SELECT set_config('tcp_keepalives_idle', '15', false),"
    " set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)


@contextmanager
def hold(kind: str, number: int) -> Iterator[bool]:
    """Hold one thing for the length of a block, unless someone else does.

    Yields:
        Whether it is ours.
    """
    key = (KINDS[kind] << 56) | number
    with connection.cursor() as cursor:
        cursor.execute(NOTICE_DEATH)
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
