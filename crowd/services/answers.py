"""Answers come in: exactly once, checked, in PostgreSQL before anyone is thanked."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from crowd import later
from crowd.models import Answer, Assignment, MicroTask
from crowd.models.answers import SetAside
from crowd.rules import lifecycle, questions
from crowd.rules.lifecycle import AssignmentState, MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import queues


class Outcome(Enum):
    ACCEPTED = "accepted"  # it counts
    REPEATED = "repeated"  # it was here already; nothing changed
    LATE = "late"  # kept with thanks, but the micro-task no longer needed it


@dataclass(frozen=True, kw_only=True)
class Receipt:
    answer: Answer
    outcome: Outcome


class InvalidAnswer(Exception):
    """Some values do not fit their questions.

    Attributes:
        problems: question key → what is wrong ("" for the answer as a whole).
    """

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(problems)
        self.problems = dict(problems)


def submit(
    *,
    assignment: Assignment,
    answer_id: uuid.UUID,
    values: Mapping[str, Any],
    badly_cut: bool,
    now: datetime,
) -> Receipt:
    """Take one answer.

    Args:
        assignment: as loaded by `assignments.to_answer`.
        answer_id: made by the client; the same id again is the same answer.
        values: question key → value, None for "can't tell"; ignored when badly cut.
        badly_cut: the excerpt can't be read because of how it was cut.

    Raises:
        InvalidAnswer: the values do not fit, or the id belongs to another answer.
    """
    clean = {} if badly_cut else _clean(assignment, values)
    try:
        return _submit(assignment, answer_id, clean, badly_cut, now)
    except IntegrityError:
        # Rival: the same id sent twice to two assignments at once; the first has it.
        raise InvalidAnswer({"": Problem("answer_id_taken")}) from None


def _clean(assignment: Assignment, values: Mapping[str, Any]) -> dict[str, questions.Value]:
    step = assignment.microtask.step
    clean, wrong = questions.check_answer(
        [question.rule for question in step.questions.all()],
        values,
        language=assignment.microtask.campaign.language,
    )
    if wrong:
        raise InvalidAnswer(wrong)
    return clean


@transaction.atomic
def _submit(
    assignment: Assignment,
    answer_id: uuid.UUID,
    values: dict[str, questions.Value],
    badly_cut: bool,
    now: datetime,
) -> Receipt:
    if assignment.due_at <= now:
        # Locked in this order by claims too: the micro-task first, then the lease.
        MicroTask.objects.select_for_update(no_key=True).get(pk=assignment.microtask_id)
    # Rivals: a double click, a second tab, a retry after a lost reply, expire_due. They wait here.
    held = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    said = Answer.objects.filter(assignment=held).filter(Q(set_aside_at=None) | Q(pk=answer_id))
    known = said.order_by("-given_at").first()
    if known is not None:
        return Receipt(answer=known, outcome=Outcome.REPEATED)
    in_time = held.state == AssignmentState.LENT.value and held.due_at > now
    _close(held, now)  # first, so that a lease of one's own that ran out is not counted below
    useful = in_time or _still_useful(held.microtask_id)
    answer = Answer.objects.create(
        id=answer_id,
        microtask_id=held.microtask_id,
        contributor_id=held.contributor_id,
        assignment=held,
        values=values,
        badly_cut=badly_cut,
        given_at=now,
        counted_at=None if useful else now,
        set_aside_at=None if useful else now,
        set_aside_reason="" if useful else SetAside.LATE,
    )
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")
    return Receipt(answer=answer, outcome=Outcome.ACCEPTED if useful else Outcome.LATE)


def _close(held: Assignment, now: datetime) -> None:
    before, after = AssignmentState(held.state), AssignmentState.ANSWERED
    lifecycle.check(lifecycle.ASSIGNMENT_MOVES, before, after)
    held.state, held.closed_at = after.value, now
    held.save(update_fields=["state", "closed_at"])


def _still_useful(microtask_id: int) -> bool:
    """Whether an answer whose lease has ended is still one that the micro-task needs."""
    # Rival: a claim lending the last free place; one of us two must see the other.
    locked = MicroTask.objects.select_for_update(no_key=True).get(pk=microtask_id)
    return locked.state == MicroTaskState.OPEN.value and queues.free(microtask_id=microtask_id) > 0
