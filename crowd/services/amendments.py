"""Amendments: a policy or a question changed after launch. Weighed first, applied when decided.

Weighing writes nothing but what it found. Applying changes the step or the question at once, and
then goes through its micro-tasks some at a time, by number: killed and run again, it goes on where
it was, and going through one twice changes nothing. Answers are set aside, never deleted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from crowd import later
from crowd.models import (
    Amendment,
    Answer,
    Assignment,
    Campaign,
    MicroTask,
    Question,
    Review,
    Step,
    User,
)
from crowd.models.amendments import AmendmentKind, AmendmentState
from crowd.models.answers import SetAside
from crowd.models.steps import policy_of
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.services import (
    campaigns,
    changes,
    consensus,
    locks,
    openings,
    outlines,
    recutting,
    rollups,
)
from crowd.services.amendment_effects import asked, concerned, taken_away, weigh

NAME = "tasks.amendments.work"
CHUNK = 200  # micro-tasks a transaction goes through
POLICY = campaigns.POLICY
WORDS = ("label", "help", "options", "settings", "required")


def propose_policy(
    *, step: Step, policy: Mapping[str, Any], by: User | None, now: datetime
) -> Amendment:
    """Have another policy weighed.

    Args:
        policy: the fields of `POLICY` that change.

    Raises:
        Problem: `policy_impossible`.
    """
    before = {name: getattr(step, name) for name in POLICY}
    after = before | {name: policy[name] for name in POLICY if name in policy}
    try:
        policy_of(**after)
    except ValueError:
        raise Problem("policy_impossible") from None
    if after["agree"] > after["at_most"] or after["at_least"] > after["at_most"]:
        raise Problem("policy_impossible")
    return _propose(step, None, AmendmentKind.POLICY, before, after, by=by, now=now)


def propose_question(
    *,
    question: Question,
    changed: Mapping[str, Any],
    means_else: bool,
    by: User | None,
    now: datetime,
) -> Amendment:
    """Have a correction of a question weighed.

    Args:
        changed: the fields of `WORDS` that change; options as `{"value", "label"}`.
        means_else: what is asked is not the same any more, whatever changed.

    Raises:
        Problem: `question_invalid`, `amendment_empty`.
    """
    before = {name: getattr(question, name) for name in WORDS}
    after = before | {name: changed[name] for name in WORDS if name in changed}
    if before == after:
        raise Problem("amendment_empty")
    earlier = question.step.questions.filter(position__lt=question.position)
    described = {"key": question.key, "kind": question.kind, **after}
    campaigns.check_question(described, [each.rule for each in earlier.order_by("position", "pk")])
    meaning = means_else or asked(before) != asked(after)
    kind = AmendmentKind.MEANING if meaning else AmendmentKind.WORDING
    return _propose(question.step, question, kind, before, after, by=by, now=now)


def _propose(
    step: Step,
    question: Question | None,
    kind: AmendmentKind,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: User | None,
    now: datetime,
) -> Amendment:
    with transaction.atomic():
        made = Amendment.objects.create(
            campaign=step.campaign,
            step=step,
            question=question,
            kind=kind.value,
            before=before,
            after=after,
            made_by=by,
            made_at=now,
        )
        later.after_commit(NAME, queue="default", amendment_id=made.pk)
    return made


def work(*, amendment_id: int, now: datetime) -> None:
    """Weigh an amendment, or apply it to the end."""
    found = Amendment.objects.select_related("step__campaign", "question").get(pk=amendment_id)
    if found.state == AmendmentState.WEIGHING:
        weigh(amendment=found)
    while found.state == AmendmentState.APPLYING and go_on(amendment=found, now=now):
        pass


def unfinished_ids() -> list[int]:
    """What a worker that died, or a lost message, has left."""
    busy = [AmendmentState.WEIGHING.value, AmendmentState.APPLYING.value]
    return list(
        Amendment.objects.filter(state__in=busy).order_by("pk").values_list("pk", flat=True)
    )


def apply(*, amendment: Amendment, by: User | None, now: datetime) -> Amendment:
    """Let an amendment hold from now on, and have its micro-tasks gone through.

    Raises:
        Problem: `amendment_not_weighed`; `amendment_outdated`: the step or question has changed
            since; `amendment_busy`: another one of this step is being applied.
    """
    with transaction.atomic():
        # Rivals: a second click, another amendment of this step.
        step = Step.objects.select_for_update().get(pk=amendment.step_id)
        held = Amendment.objects.select_for_update(of=("self",)).select_related("question")
        amendment = held.get(pk=amendment.pk)
        _check(amendment, step)
        total = concerned(amendment).count()
        changed: Step | Question = amendment.question or step
        for name, value in amendment.after.items():
            setattr(changed, name, value)
        changed.save(update_fields=list(amendment.after))
        amendment.state, amendment.applied_at = AmendmentState.APPLYING.value, now
        amendment.total = total if amendment.kind != AmendmentKind.WORDING else 0
        if amendment.kind == AmendmentKind.WORDING:
            amendment.state = AmendmentState.APPLIED.value
        amendment.save(update_fields=["state", "applied_at", "total"])
        _record(amendment, step, by=by, now=now)
        later.after_commit(NAME, queue="default", amendment_id=amendment.pk)
    outlines.forget()
    return amendment


def _check(amendment: Amendment, step: Step) -> None:
    if amendment.state != AmendmentState.WEIGHED:
        raise Problem("amendment_not_weighed")
    now = amendment.question or step
    if any(getattr(now, name) != value for name, value in amendment.before.items()):
        raise Problem("amendment_outdated")
    busy = Amendment.objects.filter(step=step, state=AmendmentState.APPLYING.value)
    if busy.exists():
        raise Problem("amendment_busy")


def _record(amendment: Amendment, step: Step, *, by: User | None, now: datetime) -> None:
    named = {"step": step.title, "amendment": amendment.pk}
    if amendment.question is not None:
        named["question"] = amendment.question.label
    what = f"amendment.{amendment.kind}"
    changes.record(campaign=amendment.campaign, user=by, what=what, details=named, now=now)


def drop(*, amendment: Amendment) -> None:
    """Leave it as it is."""
    early = [AmendmentState.WEIGHING.value, AmendmentState.WEIGHED.value]
    found = Amendment.objects.filter(pk=amendment.pk, state__in=early)
    found.update(state=AmendmentState.DROPPED.value)


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


def of_campaign(campaign: Campaign) -> QuerySet[Amendment]:
    """All that was weighed or applied, the newest first."""
    found = Amendment.objects.filter(campaign=campaign).order_by("-pk")
    return found.select_related("step", "question", "made_by")
