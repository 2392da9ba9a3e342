"""Comments on targets: written by anyone, read by the campaign's team before anyone else."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from crowd.models import Campaign, Comment, Contributor, Excerpt, User
from crowd.models.targets import CommentState
from crowd.rules.problems import Problem
from crowd.services import changes, contributors

LONGEST = 2000
HOUR = timedelta(hours=1)


@transaction.atomic
def write(*, excerpt: Excerpt, contributor: Contributor, text: str, now: datetime) -> Comment:
    """Keep a comment for the team to read.

    Raises:
        Problem: it is empty or too long, or too many came within the hour.
    """
    said = text.strip()
    if not said:
        raise Problem("comment_missing")
    if len(said) > LONGEST:
        raise Problem("text_too_long", length=len(said), most=LONGEST)
    # Rival: a double click, which would write it twice.
    person = contributors.hold(contributor_id=contributor.pk)
    recent = Comment.objects.filter(contributor__in=person, made_at__gt=now - HOUR)
    known = recent.filter(excerpt=excerpt, text=said).first()
    if known is not None:
        return known
    if recent.count() >= settings.TAMIS_COMMENTS_PER_HOUR:
        raise Problem("comments_too_many", most=settings.TAMIS_COMMENTS_PER_HOUR)
    return Comment.objects.create(excerpt=excerpt, contributor_id=person[0], text=said, made_at=now)


def of_target(*, excerpt: Excerpt, contributor: Contributor | None) -> QuerySet[Comment]:
    """What anyone may read of a target, and what this person wrote, the oldest first."""
    shown = Comment.objects.published().filter(excerpt=excerpt)
    if contributor is not None:
        person = contributors.person_ids(contributor=contributor)
        shown = shown | Comment.objects.waiting().filter(excerpt=excerpt, contributor__in=person)
    return shown.select_related("contributor").order_by("made_at", "pk")


def waiting(*, campaign: Campaign) -> QuerySet[Comment]:
    """What the team has to read, the oldest first."""
    unread = Comment.objects.waiting().filter(excerpt__campaign=campaign)
    return unread.select_related("excerpt__document", "contributor").order_by("made_at", "pk")


def publish(*, comment: Comment, by: User | None, now: datetime) -> None:
    """Show a comment to everyone; also one that was hidden."""
    _decide(comment, CommentState.PUBLISHED, by, now=now)


def hide(*, comment: Comment, by: User | None, now: datetime) -> None:
    """Show a comment to nobody; it is kept for the team."""
    _decide(comment, CommentState.HIDDEN, by, now=now)


def forget(*, contributor_ids: Collection[int]) -> None:
    """Delete all that these people wrote."""
    Comment.objects.filter(contributor__in=contributor_ids).delete()


@transaction.atomic
def _decide(comment: Comment, state: CommentState, by: User | None, *, now: datetime) -> None:
    # Rival: another of the team. Who comes later decides.
    held = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if held.state == state:
        return
    held.state, held.decided_at, held.decided_by = state, now, by
    held.save(update_fields=["state", "decided_at", "decided_by"])
    changes.record(
        campaign=held.excerpt.campaign,
        user=by,
        what=f"comment.{state.value}",
        details={"excerpt": held.excerpt_id},
        now=now,
    )
