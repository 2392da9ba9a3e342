"""Amendments: a policy, a question or a step's words changed after launch: weighed, then applied.

Weighing writes nothing but what it found. Applying changes the step or the question at once;
`amending` then goes through its micro-tasks.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from crowd import later
from crowd.models import Amendment, Campaign, Question, Step, User
from crowd.models.amendments import AmendmentKind, AmendmentState
from crowd.models.steps import policy_of
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import amending, campaigns, changes, outlines, step_descriptions
from crowd.services.amendment_effects import asked, concerned, weigh

NAME = "tasks.amendments.work"
POLICY = campaigns.POLICY
WORDS = ("label", "help", "options", "settings", "required")
STEP_WORDS = ("title", "instructions", "example")


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
    seen: int | None = None,
) -> Amendment:
    """Have a correction of a question weighed.

    Args:
        changed: the fields of `WORDS` that change; options as `{"value", "label"}`.
        means_else: what is asked is not the same any more, whatever changed.
        seen: what `latest` was for whoever writes; None: whatever it is.

    Raises:
        Problem: `question_invalid`, `amendment_empty`, `someone_changed_it`.
    """
    if seen is not None and seen != latest(about=question):
        raise Problem("someone_changed_it")
    before = {name: getattr(question, name) for name in WORDS}
    after = before | {name: changed[name] for name in WORDS if name in changed}
    after["help"] = _retyped(before["help"], after["help"])
    if before == after:
        raise Problem("amendment_empty")
    earlier = question.step.questions.filter(position__lt=question.position)
    described = {"key": question.key, "kind": question.kind, **after}
    campaigns.check_question(described, [each.rule for each in earlier.order_by("position", "pk")])
    meaning = means_else or asked(before) != asked(after)
    kind = AmendmentKind.MEANING if meaning else AmendmentKind.WORDING
    return _propose(question.step, question, kind, before, after, by=by, now=now)


def propose_step(
    *,
    step: Step,
    changed: Mapping[str, str],
    means_else: bool,
    by: User | None,
    now: datetime,
    seen: int | None = None,
) -> Amendment:
    """Have a correction of what a step says above its questions weighed.

    Args:
        changed: the fields of `STEP_WORDS` that change.
        means_else: people were led astray: what they answered is set aside, and asked again.
        seen: what `latest` was for whoever writes; None: whatever it is.

    Raises:
        InvalidStep: what is wrong with the words.
        Problem: `amendment_empty`, `someone_changed_it`.
    """
    if seen is not None and seen != latest(about=step):
        raise Problem("someone_changed_it")
    before = {name: getattr(step, name) for name in STEP_WORDS}
    words = {name: changed[name] for name in STEP_WORDS if name in changed}
    after = before | {name: _retyped(before[name], text) for name, text in words.items()}
    if before == after:
        raise Problem("amendment_empty")
    if wrong := step_descriptions.wrong_words(after):
        raise step_descriptions.InvalidStep(wrong)
    kind = AmendmentKind.MEANING if means_else else AmendmentKind.WORDING
    return _propose(step, None, kind, before, after, by=by, now=now)


def _retyped(before: str, typed: str) -> str:
    """What was typed, or what was there before if only the ends of lines differ (forms: CRLF)."""
    text = storable(typed).replace("\r\n", "\n").strip()
    return before if before.replace("\r\n", "\n").strip() == text else text


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
    while found.state == AmendmentState.APPLYING and amending.go_on(amendment=found, now=now):
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
    what = f"amendment.{amendment.kind}"
    if amendment.question is not None:
        named["question"] = amendment.question.label
    elif amendment.kind != AmendmentKind.POLICY:
        what = f"{what}_of_step"
    changes.record(campaign=amendment.campaign, user=by, what=what, details=named, now=now)


def drop(*, amendment: Amendment) -> None:
    """Leave it as it is."""
    early = [AmendmentState.WEIGHING.value, AmendmentState.WEIGHED.value]
    found = Amendment.objects.filter(pk=amendment.pk, state__in=early)
    found.update(state=AmendmentState.DROPPED.value)


def corrections(*, about: Question | Step) -> QuerySet[Amendment]:
    """The corrections of its own words that were applied, the last one first."""
    applied = about.amendments.filter(applied_at__isnull=False)
    if isinstance(about, Step):
        applied = applied.filter(question=None).exclude(kind=AmendmentKind.POLICY.value)
    return applied.order_by("-applied_at", "-pk")


def latest(*, about: Question | Step) -> int:
    """The last correction of its own words that was applied, by its number; 0: there was none."""
    return corrections(about=about).values_list("pk", flat=True).first() or 0


def of_campaign(campaign: Campaign) -> QuerySet[Amendment]:
    """All that was weighed or applied, the newest first."""
    found = Amendment.objects.filter(campaign=campaign).order_by("-pk")
    return found.select_related("step", "question", "made_by")
