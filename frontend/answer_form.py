"""One step's questions as a form: what was typed, what is wrong, and the values it comes to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from crowd.models import Question
from crowd.rules.problems import Problem
from crowd.sentences import sentence

UNSURE, NONE = "unsure", "none"  # an option's own value is sent as "=value", so it can't be these
MOST_DIGITS = 9
BRIEF = 11  # characters


@dataclass(frozen=True, kw_only=True)
class Option:
    """One ring to fill; `special` ones are “none of these” and “I can't tell”."""

    value: str
    label: str
    checked: bool
    digit: int | None = None
    special: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question as the page shows it."""

    id: str
    name: str
    unsure_name: str
    kind: str
    label: str
    help: str
    required: bool
    value: str
    unsure: bool
    problem: str
    options: Sequence[Option] = ()
    multiline: bool = False
    max_length: int | None = None
    unit: str = ""

    @property
    def is_brief(self) -> bool:
        """Whether its options are short enough to stand side by side."""
        return all(len(option.label) <= BRIEF for option in self.options if not option.special)

    @property
    def described_by(self) -> str:
        """Ids of the notes that belong to this question, for screen readers."""
        notes = {"help": self.help, "most": self.max_length, "wrong": self.problem}
        return " ".join(f"{self.id}-{note}" for note, there in notes.items() if there)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One line of the error summary."""

    anchor: str
    label: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """The form of one assignment: its client-made answer id, fields and problems."""

    answer_id: uuid.UUID
    fields: Sequence[Field]
    problems: Sequence[Trouble] = field(default=())


def blank(questions: Sequence[Question]) -> AnswerForm:
    """A fresh form; its answer id makes sending it twice harmless (DESIGN, rule 1)."""
    fields = [_field(question, QueryDict(), "") for question in questions]
    return AnswerForm(answer_id=uuid.uuid4(), fields=fields)


def again(
    questions: Sequence[Question],
    data: QueryDict,
    answer_id: uuid.UUID,
    problems: Mapping[str, Problem],
) -> AnswerForm:
    """The same form after a refusal: everything typed is still there."""
    wrong = {key: sentence(problem) for key, problem in problems.items()}
    fields = [_field(question, data, wrong.get(question.key, "")) for question in questions]
    known = {question.key for question in questions}
    summary = [Trouble(anchor=each.id, label=each.label, sentence=each.problem) for each in fields]
    rest = [Trouble(anchor="", label="", sentence=wrong[key]) for key in wrong.keys() - known]
    return AnswerForm(
        answer_id=answer_id,
        fields=fields,
        problems=[*(each for each in summary if each.sentence), *rest],
    )


def values(questions: Sequence[Question], data: QueryDict) -> dict[str, Any]:
    """Question key → value, as `answers.submit` takes them; questions left alone are absent."""
    found: dict[str, Any] = {}
    for question in questions:
        sent = [each for each in data.getlist(_name(question)) if each.strip()]
        if data.get(_unsure_name(question)) or UNSURE in sent:
            found[question.key] = None
        elif question.kind == "choices" and sent:
            found[question.key] = [each.removeprefix("=") for each in sent if each != NONE]
        elif question.kind == "choice" and sent:
            found[question.key] = sent[-1].removeprefix("=")
        elif sent:
            found[question.key] = sent[-1]
    return found


def answer_id(data: QueryDict) -> uuid.UUID:
    """The id the page was given; a new one when a browser lost or spoilt it."""
    try:
        return uuid.UUID(data.get("answer_id", ""))
    except ValueError:
        return uuid.uuid4()


def _field(question: Question, data: QueryDict, problem: str) -> Field:
    settings = question.settings or {}
    longest = settings.get("max_length")
    return Field(
        id=f"q-{question.pk}",
        name=_name(question),
        unsure_name=_unsure_name(question),
        kind=question.kind,
        label=question.label,
        help=question.help,
        required=question.required,
        value=data.get(_name(question), ""),
        unsure=bool(data.get(_unsure_name(question))),
        problem=problem,
        options=_options(question, data.getlist(_name(question))),
        multiline=bool(settings.get("multiline")),
        max_length=longest if question.kind == "text" else None,
        unit=settings.get("unit") or "",
    )


def _options(question: Question, sent: Sequence[str]) -> list[Option]:
    if question.kind not in {"choice", "choices"}:
        return []
    rings = [
        Option(
            value=f"={option['value']}",
            label=option["label"],
            checked=f"={option['value']}" in sent,
            digit=digit if digit <= MOST_DIGITS else None,
        )
        for digit, option in enumerate(question.options, start=1)
    ]
    if question.kind == "choices":
        rings.append(_special(NONE, _("None of these"), sent))
    return [*rings, _special(UNSURE, _("I can't tell"), sent)]


def _special(value: str, label: str, sent: Sequence[str]) -> Option:
    return Option(value=value, label=label, checked=value in sent, special=True)


def _name(question: Question) -> str:
    return f"q-{question.key}"


def _unsure_name(question: Question) -> str:
    return f"unsure-{question.key}"
