"""Recutting: an excerpt shows something else now; what was said of the earlier cut is set aside."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from crowd.models import Answer, Assignment, Excerpt, MicroTask, Verdict
from crowd.models.answers import SetAside
from crowd.rules import lifecycle
from crowd.rules.lifecycle import AssignmentState
from crowd.services import consensus, openings, queues

BACK = (AssignmentState.LENT, AssignmentState.ANSWERED)


def set_aside(*, excerpt: Excerpt, now: datetime) -> None:
    """Set aside all answers about an excerpt and ask everyone anew, in the caller's transaction.

    Nothing is deleted. Verdicts that stood on these answers are no longer current, follow-ups they
    opened are withdrawn, and whoever answered may be given the new cut. Points stay: they were
    earned on what could be seen.
    """
    of_excerpt = MicroTask.objects.filter(excerpt=excerpt).order_by("pk")
    set_aside_answers(
        microtask_ids=list(of_excerpt.values_list("pk", flat=True)), reason=SetAside.CUT, now=now
    )


def set_aside_answers(*, microtask_ids: Collection[int], reason: SetAside, now: datetime) -> None:
    """Set aside all answers to these micro-tasks and ask everyone anew, as above."""
    held = MicroTask.objects.select_for_update(no_key=True, of=("self",))
    ids = list(held.filter(pk__in=microtask_ids).order_by("pk").values_list("pk", flat=True))
    verdicts = list(
        Verdict.objects.current().filter(microtask__in=ids).select_related("microtask", "step")
    )
    Answer.objects.counting().filter(microtask__in=ids).update(
        set_aside_at=now, set_aside_reason=reason, counted_at=now
    )
    _take_back(ids, now=now)
    consensus.settle(microtask_ids=ids, now=now)
    openings.follow(verdicts=verdicts)
    queues.refill_soon()


def _take_back(microtask_ids: list[int], *, now: datetime) -> None:
    for state in BACK:
        lifecycle.check(lifecycle.ASSIGNMENT_MOVES, state, AssignmentState.RETURNED)
    # Rival: an answer on its way. It holds its lease's row; after us it finds the lease returned
    # and the excerpt cut anew since, and is kept without counting.
    found = Assignment.objects.select_for_update(of=("self",)).filter(
        microtask__in=microtask_ids, state__in=[state.value for state in BACK]
    )
    held = list(found.select_related("microtask").order_by("pk"))
    Assignment.objects.filter(pk__in=[each.pk for each in held]).update(
        state=AssignmentState.RETURNED.value, closed_at=now
    )

    def forget() -> None:
        for each in held:
            queues.forget_seen(
                step_id=each.microtask.step_id,
                contributor_id=each.contributor_id,
                microtask_id=each.microtask_id,
            )

    transaction.on_commit(forget, robust=True)
