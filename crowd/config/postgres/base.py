"""Django's PostgreSQL; what its pool lends is not a connection that the server has closed, and
times are read by psycopg's C part.

Django reads times in Python, to give them the time zone of its settings. Ours is always UTC, as is
the connection's, so that psycopg's own reader gives the same: a tenth of what a worker does when it
loads answers.

A server that was restarted has said goodbye on every connection that was idle. The first requests
after that would each be given one of them and fail. Asking the server at each request whether it is
there would cost a round trip; looking whether it has said something costs nothing.
"""

import select
from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of a thread's own, out of the process's pool."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["context"] = _reading_times(params["context"])
        return params

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django's, but for the time zone that it looks for in whatever reads times."""
        if name is None:
            return self.connection.cursor()
        server_side: Any = base.ServerSideCursor  # whose stub knows no arguments
        hold = self.connection.autocommit
        return server_side(self.connection, name=name, scrollable=False, withhold=hold)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and _is_gone(connection):
            connection.close()
            self.pool.putconn(connection)  # which makes another in its place
            connection = super().get_new_connection(conn_params)
        return connection


@cache
def _reading_times(adapters: AdaptersMap) -> AdaptersMap:
    context = AdaptersMap(adapters)
    context.register_loader("timestamptz", TimestamptzLoader)  # psycopg takes its C twin
    return context


def _is_gone(connection: Any) -> bool:
    """Whether a connection that nobody uses has something to say: then that is its end."""
    if connection.closed:
        return True
    looking = select.poll()
    looking.register(connection.pgconn.socket, select.POLLIN)
    return bool(looking.poll(0))
