"""Corrections: who has answered may say something else, until their micro-task is settled.

A correction is an answer of its own, with an id made by the client; the one it replaces is kept and
does not count. Others' answers are not touched.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from crowd.models import Answer, Assignment, MicroTask, Verdict
from crowd.models.answers import SetAside
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import answers, contributors
from crowd.services.answers import InvalidAnswer, Outcome, Receipt

# An answer a guard holds out may be corrected, and stays held out: its author is not told.
CORRECTABLE = ("", SetAside.HELD)


def correct(
    *,
    assignment: Assignment,
    answer_id: uuid.UUID,
    values: Mapping[str, Any],
    badly_cut: bool,
    now: datetime,
) -> Receipt:
    """Put another answer in the place of the one that this assignment was answered with.

    Args:
        assignment: as loaded by `assignments.to_answer`.
        answer_id: made by the client; the same id again is the same correction.
        values: question key → value, None for "can't tell"; ignored when badly cut.

    Raises:
        InvalidAnswer: the values do not fit, or the id belongs to another answer.
        Problem: `answer_settled`, `answer_not_counting`, `answer_missing_here`.
    """
    clean = {} if badly_cut else answers.checked(assignment, values)
    try:
        return _replace(assignment, answer_id, clean, badly_cut, now)
    except IntegrityError:
        # Rival: the same id sent to two assignments at once; the first has it.
        raise InvalidAnswer({"": Problem("answer_id_taken")}) from None


def current(*, assignment: Assignment) -> Answer:
    """What this assignment says now, if it may be corrected.

    Raises:
        Problem: as of `correct`.
    """
    found = _latest(assignment.pk)
    _check(found, assignment.microtask)
    return found


def open_ones(*, given: Sequence[Answer]) -> set[uuid.UUID]:
    """Those of these answers (with their micro-task and campaign loaded) that may be corrected."""
    hopeful = [
        each
        for each in given
        if each.set_aside_reason in CORRECTABLE and _is_unsettled(each.microtask)
    ]
    open_to_see = [each.microtask_id for each in hopeful if not each.microtask.looks_open]
    told: dict[int, datetime] = dict(
        Verdict.objects.filter(microtask__in=open_to_see)
        .values_list("microtask_id")
        .annotate(last=Max("made_at"))
        .order_by()
    )
    return {
        each.pk
        for each in hopeful
        if each.microtask_id not in told or told[each.microtask_id] < each.given_at
    }


@transaction.atomic
def _replace(
    assignment: Assignment,
    answer_id: uuid.UUID,
    clean: Mapping[str, Any],
    badly_cut: bool,
    now: datetime,
) -> Receipt:
    # Rivals: the same person's other tabs, answering, correcting or signing in.
    contributors.hold(contributor_id=assignment.contributor_id)
    known = Answer.objects.filter(assignment=assignment.pk, pk=answer_id).first()
    if known is not None:
        return Receipt(answer=known, outcome=Outcome.REPEATED)
    # Rival: the cross-check, which holds the row while it settles and passes over rows that we
    # hold. Whoever comes second sees what the first has done.
    microtask = MicroTask.objects.select_for_update(no_key=True).get(pk=assignment.microtask_id)
    microtask.campaign = assignment.microtask.campaign
    before = _latest(assignment.pk)
    _check(before, microtask)
    made = Answer(
        id=answer_id,
        microtask=microtask,
        contributor_id=before.contributor_id,
        assignment_id=before.assignment_id,
        values=clean,
        badly_cut=badly_cut,
        given_at=now,
        set_aside_at=before.set_aside_at,
        set_aside_reason=before.set_aside_reason,
    )
    # Read: the cross-check has one to read of this person, the new one.
    Answer.objects.filter(pk=before.pk).update(
        set_aside_at=now,
        set_aside_reason=SetAside.CORRECTED,
        counted_at=before.counted_at or now,
    )
    made.save(force_insert=True)
    answers.announce()
    return Receipt(answer=made, outcome=Outcome.ACCEPTED)


def _latest(assignment_id: int) -> Answer:
    given = Answer.objects.filter(assignment=assignment_id)
    found = given.exclude(set_aside_reason=SetAside.CORRECTED).order_by("-given_at", "-pk").first()
    if found is None:
        raise Problem("answer_missing_here")
    return found


def _check(answer: Answer, microtask: MicroTask) -> None:
    if answer.set_aside_reason == SetAside.LATE or not _is_unsettled(microtask):
        raise Problem("answer_settled")
    if answer.set_aside_reason not in CORRECTABLE:
        raise Problem("answer_not_counting")
    if _has_been_told(answer, microtask):
        raise Problem("answer_settled")


def _is_unsettled(microtask: MicroTask) -> bool:
    # Under a veil, "settled" would tell what the veil hides.
    return microtask.state == MicroTaskState.OPEN.value or microtask.looks_open


def _has_been_told(answer: Answer, microtask: MicroTask) -> bool:
    """Whether a verdict could be read since: what is said after it is no opinion of one's own."""
    if microtask.looks_open:
        return False
    return Verdict.objects.filter(microtask=microtask, made_at__gte=answer.given_at).exists()
