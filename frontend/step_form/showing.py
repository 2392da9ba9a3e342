"""From a step's description to what its form shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from crowd.rules.entries.checks import Deed
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from frontend.step_form import ways
from frontend.step_form.reading import UNITS, WITH_OPTIONS
from frontend.step_form.ways import Way

KIND_NAMES = {
    "choice": gettext_lazy("One choice"),
    "choices": gettext_lazy("Several choices"),
    "text": gettext_lazy("Text"),
    "number": gettext_lazy("Number"),
    "date": gettext_lazy("Date"),
    "table": gettext_lazy("Table"),
    "region": gettext_lazy("Marks on the picture"),
    "upload": gettext_lazy("A file"),
}
SPARE_COLUMNS = 2
DEEDS = {
    "": gettext_lazy("nothing by itself"),
    Deed.PUBLISH.value: gettext_lazy("the file is published"),
    Deed.REDACT.value: gettext_lazy("the file is blacked out first"),
    Deed.REFUSE.value: gettext_lazy("the file is refused, and asked for again"),
}
FIELDS = {
    "": gettext_lazy("Any text"),
    "name": gettext_lazy("A person's name"),
    "code": gettext_lazy("A code or a number plate"),
    "amount": gettext_lazy("An amount"),
}
PRECISIONS = {
    "": gettext_lazy("As much as is written"),
    "month": gettext_lazy("At least the month"),
    "day": gettext_lazy("The day"),
}


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What becomes of a checked file when people agree on one option: the deeds, one chosen."""

    value: str
    label: str
    ways: Sequence[Way]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question as the form shows it; `n` is its place, from 0."""

    n: int
    key: str
    kind: str
    kind_name: Any
    label: str
    help: str
    example: str
    required: bool
    options: str
    settings: Mapping[str, Any]
    was: str
    shown: Sequence[Way]
    decides: Sequence[Fate] = ()
    columns: Sequence[Mapping[str, Any]] = ()
    problem: str = ""
    last: bool = False

    @property
    def has_options(self) -> bool:
        return self.kind in WITH_OPTIONS


@dataclass(frozen=True, kw_only=True)
class StepForm:
    """A step as its form shows it."""

    title: str
    instructions: str
    opens: Sequence[Way]
    lease: int
    lease_unit: str
    rows: Sequence[Row]
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        return list(KIND_NAMES.items())


def form(
    described: Mapping[str, Any],
    *,
    earlier_steps: Sequence[Any],
    problems: Mapping[str, Problem] | None = None,
) -> StepForm:
    """The form of a description.

    Args:
        earlier_steps: the steps before it, each with its questions loaded.
        problems: as `services.step_descriptions.InvalidStep` has them.
    """
    told = {place: sentence(problem) for place, problem in (problems or {}).items()}
    questions = described["questions"]
    lease, unit = _lease(described["lease_seconds"])
    is_check = _checks_files(described["opens_when"], earlier_steps)
    return StepForm(
        title=described["title"],
        instructions=described["instructions"],
        opens=ways.to_open(described["opens_when"], earlier_steps),
        lease=lease,
        lease_unit=unit,
        rows=[
            _row(n, question, questions, told.get(f"questions.{n}", ""), is_check=is_check)
            for n, question in enumerate(questions)
        ],
        problems=told,
    )


def _checks_files(opens_when: Any, earlier_steps: Sequence[Any]) -> bool:
    """Whether the step is about a file that somebody sent."""
    if not opens_when or not opens_when.get("each"):
        return False
    asked = {(step.key, each.key): each for step in earlier_steps for each in step.questions.all()}
    about = asked.get((opens_when.get("step"), opens_when.get("question")))
    return about is not None and about.kind == "upload"


def _fates(question: Mapping[str, Any]) -> list[Fate]:
    decides = question["settings"].get("decides") or {}
    return [
        Fate(
            value=str(option["value"]),
            label=str(option["label"]),
            ways=[
                Way(value=deed, words=str(words), chosen=deed == decides.get(option["value"], ""))
                for deed, words in DEEDS.items()
            ],
        )
        for option in question["options"]
    ]


def _row(
    n: int,
    question: Mapping[str, Any],
    questions: Sequence[Mapping[str, Any]],
    problem: str,
    *,
    is_check: bool,
) -> Row:
    settings = question["settings"]
    columns = [_column(each) for each in settings.get("columns") or []]
    blank = {"key": "", "label": "", "kind": "text", "options": ""}
    if question["kind"] == "table":
        columns += [blank] * SPARE_COLUMNS
    kept = {"options": question["options"], "settings": settings}
    return Row(
        n=n,
        key=question["key"],
        kind=question["kind"],
        kind_name=KIND_NAMES[question["kind"]],
        label=question["label"],
        help=question["help"],
        example=str(settings.get("example") or ""),
        required=question["required"],
        options="\n".join(str(each.get("label")) for each in question["options"]),
        settings=settings,
        was=json.dumps(kept, ensure_ascii=False),
        shown=ways.to_ask(settings.get("shown_when"), questions[:n]),
        decides=_fates(question) if is_check and question["kind"] == "choice" else (),
        columns=columns,
        problem=problem,
        last=n == len(questions) - 1,
    )


def _column(column: Mapping[str, Any]) -> dict[str, Any]:
    options = ", ".join(str(each.get("label")) for each in column.get("options") or [])
    return {**column, "options": options}


def _lease(seconds: int) -> tuple[int, str]:
    """Seconds in the largest unit that says them whole."""
    for unit in ("days", "hours"):
        if seconds and seconds % UNITS[unit] == 0:
            return seconds // UNITS[unit], unit
    return max(1, round(seconds / UNITS["minutes"])), "minutes"
