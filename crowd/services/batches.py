"""Batches: twenty micro-tasks at once for who will be without a connection."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from crowd.models import Assignment, Batch, Campaign, Contributor
from crowd.rules.questions import Kind
from crowd.services import assignments, contributors, leases, lending, outlines

SIZE = 20
LENGTH = timedelta(hours=4)


def take_along(
    *,
    contributor: Contributor,
    campaign: Campaign,
    now: datetime,
    size: int = SIZE,
    length: timedelta = LENGTH,
) -> Batch | None:
    """Lend up to `size` micro-tasks at once; the open batch again to who has one already.

    Each is answered as any other assignment, late ones too; a batch counts as none of what its
    person holds while playing online. None: there is nothing for them now.
    """
    if not campaign.is_open:
        return None
    with transaction.atomic():
        # Rival: the same person's other tab or phone. One open batch a person.
        person = contributors.hold(contributor_id=contributor.pk)
        held = _open_of(person)
        if held is not None:
            return held
        batch = Batch.objects.create(
            campaign=campaign, contributor_id=person[0], lent_at=now, due_at=now + length
        )
        # A file is too much to keep until there is a connection.
        steps = [
            step
            for step in assignments.steps_of(campaign=campaign, contributor=contributor)
            if all(question.kind != Kind.UPLOAD.value for question in step.questions.all())
        ]
        lent = 0
        for step in steps:
            lent += lending.lend_many(
                step=step, person=person, batch=batch, now=now, most=size - lent
            )
        if not lent:
            batch.delete()
            return None
        return batch


def of_contributor(*, contributor: Contributor) -> Batch | None:
    """The open batch of this person: one of which something is still to be answered."""
    return _open_of(contributors.person_ids(contributor=contributor))


def contents(*, batch: Batch) -> list[Assignment]:
    """What is still to be answered of a batch, with everything a page shows of it, in order."""
    lent = Assignment.objects.lent().filter(batch=batch, microtask__excerpt__hidden_at=None)
    loaded = lent.select_related("microtask__excerpt__document")
    return [outlines.attach(each) for each in loaded.order_by("microtask__rank", "microtask_id")]


def give_back(*, batch: Batch, now: datetime) -> int:
    """End the leases of what was not answered; anyone may be given it.

    Returns:
        How many were given back.
    """
    held = list(Assignment.objects.lent().filter(batch=batch).select_related("microtask"))
    for each in held:
        leases.give_back(assignment=each, now=now)
    return len(held)


def _open_of(person: Sequence[int]) -> Batch | None:
    lent = Assignment.objects.lent().filter(contributor__in=person, batch__isnull=False)
    return Batch.objects.filter(assignments__in=lent).order_by("-pk").first()
