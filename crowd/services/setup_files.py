"""Set-ups as they come in: read from JSON or YAML, and checked before anything is made of them.

In two rounds: the shape (JSON Schema), then what it means; every fault is told with its place, like
`steps.0.title`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as Fault

from crowd.models import Step
from crowd.rules.problems import Problem
from crowd.rules.splitting import plans, types
from crowd.services import causes, setup_layouts, step_descriptions, steps
from crowd.services.setup_schema import SCHEMA, WORDS

MOST_BYTES = 1024 * 1024
MOST_FAULTS = 20
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
    """What is wrong with a set-up: (place, problem), in the order of the file.

    Attributes:
        found: what was read, to say in words where a place is (`setup_places`).
    """

    def __init__(self, problems: list[tuple[str, Problem]], found: Any = None) -> None:
        super().__init__(problems)
        self.problems = problems
        self.found = found


class _Loader(yaml.SafeLoader):
    """YAML without aliases: a file of a few lines must not unfold into gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)


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
    wrong = list(_of_shape(found, SCHEMA))[:MOST_FAULTS]
    wrong = wrong or list(_of_meaning(found))[:MOST_FAULTS]
    if wrong:
        raise InvalidSetup(wrong, found)
    described: dict[str, Any] = found
    return described


def check_part(found: Any, shape: Mapping[str, Any]) -> dict[str, Any]:
    """Refuse what has not the shape of a part of a set-up; what it means, `steps` checks.

    Args:
        shape: one of `setup_schema`, such as STEP.

    Raises:
        InvalidSetup: all that is wrong with its shape.
    """
    wrong = list(_of_shape(found, shape))[:MOST_FAULTS]
    if wrong:
        raise InvalidSetup(wrong)
    described: dict[str, Any] = found
    return described


def filled(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step with all that may be left out."""
    default = Step._meta.get_field("lease_seconds").default
    return {
        "instructions": "",
        "opens_when": None,
        "lease_seconds": default,
        **step,
        "questions": [filled_question(question) for question in step["questions"]],
    }


def filled_question(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question with all that may be left out."""
    return {"help": "", "required": True, "options": [], "settings": {}, **question}


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


def _of_shape(found: Any, shape: Mapping[str, Any]) -> Iterator[tuple[str, Problem]]:
    faults = Draft202012Validator(shape).iter_errors(found)
    told: set[str] = set()
    for fault in sorted(faults, key=lambda each: [str(part) for part in each.absolute_path]):
        place, problem = _place(fault), _told(fault)
        if problem.code == "setup_lacks":
            if place in told:  # there is a fault for each that lacks, and the sentence names all
                continue
            told.add(place)
        yield place, problem


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


def _of_splitting(families: Mapping[str, Any]) -> Iterator[tuple[str, Problem]]:
    """Faults of the ways of splitting; each is named by the natural way of the files it is for."""
    ways = {each.ways[0].value: each.ways for each in types.SPLITTERS.values()}
    for family, described in families.items():
        place = f"splitting.{family}"
        if family not in ways:
            known = ", ".join(sorted(ways))
            yield place, Problem("setup_not_one_of", known=known, value=str(family)[:50])
        elif not isinstance(described, dict):
            yield place, Problem("setup_wrong_type", wanted=TYPES["object"])
        else:
            try:
                plans.parse(described, ways=ways[family])
            except Problem as problem:
                yield place, problem


def _of_meaning(found: Mapping[str, Any]) -> Iterator[tuple[str, Problem]]:
    yield from _of_splitting(found.get("splitting") or {})
    for name in (*WORDS, "deadline"):
        value = found["campaign"].get(name)
        if value is not None:
            try:
                causes.cleaned({name: value})
            except Problem as problem:
                yield f"campaign.{name}", problem
    earlier: dict[str, dict[str, Any]] = {}
    opening: dict[str, bool] = {}
    for number, step in enumerate(found["steps"]):
        key = str(step.get("key") or steps.free_key(step["title"], set(earlier), otherwise="step"))
        if key in earlier:
            yield f"steps.{number}.key", Problem("setup_step_twice", key=key)
        opening[key] = step.get("opens_when") is None
        try:
            step_descriptions.check(filled(step), earlier=earlier)
        except step_descriptions.InvalidStep as invalid:
            for place, wrong in invalid.problems.items():
                yield f"steps.{number}.{place}", wrong
            continue
        earlier[key] = step_descriptions.asked(filled(step))
    yield from setup_layouts.faults(layouts=found.get("layouts") or [], steps=opening)
