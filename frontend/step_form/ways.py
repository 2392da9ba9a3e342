"""The conditions that can be chosen: when a step opens, and when a question is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True)
class Way:
    """One line of a select: a condition as JSON, in words."""

    value: str
    words: str
    chosen: bool


def _way(condition: Mapping[str, Any] | None, words: str, chosen: Any) -> Way:
    value = json.dumps(condition, ensure_ascii=False, sort_keys=True) if condition else ""
    return Way(value=value, words=words, chosen=(condition or None) == (chosen or None))


def to_ask(chosen: Any, earlier: Sequence[Mapping[str, Any]]) -> list[Way]:
    """The conditions under which a question can be asked: answers to those before it."""
    ways = [_way(None, _("Always"), chosen)]
    for question in earlier:
        if not question["label"] or not question["key"]:
            continue
        named = {"question": question["label"]}
        for option in question["options"] if question["kind"] in {"choice", "choices"} else []:
            said = {"question": question["key"], "is": option["value"]}
            words = _("When “%(option)s” is the answer to “%(question)s”")
            ways.append(_way(said, words % {**named, "option": option["label"]}, chosen))
        words = _("When “%(question)s” has an answer")
        ways.append(_way({"question": question["key"]}, words % named, chosen))
    return _with_own(ways, chosen)


def to_open(chosen: Any, earlier_steps: Sequence[Any]) -> list[Way]:
    """What can open a step: verdicts of those before it, in words."""
    ways = [_way(None, _("By itself, for every excerpt"), chosen)]
    for step in earlier_steps:
        for question in step.questions.all():
            ways += _ways_of(step, question, chosen)
    return _with_own(ways, chosen)


def _ways_of(step: Any, question: Any, chosen: Any) -> list[Way]:
    base = {"step": step.key, "question": question.key}
    named = {"question": question.label}
    found = []
    if question.kind in {"choice", "choices"}:
        for option in question.options:
            words = _("When “%(option)s” is agreed on in “%(question)s”")
            found.append(
                _way(
                    {**base, "is": option["value"]},
                    words % {**named, "option": option["label"]},
                    chosen,
                )
            )
        if question.kind == "choices":
            words = _("Once for each box that is agreed on in “%(question)s”")
            found.append(_way({**base, "each": True}, words % named, chosen))
    if question.kind == "upload":
        found.append(
            _way({**base, "each": True}, _("For each file of “%(question)s”") % named, chosen)
        )
    words = _("When something is agreed on in “%(question)s”")
    return [*found, _way(base, words % named, chosen)]


def _with_own(ways: list[Way], chosen: Any) -> list[Way]:
    """A condition that nothing here offers any more stays to be seen, and is refused in words."""
    if any(way.chosen for way in ways):
        return ways
    return [*ways, _way(chosen, _("As it was (this can't be met any more)"), chosen)]
