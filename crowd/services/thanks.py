"""Thanks: a campaign's word to everyone who took part, on their page and by mail."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse

from crowd import later
from crowd.models import Answer, Campaign, Contributor, Thanks, User
from crowd.models.mails import Topic
from crowd.rules.problems import Problem
from crowd.services import announcements, contributors, game, mails

NAME = "tasks.announcements.thank"
LONGEST = 1000
SHOWN = 3  # of the newest, on someone's page


@transaction.atomic
def say(*, campaign: Campaign, author: User, words: str, now: datetime) -> Thanks:
    """Thank everyone whose answers count in a campaign; mails follow.

    Raises:
        Problem: no words, or too many.
    """
    words = words.strip()
    if not 1 <= len(words) <= LONGEST:
        raise Problem("thanks_length", most=LONGEST)
    people = Answer.objects.counting().filter(microtask__campaign=campaign)
    said = Thanks.objects.create(
        campaign=campaign,
        words=words,
        author=author,
        people=people.values("contributor").distinct().count(),
        made_at=now,
    )
    later.nudge(NAME, queue="default")
    return said


def audience(*, said: Thanks) -> QuerySet[User]:
    """Accounts that may get it by mail: they agreed to a campaign's news."""
    return announcements.audience(campaign=said.campaign).select_related("contributor")


def _by_mail(said: Thanks) -> list[User]:
    """Who gets it by mail: thanks are of the game, which site, campaign, person or an experiment
    can switch off. It is read on one's page all the same.
    """
    return [
        user
        for user in audience(said=said)
        if game.shown_to(contributor=user.contributor, campaign=said.campaign).points
    ]


def send_all(*, now: datetime) -> int:
    """Write the mails of every thank-you that has none yet.

    Returns:
        How many thank-yous there were.
    """
    later.woken(NAME)
    waiting = list(Thanks.objects.filter(sent_to=None).order_by("pk"))
    for said in waiting:
        _send(said, now)
    return len(waiting)


@transaction.atomic
def _send(said: Thanks, now: datetime) -> None:
    # Rival: another worker at the same mails.
    held = Thanks.objects.select_for_update(skip_locked=True, of=("self",))
    found = held.select_related("campaign").filter(pk=said.pk, sent_to=None).first()
    if found is None:
        return
    people: Sequence[User] = _by_mail(found) if mails.can_send() else []
    for user in people:
        mails.send(
            to=user,
            template="thanks",
            context={
                "campaign": found.campaign.title,
                "text": found.words,
                "link": reverse("campaign", args=[found.campaign.slug]),
            },
            language=user.contributor.language,
            topic=Topic.ANNOUNCEMENTS,
            key=f"thanks-{found.pk}-{user.pk}",
            now=now,
        )
    found.sent_to = len(people)
    found.save(update_fields=["sent_to"])


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
