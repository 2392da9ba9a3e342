"""A campaign of any size, written by PostgreSQL itself: every micro-task has two answers of a crowd
and waits for its third.
"""

from django.db import connection

from crowd.models import Excerpt

FILL = """
WITH made AS (
    INSERT INTO crowd_excerpt ({excerpt_columns})
    SELECT {excerpt_values} FROM generate_series(%(first)s, %(last)s) AS n
    RETURNING id, position
)
INSERT INTO crowd_microtask
    (campaign_id, step_id, excerpt_id, about, state, needs, rank, veiled)
SELECT %(campaign)s, %(step)s, id, '', 'open', 1, %(document)s * 10000000 + position, false
FROM made
"""
CROWD = """
INSERT INTO crowd_contributor (public_id, kind, no_game, language, reads, no_handwriting,
                               no_sensitive, made_at)
SELECT gen_random_uuid(), 'guest', false, 'fr', '', false, false, now() FROM generate_series(1, %s)
RETURNING id
"""
LEND = """
INSERT INTO crowd_assignment
    (microtask_id, contributor_id, state, lent_at, due_at, closed_at, weight)
SELECT m.id, %(first)s + (m.id * 7 + k * 13) %% %(crowd)s, 'answered', now() - interval '1 day',
    now() - interval '1 hour', now() - interval '1 hour', 1
FROM crowd_microtask m, generate_series(0, 1) AS k
WHERE m.step_id = %(step)s AND m.id BETWEEN %(from)s AND %(to)s
"""
SAY = """
INSERT INTO crowd_answer (id, microtask_id, contributor_id, assignment_id, values, badly_cut,
                          given_at, counted_at, set_aside_reason)
SELECT gen_random_uuid(), a.microtask_id, a.contributor_id, a.id, '{"what": "y"}', false,
    a.closed_at, a.closed_at, ''
FROM crowd_assignment a JOIN crowd_microtask m ON m.id = a.microtask_id
WHERE m.step_id = %(step)s AND m.id BETWEEN %(from)s AND %(to)s
"""
CHUNK = 50_000


def fill(*, campaign: int, step: int, document: int, microtasks: int, crowd: int) -> None:
    """Write so many micro-tasks of one step, each with two answers that have been read."""
    with connection.cursor() as cursor:
        cursor.execute(CROWD, [crowd])
        first = cursor.fetchone()[0]
        for start in range(1, microtasks + 1, CHUNK):
            last = min(start + CHUNK - 1, microtasks)
            told = {
                "campaign": campaign,
                "step": step,
                "document": document,
                "first": start,
                "last": last,
                "crowd": crowd,
            }
            cursor.execute(_excerpts(), told)
        cursor.execute("SELECT min(id), max(id) FROM crowd_microtask WHERE step_id = %s", [step])
        low, high = cursor.fetchone()
        for start in range(low, high + 1, CHUNK):
            piece = {"step": step, "from": start, "to": start + CHUNK - 1, "first": first}
            cursor.execute(LEND, piece | {"crowd": crowd})
            cursor.execute(SAY, piece)
        cursor.execute("VACUUM ANALYZE")


def _excerpts() -> str:
    """Columns come from the model: those named here, and the defaults of all others."""
    said = {
        "campaign_id": "%(campaign)s",
        "document_id": "%(document)s",
        "kind": "'row'",
        "position": "n",
        "cells": "jsonb_build_array('Text number ' || n || '.')",
    }
    names, values = [], []
    for field in Excerpt._meta.concrete_fields:
        if field.primary_key:
            continue
        names.append(f'"{field.column}"')
        values.append(said.get(field.column) or _default(field))
    return FILL.format(excerpt_columns=", ".join(names), excerpt_values=", ".join(values))


def _default(field: object) -> str:
    value = field.get_default()  # type: ignore[attr-defined]
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value + "'"
    if isinstance(value, (list, dict)):
        return "'[]'" if isinstance(value, list) else "'{}'"
    return str(value)
