"""Django's PostgreSQL; what its pool lends is not a connection that the server has closed.

A server that was restarted has said goodbye on every connection that was idle. The first requests
after that would each be given one of them and fail. Asking the server at each request whether it is
there would cost a round trip; looking whether it has said something costs nothing.
"""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of a thread's own, out of the process's pool."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and _is_gone(connection):
            connection.close()
            self.pool.putconn(connection)  # which makes another in its place
            connection = super().get_new_connection(conn_params)
        return connection


def _is_gone(connection: Any) -> bool:
    """Whether a connection that nobody uses has something to say: then that is its end."""
    if connection.closed:
        return True
    looking = select.poll()
    looking.register(connection.pgconn.socket, select.POLLIN)
    return bool(looking.poll(0))
