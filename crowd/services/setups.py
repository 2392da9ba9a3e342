"""A campaign's set-up as one value: cause, steps, questions, policies, splitting and zones.

`describe` and `make` are each other's inverse; `setup_files` reads and checks what comes in.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml
from django.db import transaction

from crowd.models import Campaign, User, Zone
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.services import (
    causes,
    changes,
    launching,
    setup_layouts,
    step_descriptions,
    steps,
)
from crowd.services.setup_files import filled
from crowd.services.setup_schema import CHOICES, POLICY, VERSION, WORDS


def describe(*, campaign: Campaign) -> dict[str, Any]:
    """The set-up of a campaign, as plain JSON values."""
    day = campaign.deadline.isoformat() if campaign.deadline else None
    words = {name: getattr(campaign, name) for name in (*WORDS, *CHOICES)}
    return {
        "tamis": VERSION,
        "campaign": {**words, "deadline": day},
        "splitting": campaign.splitting,
        "layouts": setup_layouts.describe(campaign=campaign),
        "steps": [
            {
                "key": step.key,
                **step_descriptions.describe(step=step),
                "policy": {name: getattr(step, name) for name in POLICY},
            }
            for step in campaign.steps.order_by("position")
        ],
    }


def as_yaml(*, campaign: Campaign) -> str:
    """The same as a file that people can read and change."""
    text: str = yaml.safe_dump(
        describe(campaign=campaign), allow_unicode=True, sort_keys=False, width=100
    )
    return text


@transaction.atomic
def make(*, description: Mapping[str, Any], by: User, now: datetime) -> Campaign:
    """A draft from a set-up that was checked.

    Raises:
        InvalidSetup: something only the database could refuse.
        Problem: `launching_not_allowed`.
    """
    about = description["campaign"]
    made = launching.start(
        title=about["title"], language=about.get("language", "en"), by=by, now=now
    )
    _write(made, description, by, now)
    _add_steps(made, description, by, now)
    changes.record(campaign=made, user=by, what="campaign.imported", now=now)
    return made


def _write(
    campaign: Campaign, description: Mapping[str, Any], by: User | None, now: datetime
) -> None:
    """All of a set-up but its steps. Words that it leaves out stay as they are."""
    about = description["campaign"]
    words = {name: about[name] for name in (*WORDS, "deadline") if about.get(name) is not None}
    causes.edit(campaign=campaign, fields=words, by=by, now=now)
    for name in CHOICES:
        setattr(campaign, name, about.get(name, getattr(campaign, name)))
    campaign.splitting = description.get("splitting") or {}
    campaign.expected_layouts = description.get("layouts") or []
    campaign.save(update_fields=[*CHOICES, "splitting", "expected_layouts"])


@transaction.atomic
def replace(
    *, campaign: Campaign, description: Mapping[str, Any], by: User | None, now: datetime
) -> None:
    """Make a draft what a set-up that was checked says.

    Raises:
        InvalidSetup: something only the database could refuse.
        Problem: `steps_in_play`.
    """
    replace_steps(campaign=campaign, description=description, by=by, now=now)
    _write(campaign, description, by, now)


@transaction.atomic
def replace_steps(
    *, campaign: Campaign, description: Mapping[str, Any], by: User | None, now: datetime
) -> None:
    """Put a set-up's steps in the place of a draft's.

    Raises:
        Problem: `steps_in_play`.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if held.state != CampaignState.DRAFT.value:
        raise Problem("steps_in_play")
    tied = dict(Zone.objects.filter(step__campaign=held).values_list("pk", "step__key"))
    held.steps.all().delete()
    _add_steps(held, description, by, now)
    for key, step in held.steps.filter(opens_when__isnull=True).values_list("key", "pk"):
        Zone.objects.filter(pk__in=[pk for pk in tied if tied[pk] == key]).update(step=step)
    changes.record(campaign=held, user=by, what="steps.replaced", now=now)


def _add_steps(
    campaign: Campaign, description: Mapping[str, Any], by: User | None, now: datetime
) -> None:
    for step in description["steps"]:
        made = steps.add(campaign=campaign, description=filled(step), by=by, now=now)
        if step.get("policy"):
            steps.set_policy(step=made, policy=step["policy"], by=by, now=now)
