"""Badges: given after the cross-check, by rules over rows that anyone may read (`deeds`)."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from crowd import valkey
from crowd.models import Answer, Badge, Contributor, Find, Review, Welcome
from crowd.models.badges import BadgeKind
from crowd.services import contributors, deeds, notes

Done = tuple[int, datetime, int | None, int | None]
"""Person, when, verdict, campaign."""

AT_ONCE = 1000  # people looked at in one statement
TIMES = 20  # what took t rests for 20 t: badges are a twentieth of one worker's work at most
BRIEF = 0.5  # seconds; what is done sooner need not rest


@dataclass(frozen=True, kw_only=True)
class Place:
    """One badge on someone's page: theirs, or one they may still earn."""

    kind: BadgeKind
    badge: Badge | None


def give(*, contributor_ids: Iterable[int]) -> int:
    """Give these people the badges they have earned and do not have yet. Safe to run twice.

    Returns:
        How many were new.
    """
    people = sorted(set(contributors.people(contributor_ids=contributor_ids).values()))
    return sum(_give(people[start : start + AT_ONCE]) for start in range(0, len(people), AT_ONCE))


def give_noted() -> int:
    """Give whoever had news what they have earned, and tell those who got any.

    What that took, it rests for `TIMES` as long: until then, notes gather.
    """
    resting = valkey.key("badges-rest")
    if valkey.client().exists(resting) or not (noted := notes.take("deeds")):
        return 0
    began = time.monotonic()
    before = set(_of_people(noted))
    given = give(contributor_ids=noted)
    after = set(_of_people(noted))
    if told := {person for person, _ in after - before}:
        notes.tell_again(contributor_ids=told)
    took = time.monotonic() - began
    if took > BRIEF:
        valkey.client().set(resting, 1, px=int(1000 * TIMES * took))
    return given


def _of_people(contributor_ids: Iterable[int]) -> QuerySet[Badge, tuple[int, str]]:
    people = contributors.people(contributor_ids=contributor_ids).values()
    return Badge.objects.filter(contributor__in=people).values_list("contributor_id", "kind")


def look_again(*, contributor_ids: Iterable[int], kind: BadgeKind) -> None:
    """Take back a badge that may have lost its ground, and note these people: whoever still has a
    deed for it is given it again.
    """
    people = sorted(set(contributors.people(contributor_ids=contributor_ids).values()))
    Badge.objects.filter(contributor__in=people, kind=kind).delete()
    notes.note(contributor_ids=people)


def rebuild() -> int:
    """Take all badges back and give them anew, from the rows they were given for.

    Returns:
        How many there are.
    """
    with transaction.atomic():
        Badge.objects.all().delete()
        return sum(_give(people) for people in _everyone())


def catch_up() -> int:
    """Give what was not noticed: a campaign's outcome published, a note lost with Valkey."""
    return sum(_give(people) for people in _everyone())


def of(*, contributor: Contributor | None) -> list[Place]:
    """Every badge there is, in order, with this person's where they have it."""
    person = contributors.person_ids(contributor=contributor)[:1] if contributor else []
    earned = Badge.objects.filter(contributor__in=person).select_related("campaign", "verdict")
    mine = {badge.kind: badge for badge in earned}
    return [Place(kind=kind, badge=mine.get(kind)) for kind in BadgeKind if kind in deeds.SELECTS]


def _everyone() -> Iterator[Sequence[int]]:
    ids = set(Answer.objects.values_list("contributor_id", flat=True).distinct())
    ids |= set(Welcome.objects.values_list("inviter_id", flat=True))
    ids |= set(Find.objects.public().values_list("contributor_id", flat=True))
    reviewers = Review.objects.exclude(reviewer=None).values("reviewer")
    ids |= set(Contributor.objects.filter(user__in=reviewers).values_list("pk", flat=True))
    people = sorted(set(contributors.people(contributor_ids=ids).values()))
    for start in range(0, len(people), AT_ONCE):
        yield people[start : start + AT_ONCE]


def _give(people: Sequence[int]) -> int:
    has: dict[str, set[int]] = {}
    for kind, person in Badge.objects.filter(contributor__in=people).values_list(
        "kind", "contributor_id"
    ):
        has.setdefault(kind, set()).add(person)
    guests = Contributor.objects.filter(joined_into__in=people).values_list("pk", "joined_into_id")
    speak = [*((person, person) for person in people), *guests]
    given = 0
    for kind, select in deeds.SELECTS.items():
        lacking = [pair for pair in speak if pair[1] not in has.get(kind, ())]
        made = [
            Badge(
                contributor_id=person,
                kind=kind,
                verdict_id=verdict,
                campaign_id=campaign,
                earned_at=earned_at,
            )
            for person, earned_at, verdict, campaign in _done(select, lacking)
        ]
        # Rival: another worker giving the same badge; one of the two rows stays.
        Badge.objects.bulk_create(made, ignore_conflicts=True)
        given += len(made)
    return given


def _done(select: str, speak: Sequence[tuple[int, int]]) -> Sequence[Done]:
    if not speak:
        return []
    contributor_ids, people = zip(*speak, strict=True)
    named: dict[str, Any] = {
        "contributors": list(contributor_ids),
        "people": list(people),
        **deeds.NUMBERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(deeds.WITH + select, named | deeds.NUMBERS)
        rows: list[Done] = cursor.fetchall()
    return rows
