"""Drafts: what is typed is kept while it is typed, until it is answered.

Nothing here is on the way of an answer: a draft whose assignment was answered is not read any
more, and a sweep forgets it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from crowd.models import Assignment, Contributor, Draft
from crowd.rules.lifecycle import AssignmentState
from crowd.rules.problems import Problem
from crowd.services import contributors

Typed = Mapping[str, Sequence[str]]
"""Name of an input → all that was typed or ticked under it."""

UNANSWERED = (AssignmentState.LENT.value, AssignmentState.EXPIRED.value)
LONGEST = 100_000  # characters of one draft
KEPT = timedelta(days=60)  # since it was last written


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A draft that was saved, and the one it replaced if whoever saved had not seen that."""

    draft: Draft
    overtaken: Typed | None = None


@transaction.atomic
def save(*, assignment: Assignment, fields: Typed, seen: int, now: datetime) -> Kept | None:
    """Keep what is typed: the newest wins.

    Args:
        seen: the revision that the page knows; 0 for none.

    Returns:
        None when there is nothing to answer any more: answered, passed or given back.

    Raises:
        Problem: `draft_too_long`.
    """
    typed = {name: list(values) for name, values in fields.items()}
    if sum(len(value) for values in typed.values() for value in values) > LONGEST:
        raise Problem("draft_too_long", most=LONGEST)
    # Rivals: other tabs and devices saving theirs, and the answer itself.
    held = Assignment.objects.select_for_update(of=("self",), no_key=True).get(pk=assignment.pk)
    if held.state not in UNANSWERED:
        return None
    before = Draft.objects.filter(assignment=held).first()
    revision = before.revision + 1 if before else 1
    if before and before.fields == typed:
        revision = before.revision
    draft, _ = Draft.objects.update_or_create(
        assignment=held, defaults={"fields": typed, "revision": revision, "written_at": now}
    )
    unseen = before is not None and before.revision != seen and before.fields != typed
    return Kept(draft=draft, overtaken=before.fields if before and unseen else None)


def of_assignment(*, assignment: Assignment) -> Draft | None:
    """What was typed and not sent of this one."""
    if assignment.state not in UNANSWERED:
        return None
    return Draft.objects.filter(assignment=assignment.pk).first()


def of_contributor(*, contributor: Contributor) -> list[Draft]:
    """All that this person has begun, the newest first, with what a page tells of each."""
    begun = Draft.objects.filter(
        assignment__contributor__in=contributors.person_ids(contributor=contributor),
        assignment__state__in=UNANSWERED,
        assignment__microtask__excerpt__hidden_at=None,
    )
    loaded = begun.select_related(
        "assignment__microtask__campaign",
        "assignment__microtask__step",
        "assignment__microtask__excerpt__document",
    )
    return list(loaded.order_by("-written_at"))


def discard(*, assignment: Assignment) -> None:
    """Forget what was typed of one."""
    Draft.objects.filter(assignment=assignment.pk).delete()


def forget(*, contributor_ids: Collection[int]) -> int:
    """Forget all that these contributors have typed and not sent; how many there were."""
    return Draft.objects.filter(assignment__contributor__in=contributor_ids).delete()[0]


def sweep(*, now: datetime) -> int:
    """Forget what was answered since, and what nobody came back to; how many."""
    done = Draft.objects.exclude(assignment__state__in=UNANSWERED).delete()[0]
    return done + Draft.objects.filter(written_at__lt=now - KEPT).delete()[0]
