"""The tables that migrations make: those of the models, whichever way they are made."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from crowd.config import places

LONG_WAY = """
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

executor = MigrationExecutor(connection)
squashed = set(executor.loader.replacements)
executor.loader.replace_migrations = False
executor.loader.build_graph()
executor.migrate([leaf for leaf in executor.loader.graph.leaf_nodes() if leaf not in squashed])
"""
# Columns, constraints, indexes, triggers and how tables are stored, of all tables there are.
CATALOGUE = """
SELECT format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
    a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT format('%s %s', relname, reloptions) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


VERDICT = """
INSERT INTO crowd_verdict (microtask_id, step_id, revision, outcome, "values", confidence,
    answers_count, rule_version, made_at, is_current, probabilities)
VALUES (7, 7, %s, 'settled', '{}', 0.9, 3, 'x', now(), true, '{}')
"""


def connected(name: str) -> "psycopg.Connection[tuple[str]]":
    server = places.database_url().rpartition("/")[0]
    return psycopg.connect(f"{server}/{name}", autocommit=True)


def catalogue(name: str) -> list[str]:
    with connected(name) as database:
        return sorted(line for (line,) in database.execute(CATALOGUE).fetchall())


@pytest.fixture
def long_way() -> Iterator[str]:
    """A database that went through every migration there ever was."""
    name = f"tamis_long_{os.getpid()}"
    more = {
        "DATABASE_URL": f"{places.database_url().rpartition('/')[0]}/{name}",
        "TAMIS_SECRET_KEY": "only for this test, and long enough",
    }
    with connected("postgres") as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            subprocess.run(
                [sys.executable, "-c", LONG_WAY],
                cwd=places.root(),
                env=os.environ | more,
                check=True,
            )
            yield name
        finally:
            server.execute(f"DROP DATABASE {name}".encode())


@pytest.mark.slow
@pytest.mark.django_db
def test_a_new_database_is_the_same_as_one_that_has_seen_everything(long_way: str) -> None:
    assert catalogue(long_way) == catalogue(str(connection.settings_dict["NAME"]))


@pytest.mark.django_db
def test_of_two_current_verdicts_the_last_one_holds() -> None:
    mended = importlib.import_module("crowd.migrations.0025_one_current_verdict")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no micro-task is needed
        cursor.execute("DROP INDEX one_current_verdict_per_microtask")
        for revision in (1, 2):
            cursor.execute(VERDICT, [revision])
        cursor.execute(mended.LAST_HOLDS)
        cursor.execute(mended.INDEX)
        cursor.execute("SELECT revision FROM crowd_verdict WHERE microtask_id = 7 AND is_current")
        assert cursor.fetchall() == [(2,)]
        cursor.execute("DELETE FROM crowd_verdict WHERE microtask_id = 7")
