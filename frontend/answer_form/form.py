"""The form of one assignment, and the values that a sent one comes to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from crowd.models import Question
from crowd.rules import questions as rules
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from frontend.answer_form import marks, tables
from frontend.answer_form.fields import Field, fields
from frontend.answer_form.names import NONE, UNSURE, name_of, none_name, unsure_name


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One line of the error summary."""

    anchor: str
    label: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """The form of one assignment: its client-made answer id, fields and problems.

    Attributes:
        seen: the revision of the draft it was filled from; 0 for none.
        restored: what it holds was typed earlier.
    """

    answer_id: uuid.UUID
    fields: Sequence[Field]
    problems: Sequence[Trouble] = field(default=())
    seen: int = 0
    restored: bool = False

    @property
    def has_files(self) -> bool:
        return any(each.file for each in self.fields)


def blank(questions: Sequence[Question]) -> AnswerForm:
    """A fresh form; its answer id makes sending it twice harmless (DESIGN, rule 1)."""
    return AnswerForm(answer_id=uuid.uuid4(), fields=fields(questions, QueryDict(), {}))


def again(
    questions: Sequence[Question],
    data: QueryDict,
    answer_id: uuid.UUID,
    problems: Mapping[str, Problem],
) -> AnswerForm:
    """The same form after a refusal, or with more rows: everything typed is still there."""
    shown = fields(questions, data, dict(problems))
    known = {question.key for question in questions}
    summary = [Trouble(anchor=each.id, label=each.label, sentence=each.problem) for each in shown]
    rest = [
        Trouble(anchor="", label="", sentence=sentence(problem))
        for key, problem in problems.items()
        if key not in known
    ]
    return AnswerForm(
        answer_id=answer_id,
        fields=shown,
        problems=[*(each for each in summary if each.sentence), *rest],
    )


def values(questions: Sequence[Question], data: QueryDict) -> dict[str, Any]:
    """Question key → value, as `answers.submit` takes them; questions left alone are absent.

    So are those that an earlier answer took back: what was typed there before stays on the page.
    """
    found: dict[str, Any] = {}
    read: dict[str, Any] = {}
    for question in questions:
        rule = question.rule
        if not rules.is_shown(rule, read):
            continue
        value = _value(question, data)
        if value is not ...:
            found[question.key] = value
            read[question.key] = _read(rule, value)
    return found


def answer_id(data: QueryDict) -> uuid.UUID:
    """The id the page was given; a new one when a browser lost or spoilt it."""
    try:
        return uuid.UUID(data.get("answer_id", ""))
    except ValueError:
        return uuid.uuid4()


def _value(question: Question, data: QueryDict) -> Any:
    """What was said to one question; the ellipsis for nothing at all."""
    sent = [each for each in data.getlist(name_of(question.key)) if each.strip()]
    if data.get(unsure_name(question.key)) or UNSURE in sent:
        return None
    if question.kind in {"table", "region"}:
        parts = tables.rows if question.kind == "table" else marks.drawn
        said: list[Any] = parts(question, data)
        return said if said or data.get(none_name(question.key)) else ...
    if not sent:
        return ...
    if question.kind == "choices":
        return [each.removeprefix("=") for each in sent if each != NONE]
    return sent[-1].removeprefix("=") if question.kind == "choice" else sent[-1]


def _read(rule: rules.Question, value: Any) -> Any:
    """As the rules will read it, for conditions on it; as typed while they refuse it."""
    try:
        return rules.check(rule, value, language=get_language() or "en")
    except Problem:
        return value
