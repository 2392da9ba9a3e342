"""A guest becomes part of an account, or of another guest: one person from then on, with what each
of the two did.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists

from crowd import later
from crowd.models import Answer, Assignment, Contributor, MicroTask, WeeklyGoal
from crowd.models.answers import SetAside
from crowd.rules.lifecycle import AssignmentState
from crowd.services import board_names, notes, places, queues, rooms

DONE_WITH = (AssignmentState.ANSWERED.value, AssignmentState.SKIPPED.value)


def join(*, guest: Contributor, into: Contributor, now: datetime) -> None:
    """Make a guest part of another contributor; both rows are locked by the caller.

    Of two answers to one micro-task the earlier one counts, and what one of the two has done with
    is no longer lent to the other.
    """
    name, listed = guest.pseudonym, guest.listed
    guest.joined_into, guest.pseudonym, guest.listed = into, None, None
    guest.has_joined, into.has_joined = False, True
    guest.save(update_fields=["joined_into", "pseudonym", "listed", "has_joined"])
    guest.joined.update(joined_into=into)  # nobody is part of a part
    into.save(update_fields=["has_joined"])
    if into.pseudonym is None and into.listed is None:
        into.pseudonym, into.listed = name, listed
        into.save(update_fields=["pseudonym", "listed"])
    board_names.changed()
    rooms.take_over(guest=guest, into=into)
    if not (into.reads or into.no_handwriting or into.no_sensitive):
        into.reads, into.no_handwriting = guest.reads, guest.no_handwriting
        into.no_sensitive = guest.no_sensitive
        into.save(update_fields=["reads", "no_handwriting", "no_sensitive"])
    person = [into.pk, *into.joined.values_list("pk", flat=True)]
    _set_doubles_aside(person, now=now)
    _end_double_leases(person, now=now)
    places.merge(guest=guest, into=into, now=now)
    WeeklyGoal.objects.filter(contributor=guest).exclude(
        Exists(WeeklyGoal.objects.filter(contributor=into))
    ).update(contributor=into)
    notes.note(contributor_ids=[guest.pk])
    steps = guest.assignments.values_list("microtask__step_id", flat=True).distinct()
    queues.forget_all_seen(step_ids=list(steps), contributor_id=into.pk)


def _set_doubles_aside(person: Sequence[int], *, now: datetime) -> None:
    earliest: dict[int, uuid.UUID] = {}
    counting = Answer.objects.counting().filter(contributor__in=person).order_by("given_at", "pk")
    doubles = {
        pk: microtask_id
        for pk, microtask_id in counting.values_list("pk", "microtask_id")
        if earliest.setdefault(microtask_id, pk) != pk
    }
    if not doubles:
        return
    # Rival: the cross-check marking these answers as read; it holds the micro-tasks meanwhile.
    micro = MicroTask.objects.filter(pk__in=set(doubles.values())).order_by("pk")
    list(micro.select_for_update(no_key=True).values_list("pk", flat=True))
    # Unread again: the cross-check looks at their micro-tasks anew and revises the verdicts.
    Answer.objects.filter(pk__in=doubles).update(
        set_aside_at=now, set_aside_reason=SetAside.JOINED, counted_at=None
    )
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")


def _end_double_leases(person: Sequence[int], *, now: datetime) -> None:
    mine = Assignment.objects.filter(contributor__in=person)
    lent = mine.lent().order_by("lent_at", "pk").values_list("pk", "microtask_id")
    taken = set(mine.filter(state__in=DONE_WITH).values_list("microtask_id", flat=True))
    ended: dict[int, int] = {}
    for pk, microtask_id in lent:
        if microtask_id in taken:
            ended[pk] = microtask_id
        taken.add(microtask_id)
    if ended:
        Assignment.objects.lent().filter(pk__in=ended).update(
            state=AssignmentState.RETURNED.value, closed_at=now
        )
        later.after_commit(
            "tasks.queues.offer", queue="default", microtask_ids=sorted(set(ended.values()))
        )
