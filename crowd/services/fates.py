"""Fates: once a week, what became of the answers of whoever asked to be told by mail."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from crowd.models import User, Verdict, VerdictAnswer
from crowd.models.mails import Topic
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import contributors, mails
from crowd.services.weeks import week_name, week_start

WEEK = timedelta(days=7)


def tell(*, now: datetime) -> int:
    """Write to everyone of whose answers some were confirmed in the week that is over.

    Run every day, it writes once a week all the same: a Monday that was missed is made up for.

    Returns:
        How many mails were written.
    """
    if not mails.can_send():
        return 0
    end = week_start(now)
    agreed = User.objects.filter(
        is_active=True,
        email__isnull=False,
        contributor__isnull=False,
        mail_choices__topic=Topic.CONFIRMED.value,
        mail_choices__agreed=True,
    )
    people = agreed.select_related("contributor").order_by("pk")
    return sum(_tell(user, end=end, now=now) for user in people.iterator())


def _tell(user: User, *, end: datetime, now: datetime) -> bool:
    person = contributors.person_ids(contributor=user.contributor)
    told = _of_week(person, end - WEEK, end)
    if not told["confirmed"]:
        return False  # what was not confirmed waits on their page, without a mail to say so
    mail = mails.send(
        to=user,
        template="fates",
        context={**told, "link": reverse("contributions")},
        language=user.contributor.language,
        topic=Topic.CONFIRMED,
        key=f"fates-{user.pk}-{week_name(end - WEEK)}",
        now=now,
    )
    return mail is not None


def _of_week(person: list[int], start: datetime, end: datetime) -> dict[str, int]:
    """Answers about which a verdict first said so in that week, and may be read."""
    verdicts = Verdict.objects.readable().filter(made_at__gte=start, made_at__lt=end)
    proof = VerdictAnswer.objects.filter(
        answer__contributor__in=person,
        answer__set_aside_at=None,
        answer__microtask__excerpt__hidden_at=None,
        verdict__in=verdicts.exclude(outcome=MicroTaskState.CONTESTED.value),
    )
    # A verdict is revised now and then, and mostly says the same as before.
    before = VerdictAnswer.objects.filter(
        answer=OuterRef("answer"), agrees=OuterRef("agrees"), verdict__made_at__lt=start
    )
    return proof.filter(~Exists(before)).aggregate(
        confirmed=Count("answer", filter=Q(agrees=True), distinct=True),
        against=Count("answer", filter=Q(agrees=False), distinct=True),
    )
