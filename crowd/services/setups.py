"""A campaign's set-up as one file: cause, steps, questions, policies, ways of splitting.

`describe` and `make` are each other's inverse. What came in is checked in two rounds: its shape
(JSON Schema), then what it means; every fault is told with its place, like `steps.0.title`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import yaml
from django.db import transaction
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as Fault

from crowd.models import Campaign, Step, User
from crowd.models.campaigns import Game
from crowd.models.steps import Preset
from crowd.rules.lifecycle import CampaignState
from crowd.rules.ordering import Order
from crowd.rules.problems import Problem
from crowd.rules.questions import Kind
from crowd.services import causes, changes, launching, steps

VERSION = 1
MOST_BYTES = 1024 * 1024
MOST_FAULTS = 20
WORDS = ("title", "problem", "solution", "story", "use", "licence", "language")
CHOICES = ("game", "order", "order_column")
POLICY = ("preset", "agree", "at_most", "at_least", "sure", "per_room")

_text: dict[str, Any] = {"type": "string"}
_count: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 50}
QUESTION: dict[str, Any] = {
    "type": "object",
    "required": ["key", "kind", "label"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,40}$"},
        "kind": {"enum": [kind.value for kind in Kind]},
        "label": _text,
        "help": _text,
        "required": {"type": "boolean"},
        "options": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["value", "label"],
                "properties": {"value": _text, "label": _text},
            },
        },
        "settings": {"type": "object"},
    },
}
STEP: dict[str, Any] = {
    "type": "object",
    "required": ["title", "questions"],
    "additionalProperties": False,
    "properties": {
        "key": {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,40}$"},
        "title": _text,
        "instructions": _text,
        "opens_when": {"type": ["object", "null"]},
        "lease_seconds": {"type": "integer"},
        "policy": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "preset": {"enum": list(Preset.values)},
                "agree": _count,
                "at_most": _count,
                "at_least": _count,
                "sure": {"type": ["number", "null"]},
                "per_room": _count,
            },
        },
        "questions": {"type": "array", "items": QUESTION},
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["tamis", "campaign", "steps"],
    "additionalProperties": False,
    "properties": {
        "tamis": {"enum": [VERSION]},
        "campaign": {
            "type": "object",
            "required": ["title"],
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(WORDS, _text),
                "deadline": {"type": ["string", "null"]},
                "game": {"enum": list(Game.values)},
                "order": {"enum": [order.value for order in Order]},
                "order_column": _text,
            },
        },
        "splitting": {"type": "object"},
        "steps": {"type": "array", "maxItems": steps.MOST_STEPS, "items": STEP},
    },
}
TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


class InvalidSetup(Exception):
    """What is wrong with a set-up: (place, problem), in the order of the file."""

    def __init__(self, problems: list[tuple[str, Problem]]) -> None:
        super().__init__(problems)
        self.problems = problems


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a file of a few lines must not unfold into gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)


def describe(*, campaign: Campaign) -> dict[str, Any]:
    """The set-up of a campaign, as plain JSON values."""
    day = campaign.deadline.isoformat() if campaign.deadline else None
    words = {name: getattr(campaign, name) for name in (*WORDS, *CHOICES)}
    return {
        "tamis": VERSION,
        "campaign": {**words, "deadline": day},
        "splitting": campaign.splitting,
        "steps": [
            {
                "key": step.key,
                **steps.describe(step=step),
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


def parse(*, data: bytes) -> dict[str, Any]:
    """Read a set-up from JSON or YAML (of which JSON is a part).

    Raises:
        InvalidSetup: it can't be read, or does not have the shape of a set-up.
    """
    try:
        if len(data) > MOST_BYTES:
            raise Problem("setup_too_large", most=MOST_BYTES // 1024)
        found = _loaded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InvalidSetup([("", Problem("setup_not_text"))]) from None
    except Problem as refused:
        raise InvalidSetup([("", refused)]) from None
    return check(found)


def check(found: Any) -> dict[str, Any]:
    """Refuse what is no set-up.

    Raises:
        InvalidSetup: all that is wrong with its shape, or with what it means.
    """
    wrong = list(_of_shape(found))[:MOST_FAULTS]
    wrong = wrong or list(_of_meaning(found))[:MOST_FAULTS]
    if wrong:
        raise InvalidSetup(wrong)
    described: dict[str, Any] = found
    return described


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
    campaign.save(update_fields=[*CHOICES, "splitting"])


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
    held.steps.all().delete()
    _add_steps(held, description, by, now)
    changes.record(campaign=held, user=by, what="steps.replaced", now=now)


def _add_steps(
    campaign: Campaign, description: Mapping[str, Any], by: User | None, now: datetime
) -> None:
    for step in description["steps"]:
        made = steps.add(campaign=campaign, description=_filled(step), by=by, now=now)
        if step.get("policy"):
            steps.set_policy(step=made, policy=step["policy"], by=by, now=now)


def _filled(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step with all that may be left out."""
    blank = {"help": "", "required": True, "options": [], "settings": {}}
    default = Step._meta.get_field("lease_seconds").default
    return {
        "instructions": "",
        "opens_when": None,
        "lease_seconds": default,
        **step,
        "questions": [{**blank, **question} for question in step["questions"]],
    }


def _loaded(text: str) -> Any:
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
        # Dates become texts again, and what JSON can't hold is refused here.
        return json.loads(json.dumps(found, default=_plain, allow_nan=False))
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = mark.line + 1 if mark else 1
        raise Problem("setup_unreadable", line=line) from wrong
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as wrong:
        raise Problem("setup_unreadable", line=1) from wrong


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _of_shape(found: Any) -> Iterator[tuple[str, Problem]]:
    faults = Draft202012Validator(SCHEMA).iter_errors(found)
    for fault in sorted(faults, key=lambda each: [str(part) for part in each.absolute_path]):
        yield _place(fault), _told(fault)


def _place(fault: Fault) -> str:
    return ".".join(str(part) for part in fault.absolute_path)


def _told(fault: Fault) -> Problem:
    if fault.validator == "required":
        lacking = [each for each in fault.validator_value if each not in fault.instance]
        return Problem("setup_lacks", fields=", ".join(lacking))
    if fault.validator == "additionalProperties":
        known = fault.schema["properties"]
        unknown = sorted(str(each) for each in fault.instance if each not in known)
        return Problem("setup_unknown", fields=", ".join(unknown)[:200])
    if fault.validator == "enum":
        known = ", ".join(str(each) for each in fault.validator_value)
        return Problem("setup_not_one_of", known=known, value=str(fault.instance)[:50])
    if fault.validator == "type":
        wanted = fault.validator_value
        wanted = [wanted] if isinstance(wanted, str) else wanted
        return Problem("setup_wrong_type", wanted=" / ".join(TYPES[each] for each in wanted))
    return Problem("setup_out_of_bounds", value=str(fault.instance)[:50])


def _of_meaning(found: Mapping[str, Any]) -> Iterator[tuple[str, Problem]]:
    for name in (*WORDS, "deadline"):
        value = found["campaign"].get(name)
        if value is not None:
            try:
                causes.cleaned({name: value})
            except Problem as problem:
                yield f"campaign.{name}", problem
    earlier: dict[str, dict[str, Any]] = {}
    for number, step in enumerate(found["steps"]):
        key = str(step.get("key") or steps.free_key(step["title"], set(earlier), otherwise="step"))
        if key in earlier:
            yield f"steps.{number}.key", Problem("setup_step_twice", key=key)
        try:
            steps.check(_filled(step), earlier=earlier)
        except steps.InvalidStep as invalid:
            for place, wrong in invalid.problems.items():
                yield f"steps.{number}.{place}", wrong
            continue
        earlier[key] = steps.asked(_filled(step))
