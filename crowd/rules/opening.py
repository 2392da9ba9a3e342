"""What a verdict opens: follow-up questions of a later step.

A condition is a JSON object: `{"step": "read", "question": "topics", …}` with one of

* `"each": true`: one follow-up per option of the verdict, each about that option; of an upload,
  one about the file (its id): that is how a file is checked;
* `"is": "yes"`: one follow-up when the verdict is, or holds, this option;
* neither: one follow-up whenever the question has a value.
"""

from collections.abc import Mapping
from typing import Any

from crowd.rules.problems import Problem
from crowd.rules.questions import Kind, Question, Value


def opened_by(condition: Mapping[str, Any], verdict: Mapping[str, Value]) -> list[str]:
    """What follow-ups are about: [] opens none, [""] one about the whole excerpt.

    Args:
        condition: a later step's `opens_when`.
        verdict: question key → value of the earlier step; absent or None: no value.
    """
    value = verdict.get(condition["question"])
    if value is None or value == [] or value == "":
        return []
    if condition.get("each"):
        return [str(option) for option in value] if isinstance(value, list) else [str(value)]
    wanted = condition.get("is")
    if wanted is None or value == wanted or (isinstance(value, list) and wanted in value):
        return [""]
    return []


def check(condition: Any, earlier: Mapping[str, Mapping[str, Question]]) -> None:
    """Refuse a condition that could never be met.

    Args:
        condition: what a campaigner wrote.
        earlier: keys of the earlier steps → their questions by key.

    Raises:
        Problem: `condition_unreadable`, `condition_unknown_step`, `condition_unknown_question`,
            `condition_without_options` or `condition_unknown_option`.
    """
    known = {"step", "question", "each", "is"}
    if not isinstance(condition, dict) or not condition.keys() <= known:
        raise Problem("condition_unreadable")
    step, key = str(condition.get("step")), str(condition.get("question"))
    if step not in earlier:
        raise Problem("condition_unknown_step", step=step)
    if key not in earlier[step]:
        raise Problem("condition_unknown_question", step=step, question=key)
    _check_options(condition, earlier[step][key])


def _check_options(condition: Mapping[str, Any], question: Question) -> None:
    wanted = condition.get("is")
    if question.kind in {Kind.CHOICE, Kind.CHOICES}:
        if wanted is not None and wanted not in question.options:
            raise Problem("condition_unknown_option", question=question.key, value=str(wanted))
    elif condition.get("each") and question.kind is not Kind.UPLOAD:
        # What people type freely is no matter to ask about: it has no end and no shortest form.
        raise Problem("condition_without_options", question=question.key)
