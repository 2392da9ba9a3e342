"""What the benchmark needs of the database: a campaign to play on, and an audit afterwards."""

import json
import sys

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from crowd import valkey  # noqa: E402
from crowd.models import Answer, Award, Campaign, Document, Excerpt, MicroTask  # noqa: E402
from crowd.rules.lifecycle import CampaignState  # noqa: E402
from crowd.services import campaigns, openings, queues  # noqa: E402
from tests.bench import filling, spending  # noqa: E402
from tests.bench.urls import TABLE  # noqa: E402

AT_ONCE = 5000


def campaign(slug: str, microtasks: int, asked: int) -> None:
    """An open campaign of one yes/no/maybe question about so many short texts."""
    made, document = _draft(slug, microtasks, asked)
    for start in range(0, microtasks, AT_ONCE):
        positions = range(start + 1, min(start + AT_ONCE, microtasks) + 1)
        excerpts = Excerpt.objects.bulk_create(
            Excerpt(
                campaign=made,
                document=document,
                kind="row",
                position=n,
                cells=[f"Text number {n}."],
            )
            for n in positions
        )
        openings.for_excerpts(campaign=made, excerpts=excerpts)
    _open(made)


def filled(slug: str, microtasks: int, asked: int) -> None:
    """The same, with two answers already given to each."""
    made, document = _draft(slug, microtasks, asked)
    filling.fill(
        campaign=made.pk,
        step=made.steps.get().pk,
        document=document.pk,
        microtasks=microtasks,
        crowd=max(100, microtasks // 100),
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _open(made)


def _draft(slug: str, microtasks: int, asked: int) -> tuple[Campaign, Document]:
    options = [{"value": value, "label": value} for value in ("y", "n", "m")]
    question = {"key": "what", "kind": "choice", "label": "What?", "options": options}
    step = {
        "key": "read",
        "title": "Read",
        "agree": asked,
        "at_most": asked,
        "questions": [question],
    }
    made = campaigns.set_up(
        description={"slug": slug, "title": slug, "steps": [step]}, owner=None, now=timezone.now()
    )
    document = Document.objects.create(
        campaign=made,
        name="bench.csv",
        media_type="text/csv",
        sha256=slug,
        byte_size=0,
        state="split",
        pages_known=microtasks,
        pages_done=microtasks,
        columns=["text"],
        received_at=timezone.now(),
    )
    return made, document


def _open(made: Campaign) -> None:
    campaigns.move(campaign=made, state=CampaignState.OPEN, now=timezone.now())
    queues.refill_all()
    with connection.cursor() as cursor:
        cursor.execute(TABLE)  # of the floor view
    print(made.microtasks.order_by("pk").values_list("pk", flat=True)[0])


def unread(slug: str) -> None:
    """Print how many answers the cross-check has not read yet."""
    waiting = Answer.objects.waiting().filter(microtask__campaign__slug=slug)
    print(waiting.count())


def audit(slug: str, asked: int) -> None:
    """Print what is there: answers, surplus beyond the policy, verdicts, awards, what waits."""
    made = Campaign.objects.get(slug=slug)
    answers = Answer.objects.filter(microtask__campaign=made)
    full = MicroTask.objects.filter(campaign=made).annotate(
        n=Count("answers", filter=Q(answers__set_aside_at=None))
    )
    print(
        json.dumps(
            {
                "answers": answers.count(),
                "surplus": sum(row.n - asked for row in full.filter(n__gt=asked)),
                "stuck": sum(row.state == "open" and row.n >= asked for row in full)
                if not answers.waiting().exists()
                else 0,
                "unread": answers.waiting().count(),
                "verdicts": made.microtasks.filter(verdicts__is_current=True).count(),
                "awards": Award.objects.filter(campaign=made).count(),
            }
        )
    )


def spent() -> None:
    """Print what each Celery task has cost so far."""
    print(json.dumps(spending.told(valkey.client())))


if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    known = {"campaign": campaign, "filled": filled, "audit": audit, "unread": unread}
    if name == "spent":
        spent()
    else:
        known[name](rest[0], *map(int, rest[1:]))
