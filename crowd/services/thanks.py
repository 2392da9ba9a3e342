"""Thanks: a campaign's word to everyone who took part, on their page."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from crowd.models import Answer, Campaign, Contributor, Thanks, User
from crowd.rules.problems import Problem
from crowd.services import contributors

LONGEST = 1000
SHOWN = 3  # of the newest, on someone's page


@transaction.atomic
def say(*, campaign: Campaign, author: User, words: str, now: datetime) -> Thanks:
    """Thank everyone whose answers count in a campaign.

    Raises:
        Problem: no words, or too many.
    """
    words = words.strip()
    if not 1 <= len(words) <= LONGEST:
        raise Problem("thanks_length", most=LONGEST)
    people = Answer.objects.counting().filter(microtask__campaign=campaign)
    return Thanks.objects.create(
        campaign=campaign,
        words=words,
        author=author,
        people=people.values("contributor").distinct().count(),
        made_at=now,
    )


def to(*, contributor: Contributor) -> Sequence[Thanks]:
    """What campaigns said to this person, the newest first: those they had answered in by then."""
    person = contributors.person_ids(contributor=contributor)
    took_part = Answer.objects.counting().filter(
        contributor__in=person,
        microtask__campaign=OuterRef("campaign"),
        given_at__lte=OuterRef("made_at"),
    )
    said = Thanks.objects.filter(Exists(took_part)).select_related("campaign")
    return list(said.order_by(F("made_at").desc(), "-pk")[:SHOWN])
