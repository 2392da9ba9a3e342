"""Suggestions: what a machine says is shown with the question, where its campaign wants that.

To one person a micro-task: all others say what they see without it. Whoever takes a suggestion
over counts as one voice with the machine (`dossiers`), so a suggestion never confirms itself.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from crowd.models import Answer, Assignment, MicroTask, Suggestion
from crowd.rules.lifecycle import AssignmentState, MicroTaskState

TAKEN = (AssignmentState.LENT.value, AssignmentState.ANSWERED.value)


def shown(*, assignment: Assignment) -> Answer | None:
    """The machine's answer that this person has been offered with the question."""
    found = Suggestion.objects.filter(assignment=assignment.pk).select_related("answer").first()
    return found.answer if found else None


def offer(*, assignment: Assignment, now: datetime) -> Answer | None:
    """The machine's answer that this person is shown, if any; from now on it is theirs alone.

    Rooms that are not trusted and newcomers of one burst are shown none: whom they depend on is
    known already.
    """
    microtask = assignment.microtask
    answer = _said(microtask)
    if answer is None or _depends_on_others(assignment):
        return None
    known = Suggestion.objects.filter(microtask=microtask.pk).first()
    if known is not None:
        return _pass_on(known, answer, assignment, now)
    try:
        with transaction.atomic():
            Suggestion.objects.create(
                microtask=microtask, assignment=assignment, answer=answer, offered_at=now
            )
    except IntegrityError:
        return None  # rival: another person who was lent it in this moment
    return answer


def _depends_on_others(assignment: Assignment) -> bool:
    return assignment.room_id is not None or assignment.contributor.burst is not None


def _said(microtask: MicroTask) -> Answer | None:
    """The latest answer of a machine that suggests."""
    suggesting = Answer.objects.counting().filter(
        microtask=microtask.pk,
        microtask__state=MicroTaskState.OPEN.value,
        badly_cut=False,
        contributor__machine__suggests=True,
        contributor__machine__stopped_at=None,
    )
    return suggesting.order_by("-given_at").first()


def _pass_on(
    known: Suggestion, answer: Answer, assignment: Assignment, now: datetime
) -> Answer | None:
    """Show it to this one, where whoever was shown it first did not answer."""
    free = Suggestion.objects.filter(pk=known.pk).exclude(
        ~Q(assignment=assignment), assignment__state__in=TAKEN
    )
    moved = free.update(assignment=assignment, answer=answer, offered_at=now)
    return answer if moved else None
