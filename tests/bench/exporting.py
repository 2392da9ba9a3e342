"""The bench of exports on the database's side: verdicts by the million, and plain COPY."""

import json
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from crowd.models import Campaign, Document  # noqa: E402
from crowd.services import flat_table  # noqa: E402
from tests.bench import database, filling  # noqa: E402

VERDICTS = """
INSERT INTO crowd_verdict (microtask_id, step_id, revision, is_current, outcome, values, confidence,
    answers_count, rule_version, probabilities, made_at)
SELECT m.id, m.step_id, 1, true, 'settled', jsonb_build_object('what', jsonb_build_object(
    'value', (ARRAY['y','n','m'])[1 + m.id %% 3], 'outcome', 'settled', 'confidence', 0.9731,
    'support', 2, 'answers', 2)), 0.9731, 2, 'posterior-1', '{}', now()
FROM crowd_microtask m WHERE m.step_id = %s
"""


def verdicts(slug: str, microtasks: int, answers: str) -> None:
    """A campaign whose micro-tasks are all settled; with their two answers each, if wanted."""
    if answers == "yes":
        database.filled(slug, microtasks, 2)
        made = Campaign.objects.get(slug=slug)
    else:
        made, document = database._draft(slug, microtasks, 2)
        _excerpts(made, document, microtasks)
        made.state, made.opened_at = "open", timezone.now()
        made.save()
    step = made.steps.get().pk
    with connection.cursor() as cursor:
        cursor.execute(VERDICTS, [step])
        settled = "UPDATE crowd_microtask SET state = 'settled', needs = 0 WHERE step_id = %s"
        cursor.execute(settled, [step])
        cursor.execute("VACUUM ANALYZE")


def _excerpts(made: Campaign, document: Document, microtasks: int) -> None:
    with connection.cursor() as cursor:
        for start in range(1, microtasks + 1, filling.CHUNK):
            last = min(start + filling.CHUNK - 1, microtasks)
            told = {"campaign": made.pk, "step": made.steps.get().pk, "document": document.pk}
            cursor.execute(filling.excerpts(), told | {"first": start, "last": last})


def copied(slug: str) -> dict[str, float]:
    """Seconds of COPY alone, without HTTP: of the same statement, and of a table of its rows."""
    campaign = Campaign.objects.get(slug=slug)
    query = flat_table._table(campaign, flat_table.layout(campaign))
    named = query.replace("SELECT e.id,", "SELECT e.id AS excerpt,")
    found = {"copy_query_s": _seconds(f"COPY ({named}) TO STDOUT (FORMAT csv)")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crowd_excerpt WHERE campaign_id = %s", [campaign.pk])
        found["rows"] = cursor.fetchone()[0]
        names = ", ".join(f"c{n}" for n in range(len(flat_table.layout(campaign))))
        cursor.execute(f"CREATE TABLE bench_rows({names}) AS {query}")
    found["copy_table_s"] = _seconds("COPY bench_rows TO STDOUT (FORMAT csv)")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_rows")
    return found


def _seconds(sql: str) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(sql) as copying:
        for _ in copying:
            pass
    return round(time.perf_counter() - began, 2)


if __name__ == "__main__":
    what, slug, *rest = sys.argv[1:]
    if what == "verdicts":
        verdicts(slug, int(rest[0]), rest[1])
    else:
        print(json.dumps(copied(slug)))
