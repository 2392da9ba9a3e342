"""Finds: "look at this!", with a sentence that says why; the team looks before anyone else."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from crowd.models import Campaign, Contributor, Excerpt, Find, User
from crowd.models.badges import BadgeKind
from crowd.models.finds import FindState
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import badges, contributors

MOST_WAITING = 10  # finds of one person that nobody has looked at yet
SHORTEST, LONGEST = 3, 280  # characters


def mark(*, excerpt: Excerpt, contributor: Contributor, sentence: str, now: datetime) -> Find:
    """Say "look at this!". Said again of the same excerpt, the sentence is replaced, and waits.

    Raises:
        Problem: `find_length`, `find_with_address`, `finds_too_many`.
    """
    words = " ".join(storable(sentence).split())
    if not SHORTEST <= len(words) <= LONGEST:
        raise Problem("find_length", least=SHORTEST, most=LONGEST)
    if "://" in words or "www." in words.lower():
        raise Problem("find_with_address")
    with transaction.atomic():
        # Rivals: this person's other tabs; how many of theirs wait is counted below.
        person = contributors.hold(contributor_id=contributor.pk)
        mine = Find.objects.filter(contributor__in=person)
        known = mine.filter(excerpt=excerpt).first()
        if known is not None:
            return _say_otherwise(known, words, now)
        if mine.waiting().count() >= MOST_WAITING:
            raise Problem("finds_too_many", most=MOST_WAITING)
        return Find.objects.create(
            excerpt=excerpt, contributor_id=person[0], sentence=words, made_at=now
        )


def take_back(*, find: Find, contributor: Contributor) -> bool:
    """Delete one's own find; False when it is someone else's."""
    person = contributors.person_ids(contributor=contributor)
    deleted, _ = Find.objects.filter(pk=find.pk, contributor__in=person).delete()
    if deleted:
        badges.look_again(contributor_ids=person, kind=BadgeKind.GLEANER)
    return bool(deleted)


def shown(*, campaign: Campaign) -> QuerySet[Find]:
    """What the campaign shows, newest first, with what a page shows of each."""
    return _loaded(Find.objects.public().filter(excerpt__campaign=campaign)).order_by(
        "-decided_at", "-pk"
    )


def waiting(*, campaign: Campaign) -> QuerySet[Find]:
    """What the team is to look at, oldest first."""
    found = Find.objects.waiting().filter(excerpt__campaign=campaign, excerpt__hidden_at=None)
    return _loaded(found).order_by("made_at", "pk")


def decide(*, find: Find, show: bool, by: User | None, now: datetime) -> None:
    """Show a find, or not; either can be taken back by deciding again."""
    state = FindState.SHOWN if show else FindState.HIDDEN
    Find.objects.filter(pk=find.pk).update(state=state.value, decided_by=by, decided_at=now)
    badges.look_again(contributor_ids=[find.contributor_id], kind=BadgeKind.GLEANER)


def of_person(*, excerpt: Excerpt, contributor: Contributor) -> Find | None:
    """What this person said of an excerpt."""
    person = contributors.person_ids(contributor=contributor)
    return Find.objects.filter(excerpt=excerpt, contributor__in=person).first()


def _say_otherwise(find: Find, words: str, now: datetime) -> Find:
    if find.sentence != words:
        find.sentence, find.made_at = words, now
        find.state, find.decided_at, find.decided_by = FindState.WAITING, None, None
        find.save()
        badges.look_again(contributor_ids=[find.contributor_id], kind=BadgeKind.GLEANER)
    return find


def _loaded(found: QuerySet[Find]) -> QuerySet[Find]:
    return found.select_related("excerpt__document", "excerpt__campaign", "contributor")
