"""Assignments: claim the next, and what there is to answer. `lending` makes leases."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from crowd import valkey
from crowd.models import Answer, Assignment, Campaign, Contributor, Excerpt, MicroTask, Step
from crowd.rules.claims import Nothing, why_nothing
from crowd.rules.lifecycle import AssignmentState
from crowd.services import (
    contributors,
    leases,
    lending,
    material,
    mixing,
    opinions,
    outlines,
    queues,
    reservations,
    wishes,
)

PATIENCE = 5  # times a claim waits for a micro-task that others are busy with


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a claim found: an assignment, or why there is none.

    Attributes:
        assignment: with its micro-task, step, questions, excerpt and campaign loaded.
        reason: set when there is no assignment.
        resumed: the person held it already (a reload, a second tab).
    """

    assignment: Assignment | None = None
    reason: Nothing | None = None
    resumed: bool = False


def claim_next(
    *,
    contributor: Contributor,
    campaign: Campaign,
    now: datetime,
    prefer_step_id: int | None = None,
) -> Claim:
    """Lend the next micro-task of a campaign to a contributor.

    One micro-task at a time: whoever holds one gets the same one again.

    Args:
        prefer_step_id: the step to look in first.
    """
    if not campaign.is_open:
        return Claim(reason=Nothing.NOT_OPEN)
    steps = steps_of(campaign=campaign, contributor=contributor, first=prefer_step_id)
    for lend in (lending.quickly, *[lending.patiently] * PATIENCE):
        with transaction.atomic():
            # Rival: the same person's other tab. It waits here, then finds what this one claimed.
            person = contributors.hold(contributor_id=contributor.pk)
            held = _held(person=person, campaign=campaign, now=now)
            found = held or mixing.lend(campaign=campaign, steps=steps, person=person, now=now)
            found = found or opinions.lend(campaign=campaign, steps=steps, person=person, now=now)
            found = found or lend(steps=steps, person=person, now=now)
        if found is not None:
            return Claim(assignment=outlines.attach(found), resumed=held is not None)
        if not lending.is_any_free(steps=steps, person=person):
            break
    queues.refill_soon()
    return Claim(reason=_reason(campaign=campaign, steps=steps, person=person))


def why_nothing_for(*, contributor: Contributor, campaign: Campaign) -> Nothing:
    """Why this person can be given nothing, once a search has found nothing."""
    person = contributors.person_ids(contributor=contributor)
    steps = steps_of(campaign=campaign, contributor=contributor)
    return _reason(campaign=campaign, steps=steps, person=person)


def open_for(*, contributor: Contributor, assignment_id: int) -> Assignment:
    """One assignment of this person, with everything a page shows of it.

    Raises:
        Assignment.DoesNotExist: unknown, or someone else's.
    """
    person = contributors.person_ids(contributor=contributor)
    return outlines.attach(_material().get(pk=assignment_id, contributor__in=person))


def to_answer(*, contributor: Contributor, assignment_id: int) -> Assignment:
    """One assignment of this person, with what checking an answer to it needs.

    Raises:
        Assignment.DoesNotExist: unknown, or someone else's.
    """
    person = contributors.person_ids(contributor=contributor)
    found = material.to_answer(assignment_id=assignment_id, person=person)
    if found is None:
        raise Assignment.DoesNotExist
    return outlines.attach(found)


def to_answer_as_guest(
    *, public_id: uuid.UUID, assignment_id: int
) -> tuple[Contributor, Assignment] | None:
    """The guest of a token and an assignment of theirs, as `to_answer` gives it, in one look.

    None says nothing: look for each of them to find out what is missing.
    """
    found = material.to_answer_as_guest(assignment_id=assignment_id, public_id=public_id)
    if found is None:
        return None
    guest, assignment = found
    return guest, outlines.attach(assignment)


def upcoming(*, contributor: Contributor, assignment: Assignment) -> Excerpt | None:
    """What this person will most likely be shown next. Nothing is reserved; None: nobody knows."""
    person = contributors.person_ids(contributor=contributor)
    try:
        microtask_id = reservations.peek(step_id=assignment.microtask.step_id, person=person)
    except valkey.Unreachable:
        return None
    return Excerpt.objects.filter(microtasks=microtask_id, hidden_at=None).first()


def _material() -> QuerySet[Assignment]:
    return Assignment.objects.select_related("microtask__excerpt__document")


def _held(*, person: Sequence[int], campaign: Campaign, now: datetime) -> Assignment | None:
    """The lease this person has; one that ran out unnoticed is begun anew."""
    # Not `= ANY`: an array seems dearer than everybody's open leases, where few were counted.
    these = ", ".join(["%s"] * len(person))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH a AS MATERIALIZED (
                SELECT * FROM crowd_assignment
                WHERE contributor_id IN ({these}) AND state = 'lent' AND batch_id IS NULL
            )
            SELECT a.id, a.due_at > %s, m.state = 'open' OR m.veiled FROM a
            JOIN crowd_microtask m ON m.id = a.microtask_id AND m.state <> 'withdrawn'
            WHERE {lending.CAMPAIGN} = %s AND {lending.SHORT} AND {lending.IS_SHOWN}
            ORDER BY a.lent_at, a.id
            """,  # noqa: S608 (constants)
            [*person, now, campaign.pk],
        )
        held = cursor.fetchall()
    lasting = next((pk for pk, lasts, _ in held if lasts), None)
    if lasting is not None:
        return _material().get(pk=lasting)
    # What others have settled meanwhile is not asked again once its lease is over; what is under a
    # veil must not be known by that.
    for pk in [pk for pk, _, looks_open in held if looks_open]:
        overdue = outlines.attach(_material().get(pk=pk))
        if leases.extend(assignment=overdue, now=now):
            overdue.refresh_from_db(fields=["due_at"])
            return overdue
    return None


def steps_of(
    *, campaign: Campaign, contributor: Contributor, first: int | None = None
) -> list[Step]:
    """The steps this person wants, in the order claims look through them: `first`, then the later
    ones first.
    """
    # A follow-up is the shortest way to something finished. What is taken on is chosen from a list.
    steps = reversed(outlines.of_campaign(campaign_id=campaign.pk).steps)
    wanted = [
        step
        for step in steps
        if not step.taken_on
        and wishes.is_wanted(step=step, campaign=campaign, contributor=contributor)
    ]
    return sorted(wanted, key=lambda step: step.pk != first)


def _reason(*, campaign: Campaign, steps: Sequence[Step], person: Sequence[int]) -> Nothing:
    """Of the steps a person wants; what they leave out is named where nothing else is to come."""
    reason = _reason_in(steps, campaign, person)
    if reason not in {Nothing.ALL_YOURS, Nothing.COMPLETE}:
        return reason
    looked_in = {step.pk for step in steps}
    all_steps = outlines.of_campaign(campaign_id=campaign.pk).steps
    others = [step for step in all_steps if step.pk not in looked_in]
    if _is_any_open([step for step in others if not step.taken_on]):
        return Nothing.FILTERED
    return Nothing.TO_TAKE_ON if _is_any_open([s for s in others if s.taken_on]) else reason


def _is_any_open(steps: Sequence[Step]) -> bool:
    still_open = MicroTask.objects.open().filter(step__in=steps, excerpt__hidden_at=None)
    return bool(steps) and still_open.exists()


def _reason_in(steps: Sequence[Step], campaign: Campaign, person: Sequence[int]) -> Nothing:
    unsettled = MicroTask.objects.open().filter(step__in=steps, excerpt__hidden_at=None)
    mine = Assignment.objects.filter(microtask=OuterRef("pk"), contributor__in=person).exclude(
        state__in=[AssignmentState.RETURNED.value, AssignmentState.EXPIRED.value]
    )
    unseen = unsettled.exclude(Exists(mine))
    lent = Assignment.objects.lent().filter(microtask=OuterRef("pk"))
    unread = Answer.objects.waiting().filter(microtask=OuterRef("pk"))
    return why_nothing(
        is_open=campaign.is_open,
        unsettled=unsettled[:1].count(),
        unseen=unseen[:1].count(),
        lent=unseen.filter(Exists(lent))[:1].count(),
        checking=unseen.filter(Exists(unread))[:1].count(),
    )
