"""What the form's other buttons do: add, move, delete questions and columns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from crowd.services.step_descriptions import MOST_QUESTIONS
from frontend.step_form.reading import KINDS, WITH_OPTIONS


def changed(described: dict[str, Any], do: str) -> dict[str, Any]:
    """The description after one button: `add:KIND`, `up:N`, `down:N`, `delete:N`."""
    deed, _colon, rest = do.partition(":")
    questions = list(described["questions"])
    if deed == "add" and rest in KINDS and len(questions) < MOST_QUESTIONS:
        questions.append(blank(rest))
    elif rest.isdecimal() and int(rest) < len(questions):
        place = int(rest)
        if deed == "delete":
            questions.pop(place)
        elif deed == "up" and place > 0:
            questions.insert(place - 1, questions.pop(place))
        elif deed == "down":
            questions.insert(place + 1, questions.pop(place))
    return {**described, "questions": questions}


def blank(kind: str) -> dict[str, Any]:
    """A question of this kind that nobody has written yet."""
    options = []
    if kind in WITH_OPTIONS - {"region"}:
        options = [{"value": "yes", "label": _("Yes")}, {"value": "no", "label": _("No")}]
    settings: dict[str, Any] = {}
    if kind == "table":
        settings["columns"] = [{"key": "name", "label": _("Name"), "kind": "text"}]
    return {
        "key": "",
        "kind": kind,
        "label": "",
        "help": "",
        "required": True,
        "options": options,
        "settings": settings,
    }
