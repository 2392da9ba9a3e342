"""From what was sent to a step's description (`services.steps` has its shape), and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from crowd.models import Question, Step
from crowd.rules.entries.checks import Deed
from crowd.rules.questions import Kind
from crowd.services.step_descriptions import MOST_QUESTIONS
from crowd.services.steps import free_key

MOST_COLUMNS = 30
UNITS = {"minutes": 60, "hours": 60 * 60, "days": 24 * 60 * 60}
WITH_OPTIONS = {Kind.CHOICE.value, Kind.CHOICES.value, Kind.REGION.value}
KINDS = {kind.value for kind in Kind}
DEEDS = {deed.value for deed in Deed}


def read(data: QueryDict) -> dict[str, Any]:
    """The description that a sent form comes to."""
    return {
        "title": data.get("title", "").strip(),
        "instructions": data.get("instructions", "").strip(),
        "opens_when": _condition(data.get("opens_when", "")),
        "lease_seconds": _lease(data),
        "questions": rows_of(data),
    }


def rows_of(data: QueryDict) -> list[dict[str, Any]]:
    """The questions that were sent, in order; each gets a key from its words once it has some."""
    count = _whole(data.get("count", "")) or 0
    rows = [_question(data, number) for number in range(min(count, MOST_QUESTIONS))]
    taken = {row["key"] for row in rows if row["key"]}
    for row in rows:
        if not row["key"] and row["label"]:
            row["key"] = free_key(row["label"], taken, otherwise="question")
            taken.add(row["key"])
    return rows


def unsaved(campaign: Any, described: Mapping[str, Any]) -> tuple[Step, list[Question]]:
    """The step as the play page would have it, without storing anything."""
    step = Step(campaign=campaign, title=described["title"], instructions=described["instructions"])
    questions = [
        Question(
            pk=number, step=step, position=number, **{**row, "key": row["key"] or f"q{number}"}
        )
        for number, row in enumerate(described["questions"], start=1)
        if row["label"]
    ]
    return step, questions


def _question(data: QueryDict, number: int) -> dict[str, Any]:
    name = f"q{number}-"
    kind = data.get(name + "kind", "text")
    kind = kind if kind in KINDS else Kind.TEXT.value
    was = _was(data.get(name + "was", ""))
    return {
        "key": data.get(name + "key", "")[:40],
        "kind": kind,
        "label": data.get(name + "label", "").strip(),
        "help": data.get(name + "help", "").strip(),
        "required": name + "required" in data,
        "options": _options(data.get(name + "options", ""), was["options"])
        if kind in WITH_OPTIONS
        else [],
        "settings": _settings(data, name, kind, was["settings"]),
    }


def _settings(data: QueryDict, name: str, kind: str, was: Mapping[str, Any]) -> dict[str, Any]:
    """What the form's fields say, on top of settings it has no field for."""
    found = dict(was)
    said: dict[str, Any] = {
        "example": data.get(name + "example", "").strip(),
        "shown_when": _condition(data.get(name + "shown", "")),
    }
    if name + "decides" in data:
        options = _options(
            data.get(name + "options", ""), _was(data.get(name + "was", ""))["options"]
        )
        chosen = {each["value"]: data.get(f"{name}decides-{each['value']}", "") for each in options}
        said["decides"] = {value: deed for value, deed in chosen.items() if deed in DEEDS}
    if kind == "text":
        said["max_length"] = _whole(data.get(name + "most", ""))
        said["multiline"] = name + "multiline" in data
        said["field"] = data.get(name + "field", "")
    elif kind == "number":
        said["min"] = _number(data.get(name + "min", ""))
        said["max"] = _number(data.get(name + "max", ""))
        said["unit"] = data.get(name + "unit", "").strip()
    elif kind == "date":
        said["precision"] = data.get(name + "precision", "")
    elif kind == "table":
        said["columns"] = _columns(data, name, was.get("columns") or [])
    elif kind == "region":
        said["shapes"] = [s for s in data.getlist(name + "shape") if s in {"box", "point"}]
    for key, value in said.items():
        if value in ("", None, [], {}, False):
            found.pop(key, None)
        else:
            found[key] = value
    return found


def _options(text: str, was: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One option a line. A line that was there keeps its value; so does one that was reworded."""
    labels = [line.strip() for line in text.splitlines() if line.strip()]
    values = {each["label"]: each["value"] for each in was}
    for before, label in zip(was, labels, strict=False):  # line by line
        if label not in values and before["label"] not in labels:
            values[label] = before["value"]
    taken = {values[label] for label in labels if label in values}
    found = []
    for label in labels:
        if label not in values:
            values[label] = free_key(label, taken, otherwise="option")
            taken.add(values[label])
        found.append({"value": values[label], "label": label})
    return found


def _columns(data: QueryDict, name: str, was: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The columns that have a name; rows left blank are none."""
    before = {str(each.get("key")): each for each in was}
    count = min(_whole(data.get(name + "columns", "")) or 0, MOST_COLUMNS)
    sent = [
        {part: data.get(f"{name}c{n}-{part}", "").strip() for part in ("key", "label", "kind")}
        | {"options": data.get(f"{name}c{n}-options", "")}
        for n in range(count)
    ]
    taken = {each["key"] for each in sent if each["key"]}
    found = []
    for each in sent:
        if not each["label"]:
            continue
        key = each["key"] or free_key(each["label"], taken, otherwise="column")
        taken.add(key)
        old = before.get(key, {})
        column = {**old, "key": key, "label": each["label"], "kind": each["kind"] or "text"}
        column.pop("options", None)
        if column["kind"] == "choice":
            lines = each["options"].replace(",", "\n")
            column["options"] = _options(lines, old.get("options") or [])
        if old.get("kind") not in {None, column["kind"]}:
            column.pop("settings", None)
        found.append(column)
    return found


def _lease(data: QueryDict) -> int:
    count, unit = _whole(data.get("lease", "")), UNITS.get(data.get("lease_unit", ""), 60)
    return (count or 0) * unit


def _condition(text: str) -> dict[str, Any] | None:
    """A condition as the selects send it: JSON that our own page wrote."""
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _was(text: str) -> dict[str, Any]:
    """Options and settings as they were, from the page itself; checked like all that is sent."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = {}
    found = found if isinstance(found, dict) else {}
    options, settings = found.get("options"), found.get("settings")
    options = options if isinstance(options, list) else []
    fit = [each for each in options if isinstance(each, dict) and {"value", "label"} <= each.keys()]
    return {"options": fit, "settings": settings if isinstance(settings, dict) else {}}


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) < 7 else None


def _number(text: str) -> int | float | str | None:
    """A number as typed; what is none stays a text, so that the rules refuse it."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return text
