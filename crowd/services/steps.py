"""Steps of a campaign while it is set up: added, changed, moved, deleted.

Once a campaign has been opened, its questions are corrected elsewhere: there answers exist, and a
correction says what becomes of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from crowd import later
from crowd.models import Campaign, MicroTask, Question, Step, User
from crowd.models.steps import Preset
from crowd.rules import opening
from crowd.rules import questions as rules
from crowd.rules.lifecycle import CampaignState
from crowd.rules.policy import MOST
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import changes, openings, outlines
from crowd.services.step_descriptions import InvalidStep, asked, check, earlier_than

MOST_STEPS = 30
NEW = {"preset": Preset.CAREFUL.value, "at_most": MOST, "at_least": 2, "agree": 2}
"""How sure a step made here wants to be, unless it says so."""


@transaction.atomic
def add(
    *, campaign: Campaign, description: Mapping[str, Any], by: User | None, now: datetime
) -> Step:
    """A new step behind all others.

    Raises:
        InvalidStep: what is wrong with it.
        Problem: `steps_in_play`, `too_many_steps`.
    """
    held = _hold(campaign)
    if held.steps.count() >= MOST_STEPS:
        raise Problem("too_many_steps", most=MOST_STEPS)
    check(description, earlier=earlier_than(campaign=held, position=None))
    last = held.steps.order_by("-position").first()
    step = Step(
        campaign=held,
        key=_free_key(held, str(description.get("key") or description["title"])),
        position=last.position + 1 if last else 0,
        **NEW,
    )
    _write(step, description)
    changes.record(campaign=held, user=by, what="step.added", details={"step": step.title}, now=now)
    return step


@transaction.atomic
def add_all(
    *,
    campaign: Campaign,
    descriptions: Sequence[Mapping[str, Any]],
    by: User | None,
    now: datetime,
) -> list[Step]:
    """New steps that belong together, behind all others: one opens another by its key.

    Args:
        descriptions: as `add` takes them; `policy` (as `set_policy` takes it) may be left out.

    Raises:
        InvalidStep: what is wrong with the first that does not fit; none is added.
        Problem: `steps_in_play`, `too_many_steps`, `policy_unlikely`.
    """
    named: dict[str, str] = {}  # a key that was taken already became another
    made: list[Step] = []
    for description in descriptions:
        when = description.get("opens_when")
        if isinstance(when, Mapping) and "step" in when:
            when = {**when, "step": named.get(str(when["step"]), when["step"])}
        step = add(
            campaign=campaign, description={**description, "opens_when": when}, by=by, now=now
        )
        if description.get("policy"):
            set_policy(step=step, policy=description["policy"], by=by, now=now)
            step.refresh_from_db()
        named[str(description.get("key"))] = step.key
        made.append(step)
    return made


@transaction.atomic
def save(
    *,
    step: Step,
    description: Mapping[str, Any],
    by: User | None,
    now: datetime,
    version: int | None = None,
) -> Step:
    """Replace a step and its questions by what is described.

    Args:
        description: as `add` takes it; `policy` (as `set_policy` takes it) may be left out.
        version: the one that whoever writes has seen; None: whatever is there.

    Raises:
        InvalidStep: what is wrong with it, or what a later step still needs of it.
        Problem: `steps_in_play`, `someone_changed_it`, `policy_unlikely`.
    """
    # Rival: another editor with the same page open, or the moment the campaign opens.
    campaign = _hold(step.campaign)
    held = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if version is not None and version != held.version:
        raise Problem("someone_changed_it")
    check(description, earlier=earlier_than(campaign=campaign, position=held.position))
    _check_later(held, asked(description))
    held.version += 1
    _write(held, description)
    if description.get("policy"):
        set_policy(step=held, policy=description["policy"], by=by, now=now)
        held.refresh_from_db()
    changes.record(
        campaign=campaign, user=by, what="step.edited", details={"step": held.title}, now=now
    )
    return held


@transaction.atomic
def delete(*, step: Step, by: User | None, now: datetime) -> None:
    """Delete a step with its questions; gone already: nothing happens.

    Raises:
        Problem: `steps_in_play`, or `step_opens_another`.
    """
    campaign = _hold(step.campaign)
    held = Step.objects.filter(pk=step.pk).first()
    if held is None:
        return
    _check_later(held, {}, alone=True)
    told = {"step": held.title}
    held.delete()
    changes.record(campaign=campaign, user=by, what="step.removed", details=told, now=now)
    outlines.forget()


@transaction.atomic
def move(*, step: Step, up: bool, by: User | None, now: datetime) -> None:
    """Change places with the step before or behind; at the end of the list nothing happens.

    Raises:
        Problem: `steps_in_play`, or `step_opens_another`: it would come before what opens it.
    """
    campaign = _hold(step.campaign)
    order = list(campaign.steps.order_by("position"))
    place = next(i for i, each in enumerate(order) if each.pk == step.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    first, second = order[min(place, other)], order[max(place, other)]
    if (second.opens_when or {}).get("step") == first.key:
        raise Problem("step_opens_another", step=first.title, later=second.title)
    first.position, second.position = second.position, first.position
    first.save(update_fields=["position"])
    second.save(update_fields=["position"])
    told = {"step": step.title}
    changes.record(campaign=campaign, user=by, what="step.moved", details=told, now=now)


@transaction.atomic
def set_policy(*, step: Step, policy: Mapping[str, Any], by: User | None, now: datetime) -> None:
    """Say how sure a step must be, before its campaign opens.

    Args:
        policy: `preset`, `agree`, `at_most`, `at_least`; what is left out is as for a new step.

    Raises:
        Problem: `steps_in_play`, or `policy_unlikely`: it can never be met.
    """
    campaign = _hold(step.campaign)
    held = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
    for name, value in policy.items():
        setattr(held, name, value)
    try:
        rule = held.policy
    except (ValueError, TypeError):
        raise Problem("policy_unlikely") from None
    if not 1 <= held.at_most <= 50 or not 1 <= held.agree <= held.at_most:
        raise Problem("policy_unlikely")
    held.version += 1
    held.save(update_fields=[*policy, "version"])
    _ask_anew(held)
    told = {"step": held.title, "policy": rule.kind}
    changes.record(campaign=campaign, user=by, what="step.policy", details=told, now=now)


def _hold(campaign: Campaign) -> Campaign:
    """The campaign, while nobody else changes its steps and it can't open.

    Raises:
        Problem: `steps_in_play`.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if held.state != CampaignState.DRAFT.value:
        raise Problem("steps_in_play")
    return held


def _write(step: Step, description: Mapping[str, Any]) -> None:
    step.title = storable(str(description["title"])).strip()
    step.instructions = storable(str(description.get("instructions") or "")).strip()
    step.opens_when = description.get("opens_when") or None
    step.lease_seconds = description.get("lease_seconds", step.lease_seconds)
    step.save()
    step.questions.all().delete()
    Question.objects.bulk_create(
        Question(
            step=step,
            position=place,
            **{
                name: question[name]
                for name in ("key", "kind", "label", "help", "required", "options", "settings")
                if question.get(name) is not None
            },
        )
        for place, question in enumerate(description.get("questions") or [])
    )
    _ask_anew(step)
    outlines.forget()


def _ask_anew(step: Step) -> None:
    """Micro-tasks as this step has them now: nobody was ever given one of a draft."""
    mine = MicroTask.objects.filter(step=step)
    if step.opens_when is not None:
        mine.delete()
        return
    needs = openings.first_needs(step)
    mine.exclude(needs=needs).update(needs=needs)
    later.after_commit(
        "tasks.microtasks.ask_about_all", queue="documents", campaign_id=step.campaign_id
    )


def _check_later(
    step: Step, questions: Mapping[str, rules.Question], *, alone: bool = False
) -> None:
    """Refuse what would leave a later step with a condition nobody can meet."""
    for each in step.campaign.steps.filter(position__gt=step.position):
        condition = each.opens_when or {}
        if condition.get("step") != step.key:
            continue
        problem = Problem("step_opens_another", step=step.title, later=each.title)
        if alone:
            raise problem
        try:
            opening.check(condition, {step.key: questions})
        except Problem:
            raise InvalidStep({"questions": problem}) from None


def _free_key(campaign: Campaign, words: str) -> str:
    taken = set(campaign.steps.values_list("key", flat=True))
    return free_key(words, taken, otherwise="step")


def free_key(words: str, taken: set[str], *, otherwise: str) -> str:
    """A key made of words that nothing else of `taken` has."""
    base = slugify(words)[:34].strip("-_") or otherwise
    number = 1
    key = base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
