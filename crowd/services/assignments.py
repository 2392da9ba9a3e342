"""Assignments: lend, extend, take back. The only place where leases are made or ended."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from crowd import later, valkey
from crowd.models import Answer, Assignment, Campaign, Contributor, MicroTask, Question, Step
from crowd.rules import lifecycle
from crowd.rules.claims import Nothing, why_nothing
from crowd.rules.lifecycle import AssignmentState
from crowd.services import contributors, queues

logger = logging.getLogger(__name__)

TRIES = 20  # refused reservations before PostgreSQL is asked directly


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
    with transaction.atomic():
        # Rival: the same person's other tab. It waits here, then finds what this one claimed.
        Contributor.objects.select_for_update(no_key=True).only("pk").get(pk=contributor.pk)
        person = contributors.person_ids(contributor=contributor)
        held = _held(person=person, campaign=campaign, now=now)
        found = held or _lend_any(person=person, campaign=campaign, now=now, first=prefer_step_id)
    if found is not None:
        return Claim(assignment=_load(found), resumed=held is not None)
    queues.refill_soon()
    return Claim(reason=_reason(campaign=campaign, person=person))


def open_for(*, contributor: Contributor, assignment_id: int) -> Assignment:
    """One assignment of this person, with everything a page shows of it.

    Raises:
        Assignment.DoesNotExist: unknown, or someone else's.
    """
    person = contributors.person_ids(contributor=contributor)
    return _material().get(pk=assignment_id, contributor__in=person)


def to_answer(*, contributor: Contributor, assignment_id: int) -> Assignment:
    """One assignment of this person, with what checking an answer to it needs.

    Raises:
        Assignment.DoesNotExist: unknown, or someone else's.
    """
    person = contributors.person_ids(contributor=contributor)
    light = Assignment.objects.select_related("microtask__step", "microtask__campaign")
    return light.prefetch_related(_questions()).get(pk=assignment_id, contributor__in=person)


def skip(*, assignment: Assignment, now: datetime) -> None:
    """ "Another one, please": this person is not asked this again; others are."""
    _end(assignment, AssignmentState.SKIPPED, now=now)


def give_back(*, assignment: Assignment, now: datetime) -> None:
    """End a lease early; anyone may be given the micro-task, this person too."""
    _end(assignment, AssignmentState.RETURNED, now=now)


def extend(*, assignment: Assignment, now: datetime) -> bool:
    """Begin the lease anew while someone works; False when it has ended already."""
    due_at = now + timedelta(seconds=assignment.microtask.step.lease_seconds)
    # Rival: expire_due. Whoever updates first wins; a lease already taken back stays so.
    extended = Assignment.objects.lent().filter(pk=assignment.pk).update(due_at=due_at)
    return bool(extended)


def expire_due(*, now: datetime, limit: int = 1000) -> int:
    """Take back leases that ran out and offer their micro-tasks again.

    Returns:
        How many were taken back.
    """
    with transaction.atomic():
        # Rival: an answer or an extension arriving at this instant holds the row; it wins.
        overdue = list(
            Assignment.objects.overdue(now=now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("microtask")
            .order_by("due_at")[:limit]
        )
        Assignment.objects.filter(pk__in=[each.pk for each in overdue]).update(
            state=AssignmentState.EXPIRED.value, closed_at=now
        )
        _offer_later([each.microtask_id for each in overdue])
    for each in overdue:
        _may_see_again(each)
    return len(overdue)


def _end(assignment: Assignment, state: AssignmentState, *, now: datetime) -> None:
    with transaction.atomic():
        held = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
        if held.state != AssignmentState.LENT.value:
            return  # a double click, or already answered in another tab
        lifecycle.check(lifecycle.ASSIGNMENT_MOVES, AssignmentState(held.state), state)
        held.state, held.closed_at = state.value, now
        held.save(update_fields=["state", "closed_at"])
        _offer_later([held.microtask_id])
    if state is AssignmentState.RETURNED:
        _may_see_again(held)


def _offer_later(microtask_ids: list[int]) -> None:
    if microtask_ids:
        later.after_commit("tasks.queues.offer", queue="default", microtask_ids=microtask_ids)


def _may_see_again(assignment: Assignment) -> None:
    queues.forget_seen(
        step_id=assignment.microtask.step_id,
        contributor_id=assignment.contributor_id,
        microtask_id=assignment.microtask_id,
    )


def _material() -> QuerySet[Assignment]:
    return Assignment.objects.with_material().prefetch_related(_questions())


def _questions() -> "Prefetch[Any]":
    return Prefetch("microtask__step__questions", Question.objects.order_by("position", "pk"))


def _load(assignment_id: int) -> Assignment:
    return _material().get(pk=assignment_id)


def _held(*, person: Sequence[int], campaign: Campaign, now: datetime) -> int | None:
    held = Assignment.objects.lent().filter(
        contributor__in=person, due_at__gt=now, microtask__campaign=campaign.pk
    )
    return held.order_by("lent_at", "pk").values_list("pk", flat=True).first()


def _lend_any(
    *, person: Sequence[int], campaign: Campaign, now: datetime, first: int | None
) -> int | None:
    # Later steps first: a follow-up is the shortest way to something finished.
    steps = list(campaign.steps.order_by("-position"))
    steps.sort(key=lambda step: step.pk != first)
    return _lend_ready(steps, person, now) or _lend_searched(steps, person, now)


def _lend_ready(steps: list[Step], person: Sequence[int], now: datetime) -> int | None:
    try:
        for step in steps:
            for _ in range(TRIES):
                microtask_id = queues.take(step_id=step.pk, person=person)
                if microtask_id is None:
                    break
                lent = _lend(microtask_id, step, person, now)
                if lent is not None:
                    return lent
                queues.drop(step_id=step.pk, microtask_id=microtask_id)
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; PostgreSQL is searched instead")
    return None


def _lend_searched(steps: list[Step], person: Sequence[int], now: datetime) -> int | None:
    for step in steps:
        for _ in range(TRIES):
            microtask_id = queues.next_open(step_id=step.pk, person=person)
            if microtask_id is None:
                break
            lent = _lend(microtask_id, step, person, now)
            if lent is not None:
                return lent
    return None


def _lend(microtask_id: int, step: Step, person: Sequence[int], now: datetime) -> int | None:
    """Write the lease if the micro-task needs one more answer and this person is new to it."""
    # Rivals: other claims and the cross-check. The counts below must be taken in a statement of
    # their own, after the lock: only a new snapshot sees what the rival before us committed.
    open_ones = MicroTask.objects.open().filter(pk=microtask_id, excerpt__hidden_at=None)
    locked = open_ones.select_for_update(no_key=True, of=("self",)).order_by()
    if not locked.values_list("pk", flat=True):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO crowd_assignment AS mine
                (microtask_id, contributor_id, state, lent_at, due_at, weight)
            SELECT m.id, %(me)s, 'lent', %(now)s, %(due)s, %(weight)s
            FROM crowd_microtask m
            WHERE m.id = %(id)s AND {queues.FREE} > 0 AND NOT EXISTS (
                SELECT 1 FROM crowd_assignment a
                WHERE a.microtask_id = m.id AND a.contributor_id = ANY(%(person)s)
                  AND a.state NOT IN ('returned', 'expired'))
            ON CONFLICT (contributor_id, microtask_id) DO UPDATE
                SET state = 'lent', lent_at = excluded.lent_at, due_at = excluded.due_at,
                    weight = excluded.weight, closed_at = NULL
                WHERE mine.state IN ('returned', 'expired')
            RETURNING mine.id
            """,  # noqa: S608 (a constant)
            {
                "id": microtask_id,
                "me": person[0],
                "person": list(person),
                "now": now,
                "due": now + timedelta(seconds=step.lease_seconds),
                "weight": step.weight,
            },
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _reason(*, campaign: Campaign, person: Sequence[int]) -> Nothing:
    unsettled = MicroTask.objects.open().filter(campaign=campaign, excerpt__hidden_at=None)
    mine = Assignment.objects.filter(microtask=OuterRef("pk"), contributor__in=person).exclude(
        state__in=[AssignmentState.RETURNED.value, AssignmentState.EXPIRED.value]
    )
    unseen = unsettled.exclude(Exists(mine))
    lent = Assignment.objects.lent().filter(microtask=OuterRef("pk"))
    unread = Answer.objects.waiting().filter(microtask=OuterRef("pk"))
    return why_nothing(
        is_open=campaign.is_open,
        unsettled=unsettled[:1].count(),
        lent=unseen.filter(Exists(lent))[:1].count(),
        checking=unseen.filter(Exists(unread))[:1].count(),
    )
