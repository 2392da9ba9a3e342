"""Is everything there? For proxies and for whoever starts the processes."""

import logging

import psycopg
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crowd import valkey

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2


@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """503 without PostgreSQL. Without Valkey all still works, only slower: 200, and it says so."""
    there = {"database": _database(), "valkey": _valkey()}
    return JsonResponse(there, status=200 if there["database"] else 503)


def _database() -> bool:
    # A connection of its own: a pool that waits for a server gone would answer in a quarter of a
    # minute, and a pool in full use is no illness.
    wanted = {"connect_timeout": PATIENCE_SECONDS, "autocommit": True}
    given = {
        name: value for name, value in connection.get_connection_params().items() if name != "pool"
    }
    try:
        with psycopg.connect(**{**given, **wanted}) as asked:
            asked.execute("SELECT 1")
    except psycopg.Error as wrong:
        logger.warning("PostgreSQL does not answer: %s", wrong)
        return False
    return True


def _valkey() -> bool:
    try:
        return bool(valkey.client().ping())
    except valkey.Unreachable:
        return False
