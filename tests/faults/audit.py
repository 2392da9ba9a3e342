"""What the database says after the storm, as JSON: `python -m tests.faults.audit SLUG ASKED`."""

import json
import sys
from collections import Counter

import django

django.setup()

from django.db.models import Count, Q, Sum  # noqa: E402

from crowd.models import Answer, Award, Campaign  # noqa: E402


def audit(slug: str, asked: int) -> dict[str, object]:
    """Everything the rules promise, counted."""
    campaign = Campaign.objects.get(slug=slug)
    answers = Answer.objects.filter(microtask__campaign=campaign)
    microtasks = campaign.microtasks.annotate(
        counting=Count("answers", filter=Q(answers__set_aside_at=None), distinct=True)
    )
    verdicts = Count("verdicts", filter=Q(verdicts__is_current=True), distinct=True)
    concluded = campaign.microtasks.exclude(state="open").annotate(current=verdicts)
    # Under a veil points would tell: they are given when the campaign closes.
    settled = answers.counting().filter(microtask__state="settled", microtask__veiled=False)
    totals = (
        Award.objects.filter(campaign=campaign).values_list("contributor").annotate(Sum("points"))
    )
    return {
        "stored": Counter(str(pk) for pk in answers.values_list("pk", flat=True)),
        "unread": answers.waiting().count(),
        "surplus": microtasks.filter(counting__gt=asked).count(),
        "open": campaign.microtasks.filter(state="open").count(),
        "concluded_without_verdict": concluded.exclude(current=1).count(),
        "settled_answers_without_award": settled.filter(awards=None).count(),
        "totals": {str(person): str(total) for person, total in totals.order_by("contributor")},
    }


if __name__ == "__main__":
    print(json.dumps(audit(sys.argv[1], int(sys.argv[2]))))
