"""From a step's description to what its form shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crowd.rules.entries.checks import Deed
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from frontend.step_form.reading import UNITS, WITH_OPTIONS

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
class Way:
    """One line of a select: a condition as JSON, in words."""

    value: str
    words: str
    chosen: bool


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
        opens=_opens(described["opens_when"], earlier_steps),
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
        shown=_shown(settings.get("shown_when"), questions[:n]),
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


def _way(condition: Mapping[str, Any] | None, words: str, chosen: Any) -> Way:
    value = json.dumps(condition, ensure_ascii=False, sort_keys=True) if condition else ""
    return Way(value=value, words=words, chosen=(condition or None) == (chosen or None))


def _shown(chosen: Any, earlier: Sequence[Mapping[str, Any]]) -> list[Way]:
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


def _opens(chosen: Any, earlier_steps: Sequence[Any]) -> list[Way]:
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
