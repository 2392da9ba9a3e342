"""What counting a campaign of a million answers costs, and what its dashboard does.

    python -m tests.bench.rollups [ANSWERS]

Answers are generated in PostgreSQL: 30 days, a launch spike, 2,000 people, five answers each.
"""

import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django
from django.db import connection, transaction
from django.utils import timezone

from tests import servers

ANSWERS = 1_000_000
EACH = 5
PEOPLE = 2_000


def fill(answers: int) -> int:
    """A campaign with so many answers, past the rules; its number."""
    from crowd.models import Excerpt
    from tests import builders

    made = builders.drive(excerpts=1)
    people = [builders.guest().pk for _ in range(PEOPLE)]
    excerpts = answers // EACH
    Excerpt.objects.bulk_create(
        (
            Excerpt(
                campaign=made.campaign, document=made.document, kind="row", position=n, cells=["r"]
            )
            for n in range(2, excerpts + 1)
        ),
        batch_size=5000,
    )
    named = {"campaign": made.campaign.pk, "step": made.step().pk, "people": people}
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in STATEMENTS:
            cursor.execute(statement, named | {"now": now, "each": EACH})
    made.campaign.opened_at = now - timedelta(days=30)
    made.campaign.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made.campaign.pk


STATEMENTS = [
    """
    INSERT INTO crowd_microtask (campaign_id, step_id, excerpt_id, about, state, needs, rank,
        veiled, disputed)
    SELECT e.campaign_id, %(step)s, e.id, '', 'settled', 0, e.id, false, false
    FROM crowd_excerpt e WHERE e.campaign_id = %(campaign)s
    ON CONFLICT DO NOTHING
    """,
    """
    CREATE TEMPORARY TABLE came ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, m.id AS microtask_id,
        (%(people)s::bigint[])[1 + (m.id * 7 + n * 13) %% array_length(%(people)s::bigint[], 1)]
            AS contributor_id,
        %(now)s::timestamptz - interval '30 days' * power(random(), 0.5) AS given_at
    FROM crowd_microtask m, generate_series(1, %(each)s) n WHERE m.campaign_id = %(campaign)s
    """,
    """
    INSERT INTO crowd_answer (id, microtask_id, contributor_id, assignment_id, "values",
        badly_cut, given_at, counted_at, set_aside_reason)
    SELECT id, microtask_id, contributor_id, 0, '{"q": "a"}', false, given_at, given_at, ''
    FROM (SELECT DISTINCT ON (contributor_id, microtask_id) * FROM came) AS once ORDER BY given_at
    """,
    """
    INSERT INTO crowd_verdict (microtask_id, step_id, revision, is_current, outcome, "values",
        confidence, answers_count, rule_version, probabilities, made_at)
    SELECT m.id, m.step_id, 1, true, 'settled', '{}', 0.99, %(each)s, 'bench', '{}', %(now)s
    FROM crowd_microtask m WHERE m.campaign_id = %(campaign)s
    """,
]


def measure(campaign_id: int) -> None:
    """Print what each costs."""
    from crowd.models import Answer, Campaign
    from crowd.services import dashboards, rollups

    campaign, now = Campaign.objects.get(pk=campaign_id), timezone.now()
    print(f"{Answer.objects.count():,} answers, {campaign.microtasks.count():,} micro-tasks")
    _timed("counted anew", lambda: rollups.count(campaign=campaign, now=now, anew=True))
    later = now + timedelta(minutes=1)
    _timed("counted a minute later", lambda: rollups.count(campaign=campaign, now=later))
    _timed("dashboard, first view", lambda: dashboards.of_campaign(campaign=campaign, now=later))
    _timed("dashboard, next view", lambda: dashboards.of_campaign(campaign=campaign, now=later))


def _timed(what: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    print(f"  {what}: {time.perf_counter() - began:.2f} s")


def main(answers: int) -> None:
    with servers.running():
        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        made = setup_databases(verbosity=0, interactive=False)
        try:
            measure(fill(answers))
        finally:
            teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS)
