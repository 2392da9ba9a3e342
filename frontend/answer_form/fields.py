"""Fields: one question as the page shows it, with what was typed so far."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from crowd.models import Question
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from frontend.answer_form.files import File, file
from frontend.answer_form.marks import Marks, marks
from frontend.answer_form.names import NONE, UNSURE, name_of, none_name, unsure_name
from frontend.answer_form.tables import Table, table

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
    """One question as the page shows it.

    Attributes:
        nothing: “nothing declared here” of a table, “nothing to mark” of a picture is ticked.
        shown_when: the condition under which it is asked, for the page's script; "" for always.
        only_if: the same in words, for pages without it.
    """

    id: str
    key: str
    name: str
    unsure_name: str
    none_name: str
    kind: str
    label: str
    help: str
    example: str
    required: bool
    value: str
    unsure: bool
    nothing: bool
    problem: str
    options: Sequence[Option] = ()
    table: Table | None = None
    marks: Marks | None = None
    file: File | None = None
    multiline: bool = False
    max_length: int | None = None
    unit: str = ""
    shown_when: str = ""
    only_if: str = ""

    @property
    def is_brief(self) -> bool:
        """Whether its options are short enough to stand side by side."""
        return all(len(option.label) <= BRIEF for option in self.options if not option.special)

    @property
    def is_group(self) -> bool:
        """Whether it is several inputs under one legend."""
        return self.kind in {"choice", "choices", "table", "region", "upload"}

    @property
    def described_by(self) -> str:
        """Ids of the notes that belong to this question, for screen readers."""
        notes = {
            "help": self.help,
            "example": self.example,
            "only": self.only_if,
            "most": self.max_length,
            "wrong": self.problem,
        }
        return " ".join(f"{self.id}-{note}" for note, there in notes.items() if there)


def fields(
    questions: Sequence[Question], data: QueryDict, wrong: dict[str, Problem]
) -> list[Field]:
    """The questions as fields, with what was sent and what is wrong with it."""
    labels = {question.key: question for question in questions}
    return [_field(question, data, wrong.get(question.key), labels) for question in questions]


def _field(
    question: Question, data: QueryDict, problem: Problem | None, asked: dict[str, Question]
) -> Field:
    settings = question.settings or {}
    condition = settings.get("shown_when")
    longest = settings.get("max_length")
    return Field(
        id=f"q-{question.pk}",
        key=question.key,
        name=name_of(question.key),
        unsure_name=unsure_name(question.key),
        none_name=none_name(question.key),
        kind=question.kind,
        label=question.label,
        help=question.help,
        example=str(settings.get("example") or ""),
        required=question.required,
        value=data.get(name_of(question.key), ""),
        unsure=bool(data.get(unsure_name(question.key))),
        nothing=bool(data.get(none_name(question.key))),
        problem=sentence(problem) if problem else "",
        options=_options(question, data.getlist(name_of(question.key))),
        table=table(question, data, problem) if question.kind == "table" else None,
        marks=marks(question, data) if question.kind == "region" else None,
        file=file(question, data) if question.kind == "upload" else None,
        multiline=bool(settings.get("multiline")),
        max_length=longest if question.kind == "text" else None,
        unit=settings.get("unit") or "",
        shown_when=_condition(condition),
        only_if=_only_if(condition, asked),
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


def _condition(condition: dict[str, object] | None) -> str:
    if condition is None:
        return ""
    said = {"name": name_of(str(condition["question"]))}
    if "is" in condition:
        said["is"] = str(condition["is"])
    return json.dumps(said, ensure_ascii=False)


def _only_if(condition: dict[str, object] | None, asked: dict[str, Question]) -> str:
    if condition is None or condition["question"] not in asked:
        return ""
    earlier = asked[str(condition["question"])]
    if "is" not in condition:
        return _("Only if you answered “%(question)s”.") % {"question": earlier.label}
    labels = {option["value"]: option["label"] for option in earlier.options or []}
    value = labels.get(condition["is"], condition["is"])
    return _("Only if you said “%(value)s” to “%(question)s”.") % {
        "value": value,
        "question": earlier.label,
    }
