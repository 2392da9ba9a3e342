"""A campaign of any size, written by PostgreSQL itself: every micro-task has two answers of a crowd
and waits for its third.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

from crowd.models import Answer, Assignment, Contributor, Excerpt, MicroTask

FILL = """
WITH made AS (INSERT INTO crowd_excerpt {excerpts} RETURNING id, position)
INSERT INTO crowd_microtask {microtasks}
"""
CROWD = "INSERT INTO crowd_contributor {people} RETURNING id"
LEND = "INSERT INTO crowd_assignment {leases}"
SAY = "INSERT INTO crowd_answer {answers}"
THESE = "m.step_id = %(step)s AND m.id BETWEEN %(from)s AND %(to)s"
CHUNK = 50_000


def fill(*, campaign: int, step: int, document: int, microtasks: int, crowd: int) -> None:
    """Write so many micro-tasks of one step, each with two answers that have been read."""
    with connection.cursor() as cursor:
        cursor.execute(_crowd(), {"crowd": crowd})
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
            cursor.execute(excerpts(), told)
        cursor.execute("SELECT min(id), max(id) FROM crowd_microtask WHERE step_id = %s", [step])
        low, high = cursor.fetchone()
        for start in range(low, high + 1, CHUNK):
            piece = {"step": step, "from": start, "to": start + CHUNK - 1, "first": first}
            cursor.execute(_leases(), piece | {"crowd": crowd})
            cursor.execute(_answers(), piece)


def excerpts() -> str:
    """Write excerpts `first` to `last` of a document, each with its micro-task."""
    cells = "jsonb_build_array('Text number ' || n || '.')"
    place = {"campaign": "%(campaign)s", "document": "%(document)s", "position": "n"}
    of_step = {"campaign": "%(campaign)s", "step": "%(step)s", "excerpt": "id", "needs": "1"}
    rank = "%(document)s::bigint * 10000000 + position"
    return FILL.format(
        excerpts=_rows(
            Excerpt,
            place | {"kind": "'row'", "cells": cells},
            "generate_series(%(first)s, %(last)s) AS n",
        ),
        microtasks=_rows(MicroTask, of_step | {"state": "'open'", "rank": rank}, "made"),
    )


def _crowd() -> str:
    each = {"public_id": "gen_random_uuid()", "kind": "'guest'", "language": "'fr'"}
    return CROWD.format(
        people=_rows(Contributor, each | {"made_at": "now()"}, "generate_series(1, %(crowd)s)")
    )


def _leases() -> str:
    person = "%(first)s + (m.id * 7 + k * 13) %% %(crowd)s"
    times = {
        "lent_at": "now() - interval '1 day'",
        "due_at": "now() - interval '1 hour'",
        "closed_at": "now() - interval '1 hour'",
    }
    each = {"microtask": "m.id", "contributor": person, "state": "'answered'", "weight": "1"}
    source = f"crowd_microtask m, generate_series(0, 1) AS k WHERE {THESE}"
    return LEND.format(leases=_rows(Assignment, each | times, source))


def _answers() -> str:
    each = {
        "id": "gen_random_uuid()",
        "microtask": "a.microtask_id",
        "contributor": "a.contributor_id",
        "assignment": "a.id",
        "values": '\'{"what": "y"}\'::jsonb',
        "given_at": "a.closed_at",
        "counted_at": "a.closed_at",
    }
    source = f"crowd_assignment a JOIN crowd_microtask m ON m.id = a.microtask_id WHERE {THESE}"
    return SAY.format(answers=_rows(Answer, each, source))


def _rows(model: type[Model], said: Mapping[str, str], source: str) -> str:
    """Columns and their SELECT: what is said here, and the model's defaults of all others."""
    names, values = [], []
    for field in model._meta.concrete_fields:
        if field.name in said or not field.primary_key:
            names.append(f'"{field.column}"')
            values.append(said.get(field.name) or _default(field))
    return f"({', '.join(names)}) SELECT {', '.join(values)} FROM {source}"


def _default(field: Any) -> str:
    value = field.get_default()
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value + "'"
    if isinstance(value, (list, dict)):
        return "'[]'" if isinstance(value, list) else "'{}'"
    return str(value)
