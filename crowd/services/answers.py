"""Answers come in: exactly once, checked, in PostgreSQL before anyone is thanked."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from psycopg.types.json import Jsonb

from crowd import later, prepared
from crowd.models import Amendment, Answer, Assignment, Excerpt, MicroTask
from crowd.models.answers import SetAside
from crowd.rules import lifecycle, questions
from crowd.rules.lifecycle import AssignmentState, MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import contributors, proofs, queues, uploads


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
    answer = prepare(
        assignment=assignment, answer_id=answer_id, values=values, badly_cut=badly_cut, now=now
    )
    return keep(answer=answer, now=now)


def prepare(
    *,
    assignment: Assignment,
    answer_id: uuid.UUID,
    values: Mapping[str, Any],
    badly_cut: bool,
    now: datetime,
) -> Answer:
    """The checked answer, not yet stored. Arguments and errors: as of `submit`."""
    return Answer(
        id=answer_id,
        microtask_id=assignment.microtask_id,
        contributor_id=assignment.contributor_id,
        assignment=assignment,
        values={} if badly_cut else _clean(assignment, values),
        badly_cut=badly_cut,
        given_at=now,
    )


def keep(*, answer: Answer, now: datetime) -> Receipt:
    """Store what `prepare` made.

    Raises:
        InvalidAnswer: the id belongs to another answer.
    """
    try:
        if _accepted_at_once(answer, now):
            announce()
            return Receipt(answer=answer, outcome=Outcome.ACCEPTED)
        return _submit(answer, now)
    except IntegrityError:
        # Rival: the same id sent twice to two assignments at once; the first has it.
        raise InvalidAnswer({"": Problem("answer_id_taken")}) from None


def announce() -> None:
    """After commit, have the cross-check look at what came in."""
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")


def checked(assignment: Assignment, values: Mapping[str, Any]) -> dict[str, questions.Value]:
    """Values as they are kept.

    Raises:
        InvalidAnswer: they do not fit the step's questions.
    """
    clean, wrong = _read(assignment, values)
    if wrong:
        raise InvalidAnswer(wrong)
    return clean


def _read(
    assignment: Assignment, values: Mapping[str, Any]
) -> tuple[dict[str, questions.Value], dict[str, Problem]]:
    microtask = assignment.microtask
    asked = list(microtask.step.questions.all())
    rules = [question.rule for question in asked]
    clean, wrong = questions.check_answer(rules, values, language=microtask.campaign.language)
    wrong |= uploads.unknown(asked=asked, values=clean, microtask=microtask, giver=assignment.pk)
    return clean, wrong


def _clean(assignment: Assignment, values: Mapping[str, Any]) -> dict[str, questions.Value]:
    clean, wrong = _read(assignment, values)
    if wrong and not Answer.objects.filter(assignment=assignment.pk).exists():
        raise InvalidAnswer(wrong)
    return clean  # wrong but answered: the questions were changed before it was sent again


def _accepted_at_once(answer: Answer, now: datetime) -> bool:
    """The usual case in one statement: someone answers in time what they hold.

    Everything else (a repeated, late or skipped one, someone who is several contributors) changes
    nothing here and is looked at in turn by `_submit`.
    """
    # Rivals: a double click (the lease's row, its state is then another) and this person joining or
    # being joined (their own row, which then says so).
    taken = prepared.rows(
        f"""
        WITH guest AS (
            SELECT id FROM crowd_contributor
            WHERE id = %(me)s AND {contributors.IS_ALONE} FOR SHARE
        ), held AS (
            UPDATE crowd_assignment a SET state = 'answered', closed_at = %(now)s
            FROM guest
            WHERE a.id = %(assignment)s AND a.contributor_id = guest.id
              AND {queues.IS_OPEN} AND a.due_at > %(now)s
              AND NOT EXISTS (SELECT 1 FROM crowd_answer WHERE id = %(answer)s)
            RETURNING a.id, a.microtask_id, a.contributor_id
        )
        INSERT INTO crowd_answer (id, assignment_id, microtask_id, contributor_id,
                                  values, badly_cut, given_at, set_aside_reason)
        SELECT %(answer)s, id, microtask_id, contributor_id, %(values)s, %(cut)s, %(now)s, ''
        FROM held RETURNING id
        """,  # noqa: S608 (constants)
        {
            "me": answer.contributor_id,
            "assignment": answer.assignment_id,
            "answer": answer.pk,
            "values": Jsonb(answer.values),
            "cut": answer.badly_cut,
            "now": now,
        },
    )
    return bool(taken)


@transaction.atomic
def _submit(answer: Answer, now: datetime) -> Receipt:
    # Rivals: the same person's other tabs, claiming, answering or signing in. They wait here, and
    # in claims too, before they lock anything else.
    person = contributors.hold(contributor_id=answer.contributor_id)
    # Rivals: a double click, a retry after a lost reply, expire_due.
    held = Assignment.objects.select_for_update(of=("self",)).get(pk=answer.assignment_id)
    known = _known(answer, held)
    if known is not None:
        return Receipt(answer=known, outcome=Outcome.REPEATED)
    in_time = held.state == AssignmentState.LENT.value and held.due_at > now
    _close(held, now)  # first, so that a lease of one's own that ran out is not counted below
    reason = _set_aside_because(held, person, in_time=in_time)
    if reason:
        answer.counted_at = answer.set_aside_at = now
        answer.set_aside_reason = reason
    answer.save(force_insert=True)
    announce()
    return Receipt(answer=answer, outcome=Outcome.LATE if reason else Outcome.ACCEPTED)


def _known(answer: Answer, held: Assignment) -> Answer | None:
    """What this lease was answered with; nothing counts that it was lent again for."""
    to_this = Answer.objects.filter(assignment=held).order_by("given_at")
    same = to_this.filter(pk=answer.pk).first()
    asked_anew = [SetAside.CUT, SetAside.CORRECTED, SetAside.REFUSED, SetAside.CHANGED]
    return same or to_this.exclude(set_aside_reason__in=asked_anew).first()


def _set_aside_because(held: Assignment, person: Sequence[int], *, in_time: bool) -> str:
    """Why an answer is kept without counting; "" for one that counts."""
    said = Answer.objects.counting().filter(microtask=held.microtask_id, contributor__in=person)
    if len(person) > 1 and said.exists():
        return SetAside.JOINED  # by the same person, before this lease was theirs
    if Excerpt.objects.filter(microtasks=held.microtask_id, cut_at__gt=held.lent_at).exists():
        return SetAside.CUT  # it is about the picture before
    if not in_time and _asked_otherwise(held):
        return SetAside.CHANGED  # it answers what is not asked any more
    if not in_time and proofs.is_own(microtask_id=held.microtask_id, person=person):
        return SetAside.OWN  # what is never lent can still be answered by its number
    return "" if in_time or _still_useful(held.microtask_id) else SetAside.LATE


def _asked_otherwise(held: Assignment) -> bool:
    """Whether the meaning of what is asked was changed since this lease was given."""
    changed = Amendment.objects.filter(step=held.microtask.step_id, kind="meaning")
    return changed.filter(applied_at__gt=held.lent_at).exists()


def _close(held: Assignment, now: datetime) -> None:
    before, after = AssignmentState(held.state), AssignmentState.ANSWERED
    lifecycle.check(lifecycle.ASSIGNMENT_MOVES, before, after)
    held.state, held.closed_at = after.value, now
    held.save(update_fields=["state", "closed_at"])


def _still_useful(microtask_id: int) -> bool:
    """Whether an answer whose lease has ended is still one that the micro-task needs."""
    # Rival: a claim lending the last free place; one of us two must see the other.
    locked = MicroTask.objects.select_for_update(no_key=True).get(pk=microtask_id)
    if locked.veiled:
        return True  # "not needed any more" would tell that it is settled
    locked.save(update_fields=["needs"])  # a new version of the row, for claims that compare it
    return locked.state == MicroTaskState.OPEN.value and queues.free(microtask_id=microtask_id) > 0
