"""Certificates: hours and confirmed answers, as they stood when someone asked.

How hours are estimated: for each answer, the time from when its excerpt was lent, or from the
answer before if that came later, until it was given; at most ten minutes of it, so that a break
does not count; no minute twice. Answers from several devices at once share their time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import get_random_string

from crowd.models import Answer, Campaign, Certificate, Contributor
from crowd.rules.problems import Problem
from crowd.services import contributors, points

LONGEST_NAME = 80
CODE_LENGTH = 16
MOST_MINUTES = 10  # that count of one answer


@dataclass(frozen=True, kw_only=True)
class Given:
    """What someone has given.

    Attributes:
        minutes: estimated, see above.
        first_day, last_day: of their answers (UTC).
    """

    minutes: int
    answers: int
    confirmed: int
    first_day: date
    last_day: date


def of(*, contributor: Contributor, campaign: Campaign | None = None) -> Given | None:
    """What someone has given, in one campaign or in all; None before their first answer."""
    person = contributors.person_ids(contributor=contributor)
    seconds, first, last = _time(person, campaign)
    if first is None or last is None:
        return None
    done = points.summary(contributor=contributor, campaign=campaign)
    return Given(
        minutes=round(seconds / 60),
        answers=done.given,
        confirmed=done.confirmed,
        first_day=first.date(),
        last_day=last.date(),
    )


@transaction.atomic
def make(
    *, contributor: Contributor, campaign: Campaign | None, bearer: str, now: datetime
) -> Certificate:
    """A certificate of what stands now, in the name that was typed.

    Raises:
        Problem: no name or too long a one, or nothing to certify yet.
    """
    name = contributors.plain_name(bearer)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Problem("certificate_name", most=LONGEST_NAME)
    given = of(contributor=contributor, campaign=campaign)
    if given is None:
        raise Problem("certificate_empty")
    return Certificate.objects.create(
        code=get_random_string(CODE_LENGTH),
        contributor=contributor,
        campaign=campaign,
        bearer=name,
        minutes=given.minutes,
        answers=given.answers,
        confirmed=given.confirmed,
        first_day=given.first_day,
        last_day=given.last_day,
        made_at=now,
    )


def by_code(*, code: str) -> Certificate | None:
    """The certificate that a link leads to."""
    return Certificate.objects.filter(code=code).select_related("campaign").first()


def made_by(*, contributor: Contributor) -> QuerySet[Certificate]:
    """One's own certificates, the newest first."""
    person = contributors.person_ids(contributor=contributor)
    found = Certificate.objects.filter(contributor__in=person).select_related("campaign")
    return found.order_by("-made_at", "-pk")


def is_of(certificate: Certificate, *, contributor: Contributor) -> bool:
    """Whether it is this person's own."""
    return certificate.contributor_id in contributors.person_ids(contributor=contributor)


def campaigns_of(*, contributor: Contributor) -> QuerySet[Campaign]:
    """The campaigns someone has answered in, which a certificate can be about."""
    person = contributors.person_ids(contributor=contributor)
    given = Answer.objects.filter(contributor__in=person, microtask__campaign=OuterRef("pk"))
    return Campaign.objects.visible().filter(Exists(given))


def hours(certificate: Certificate) -> float:
    """In quarters of an hour, as a certificate says them."""
    return round(certificate.minutes / 15) / 4


def take_back(*, contributor: Contributor, code: str) -> None:
    """Withdraw one's own certificate: its link shows nothing any more."""
    person = contributors.person_ids(contributor=contributor)
    Certificate.objects.filter(contributor__in=person, code=code).delete()


def _time(
    person: Sequence[int], campaign: Campaign | None
) -> tuple[float, datetime | None, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH given AS (
                SELECT w.given_at, a.lent_at,
                    lag(w.given_at) OVER (ORDER BY w.given_at, w.id) AS before
                FROM crowd_answer w
                JOIN crowd_assignment a ON a.id = w.assignment_id
                JOIN crowd_microtask m ON m.id = w.microtask_id
                WHERE w.contributor_id = ANY(%(person)s) AND w.set_aside_reason <> 'held'
                  AND (%(campaign)s::bigint IS NULL OR m.campaign_id = %(campaign)s::bigint)
            )
            SELECT coalesce(sum(least(%(most)s, greatest(0,
                extract(epoch FROM given_at - greatest(lent_at, coalesce(before, lent_at)))))), 0),
                min(given_at), max(given_at)
            FROM given
            """,
            {
                "person": list(person),
                "campaign": campaign.pk if campaign else None,
                "most": MOST_MINUTES * 60,
            },
        )
        seconds, first, last = cursor.fetchone()
    return float(seconds), first, last
