"""What a verdict opens: follow-up questions of a later step.

A condition is a JSON object: `{"step": "read", "question": "topics", …}` with one of

* `"each": true`: one follow-up per option of the verdict, each about that option;
* `"is": "yes"`: one follow-up when the verdict is, or holds, this option;
* neither: one follow-up whenever the question has a value.
"""

from collections.abc import Mapping
from typing import Any

from crowd.rules.problems import Problem
from crowd.rules.questions import Value


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


def check(condition: Any, earlier: Mapping[str, set[str]]) -> None:
    """Refuse a condition that could never be met.

    Args:
        condition: what a campaigner wrote.
        earlier: keys of the earlier steps → keys of their questions.

    Raises:
        Problem: `condition_unreadable`, `condition_unknown_step` or `condition_unknown_question`.
    """
    if not isinstance(condition, dict) or not condition.keys() <= {
        "step",
        "question",
        "each",
        "is",
    }:
        raise Problem("condition_unreadable")
    step, question = str(condition.get("step")), str(condition.get("question"))
    if step not in earlier:
        raise Problem("condition_unknown_step", step=step)
    if question not in earlier[step]:
        raise Problem("condition_unknown_question", step=step, question=question)
