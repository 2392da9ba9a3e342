"""Leases: begun anew, ended early, or taken back. `lending` makes them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from crowd import later
from crowd.models import Assignment
from crowd.rules import lifecycle
from crowd.rules.lifecycle import AssignmentState, MicroTaskState
from crowd.services import queues


def skip(*, assignment: Assignment, now: datetime) -> None:
    """ "Another one, please": this person is not asked this again; others are."""
    _end(assignment, AssignmentState.SKIPPED, now=now)


def give_back(*, assignment: Assignment, now: datetime) -> None:
    """End a lease early; anyone may be given the micro-task, this person too."""
    _end(assignment, AssignmentState.RETURNED, now=now)


def extend(*, assignment: Assignment, now: datetime) -> bool:
    """Begin the lease anew while someone works; False when it has ended already."""
    due_at = now + timedelta(seconds=assignment.microtask.step.lease_seconds)
    # A verdict waits for whoever holds a lease, but not for longer than that lease.
    needed = Q(microtask__state=MicroTaskState.OPEN.value) | Q(microtask__veiled=True)
    # Rival: expire_due. Whoever updates first wins; a lease already taken back stays so.
    lent = Assignment.objects.lent().filter(needed, pk=assignment.pk)
    extended = lent.update(due_at=Greatest("due_at", Value(due_at)))  # a batch's lasts longer
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
