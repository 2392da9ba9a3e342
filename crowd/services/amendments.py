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
    Verdict,
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
    estimates,
    locks,
    openings,
    outlines,
    recutting,
    rollups,
)

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
    meaning = means_else or _asked(before) != _asked(after)
    kind = AmendmentKind.MEANING if meaning else AmendmentKind.WORDING
    return _propose(question.step, question, kind, before, after, by=by, now=now)


def _asked(words: Mapping[str, Any]) -> Any:
    """What an answer depends on: labels may change, values may not."""
    values = [option["value"] for option in words["options"]]
    return sorted(values), words["settings"], words["required"]


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


def weigh(*, amendment: Amendment) -> Amendment:
    """Find out what an amendment would come to."""
    of_policy = amendment.kind == AmendmentKind.POLICY
    effect = _effect_of_policy(amendment) if of_policy else _effect_of_words(amendment)
    weighing = Amendment.objects.filter(pk=amendment.pk, state=AmendmentState.WEIGHING.value)
    weighing.update(effect=effect, state=AmendmentState.WEIGHED.value)
    amendment.refresh_from_db()
    return amendment


def _effect_of_policy(amendment: Amendment) -> dict[str, int]:
    """How many micro-tasks would be settled, contested or asked again, and at what cost."""
    policy = policy_of(**amendment.after)
    states = dict(
        MicroTask.objects.filter(step=amendment.step)
        .exclude(state=MicroTaskState.WITHDRAWN.value)
        .values_list("pk", "state")
    )
    found = {"microtasks": 0, "settle": 0, "reopen": 0, "contest": 0, "same": 0, "needs": 0}
    for estimated in estimates.of_step(amendment.step, policy=policy):
        for pk, decision in estimated.estimate.decisions.items():
            before, after = states.get(pk), decision.state.value
            found["microtasks"] += 1
            found["needs"] += decision.needs
            found[_move(before, after)] += 1
    return found


def _move(before: str | None, after: str) -> str:
    if before == after:
        return "same"
    moves = {MicroTaskState.OPEN.value: "reopen", MicroTaskState.CONTESTED.value: "contest"}
    return moves.get(after, "settle")


def _effect_of_words(amendment: Amendment) -> dict[str, int]:
    """How many answers would be set aside, of how many people, and which verdicts with them."""
    if amendment.kind == AmendmentKind.WORDING:
        return {"answers": 0, "people": 0, "microtasks": 0, "verdicts": 0}
    concerned = _concerned(amendment)
    answers = Answer.objects.counting().filter(microtask__in=concerned)
    return {
        "answers": answers.count(),
        "people": answers.values("contributor").distinct().count(),
        "microtasks": concerned.count(),
        "verdicts": Verdict.objects.current().filter(microtask__in=concerned).count(),
    }


def _concerned(amendment: Amendment) -> QuerySet[MicroTask]:
    """Micro-tasks an amendment goes through.

    An option that is only taken away concerns those where somebody chose it; anything else that
    changes what is asked concerns all that have answers; a policy concerns all.
    """
    every = MicroTask.objects.filter(step=amendment.step)
    if amendment.kind == AmendmentKind.POLICY:
        return every
    said = Answer.objects.counting().filter(microtask=OuterRef("pk"))
    gone = _taken_away(amendment)
    if gone:
        key = amendment.question.key if amendment.question else ""
        is_list = bool(amendment.question and amendment.question.kind == "choices")
        name = f"values__{key}__has_any_keys" if is_list else f"values__{key}__in"
        said = said.filter(**{name: gone})
    return every.filter(Exists(said))


def _taken_away(amendment: Amendment) -> list[str]:
    """Options that go, when nothing else that matters changes."""
    before = [option["value"] for option in amendment.before["options"]]
    after = [option["value"] for option in amendment.after["options"]]
    gone = [value for value in before if value not in after]
    rest = {**amendment.before, "options": []}, {**amendment.after, "options": []}
    only = not set(after) - set(before) and _asked(rest[0]) == _asked(rest[1])
    return gone if only else []


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
        concerned = _concerned(amendment).count()
        changed: Step | Question = amendment.question or step
        for name, value in amendment.after.items():
            setattr(changed, name, value)
        changed.save(update_fields=list(amendment.after))
        amendment.state, amendment.applied_at = AmendmentState.APPLYING.value, now
        amendment.total = concerned if amendment.kind != AmendmentKind.WORDING else 0
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
    concerned = list(_concerned(amendment).filter(pk__in=ids).values_list("pk", flat=True))
    # Whoever is at one now looks at the earlier question: their lease is taken back, too.
    lent = Assignment.objects.lent().filter(microtask__in=ids, lent_at__lt=amendment.applied_at)
    held = {*concerned, *lent.values_list("microtask", flat=True)} - set(concerned)
    if held and not _taken_away(amendment):
        reason = SetAside.CHANGED
        recutting.set_aside_answers(microtask_ids=held, reason=reason, now=now)
    if concerned:
        reviews = Review.objects.current().filter(microtask__in=concerned)
        reviews.update(replaced_at=now)
        recutting.set_aside_answers(microtask_ids=concerned, reason=SetAside.CHANGED, now=now)
    return len(concerned)


def of_campaign(campaign: Campaign) -> QuerySet[Amendment]:
    """All that was weighed or applied, the newest first."""
    found = Amendment.objects.filter(campaign=campaign).order_by("-pk")
    return found.select_related("step", "question", "made_by")
