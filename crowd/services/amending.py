"""An amendment that holds: its micro-tasks are gone through, some at a time, by number.

Killed and run again, it goes on where it was, and going through one twice changes nothing. Answers
are set aside, never deleted.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from crowd import later
from crowd.models import Amendment, Answer, Assignment, MicroTask, Review, Step
from crowd.models.amendments import AmendmentKind, AmendmentState
from crowd.models.answers import SetAside
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import consensus, locks, openings, recutting, rollups
from crowd.services.amendment_effects import concerned, taken_away

CHUNK = 200  # micro-tasks a transaction goes through


def go_on(*, amendment: Amendment, now: datetime) -> bool:
    """Go through some more micro-tasks.

    Returns:
        False when all are gone through.
    """
    with transaction.atomic():
        locks.hold(campaign_id=amendment.campaign_id)
        held = Amendment.objects.select_for_update(of=("self",), no_key=True)
        amendment = held.select_related("step__campaign", "question").get(pk=amendment.pk)
        if amendment.state != AmendmentState.APPLYING:
            return False
        rest = MicroTask.objects.filter(step=amendment.step, pk__gt=amendment.reached)
        # All of the step by number: which of them are concerned changes as they are gone through.
        some = list(rest.order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if amendment.kind == AmendmentKind.POLICY:
            amendment.done += _decide_anew(amendment.step, some, now)
        else:
            amendment.done += _ask_anew(amendment, some, now)
        amendment.reached = some[-1] if some else amendment.reached
        if not some:
            amendment.state = AmendmentState.APPLIED.value
            rollups.soon(amendment.campaign)
        amendment.save(update_fields=["done", "reached", "state"])
    return bool(some)


def _decide_anew(step: Step, ids: list[int], now: datetime) -> int:
    """Decide by the policy of now; what nobody has answered needs what it needs now."""
    answered = Exists(Answer.objects.filter(microtask=OuterRef("pk")))
    untouched = MicroTask.objects.filter(pk__in=ids, state=MicroTaskState.OPEN.value)
    untouched.exclude(answered).update(needs=openings.first_needs(step))
    # Unread again: whatever another worker holds at this moment is decided by that one.
    Answer.objects.counting().filter(microtask__in=ids).update(counted_at=None)
    consensus.settle(microtask_ids=ids, now=now)
    later.nudge("tasks.consensus.settle_waiting", queue="consensus")
    return len(ids)


def _ask_anew(amendment: Amendment, ids: list[int], now: datetime) -> int:
    """Set aside what was said to the earlier question, and ask everyone again."""
    changed = list(concerned(amendment).filter(pk__in=ids).values_list("pk", flat=True))
    # Whoever is at one now looks at the earlier question: their lease is taken back, too.
    lent = Assignment.objects.lent().filter(microtask__in=ids, lent_at__lt=amendment.applied_at)
    held = {*changed, *lent.values_list("microtask", flat=True)} - set(changed)
    if held and not taken_away(amendment):
        reason = SetAside.CHANGED
        recutting.set_aside_answers(microtask_ids=held, reason=reason, now=now)
    if changed:
        reviews = Review.objects.current().filter(microtask__in=changed)
        reviews.update(replaced_at=now)
        recutting.set_aside_answers(microtask_ids=changed, reason=SetAside.CHANGED, now=now)
    return len(changed)
