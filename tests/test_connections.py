"""Connections to PostgreSQL that wait in the pool for the next request."""

import psycopg
import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def served_by() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_connection_that_the_server_closed_meanwhile_is_given_to_nobody():
    idle = served_by()
    another = psycopg.connect(**connection.get_connection_params(), autocommit=True)
    connection.close()  # back into the pool, as at the end of a request
    with another:
        another.execute("SELECT pg_terminate_backend(%s, 5000)", [idle])
    assert served_by() != idle


def test_connections_that_are_fine_are_used_again():
    seen = set()
    for _request in range(30):
        seen.add(served_by())
        connection.close()
    assert len(seen) <= connection.settings_dict["OPTIONS"]["pool"]["max_size"]
