"""Values in words: what an answer or a verdict says, as a person would put it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crowd.models import MicroTask, Question, Step, Verdict

if TYPE_CHECKING:
    from crowd.services.clearing import Kept

TYPED = {"text", "number", "date"}


def words(question: Question, value: Any, *, outcome: str = "") -> str:
    """One value in the field's own words.

    Args:
        question: the question it answers.
        value: as in `Answer.values`.
        outcome: a verdict's outcome for this question, if it is one.
    """
    if outcome == "contested":
        return _("No agreement")
    if outcome == "left_empty":
        return _("Left empty")
    if value is None:
        return _("Can't tell")
    if question.kind == "table":
        return _table(question, value)
    if question.kind == "upload":
        return _("A file was sent")
    if question.kind == "region":
        return "; ".join(_mark(question, mark) for mark in value) or _("Nothing to mark")
    if question.kind == "date":
        return _date(value)
    if isinstance(value, list):
        return ", ".join(label(question, each) for each in value) or _("None of these")
    if question.kind == "number":
        unit = (question.settings or {}).get("unit", "")
        return f"{number_format(value, force_grouping=True)}\u00a0{unit}".strip()
    return label(question, value) if question.kind == "choice" else str(value)


def policy(step: Step) -> str:
    """When a step's verdicts are settled, as its campaign page tells it."""
    rule = step.policy
    if rule.exactly or rule.at_most == 1:
        return ngettext(
            "{most} person is asked; the likeliest answer counts.",
            "{most} people are asked; the likeliest answer counts.",
            rule.at_most,
        ).format(most=rule.at_most)
    if rule.sure is not None:
        said = _(
            "Settled when it is {sure} sure, by {agree} people at least; at most {most} are asked."
        )
        sure = f"{number_format(Decimal(f'{100 * rule.sure:g}'))}\u00a0%"
        return said.format(sure=sure, agree=rule.agree, most=rule.at_most)
    said = _("Settled when {agree} people agree; at most {most} are asked.")
    return said.format(agree=rule.agree, most=rule.at_most)


def about(microtask: MicroTask) -> str:
    """What a follow-up is about: the earlier step's option as it is labelled, or what people have
    agreed on there in their own words; "" for the whole excerpt.
    """
    return matter(microtask.step, microtask.about) or _agreed(microtask)


def _agreed(microtask: MicroTask) -> str:
    """The text, number or date whose verdict opened a follow-up: its material."""
    condition = microtask.step.opens_when
    if not condition or microtask.about or "is" in condition:
        return ""
    verdict = (
        Verdict.objects.current()
        .filter(
            microtask__excerpt=microtask.excerpt_id,
            step__campaign=microtask.campaign_id,
            step__key=condition["step"],
        )
        .select_related("step")
        .first()
    )
    asked = verdict.step.questions.filter(key=condition["question"]).first() if verdict else None
    if verdict is None or asked is None or asked.kind not in TYPED:
        return ""
    said = verdict.values.get(asked.key)
    return words(asked, said["value"], outcome=said["outcome"]) if said else ""


def matter(step: Step, about: str) -> str:
    """The same, of a step that is not asked about a micro-task."""
    condition = step.opens_when
    if not about or not condition:
        return about
    question = Question.objects.filter(
        step__campaign=step.campaign_id,
        step__key=condition.get("step"),
        key=condition.get("question"),
    ).first()
    if question is not None and question.kind == "upload":
        return ""  # it is about a file, which is shown
    return label(question, about) if question else about


def opens(step: Step) -> str:
    """What opens a step, in words; "" when it opens by itself."""
    condition = step.opens_when
    if not condition:
        return ""
    question = Question.objects.filter(
        step__campaign=step.campaign_id,
        step__key=condition.get("step"),
        key=condition.get("question"),
    ).first()
    asked = {"question": question.label if question else str(condition.get("question"))}
    if condition.get("each") and question is not None and question.kind == "upload":
        return _("Opens for each file of “%(question)s”.") % asked
    if condition.get("each"):
        return _("Opens once for each box that is agreed on in “%(question)s”.") % asked
    if "is" in condition:
        option = label(question, condition["is"]) if question else str(condition["is"])
        words = _("Opens when “%(option)s” is agreed on in “%(question)s”.")
        return words % {**asked, "option": option}
    return _("Opens when something is agreed on in “%(question)s”.") % asked


def _table(question: Question, rows: list[dict[str, Any]]) -> str:
    """Row by row, "2: Régie des Tilleuls | membre | 1200"; empty cells as dashes."""
    if not rows:
        return _("Nothing is declared here")
    columns = question.settings["columns"]
    said = [" | ".join(_cell(column, row.get(column["key"])) for column in columns) for row in rows]
    return said[0] if len(said) == 1 else "\n".join(f"{n}. {row}" for n, row in enumerate(said, 1))


def _cell(column: dict[str, Any], value: Any) -> str:
    if value is None:
        return "–"
    if column["kind"] == "number":
        unit = (column.get("settings") or {}).get("unit", "")
        return f"{number_format(value, force_grouping=True)}\u00a0{unit}".strip()
    if column["kind"] == "date":
        return _date(value)
    labels = {option["value"]: option.get("label") for option in column.get("options") or []}
    return str(labels.get(value) or value)


def _mark(question: Question, mark: dict[str, Any]) -> str:
    place = mark.get("box") or mark.get("point") or []
    numbers = ", ".join(f"{number_format(round(100 * n, 1))}\u00a0%" for n in place)
    return f"{label(question, mark['label'])} ({numbers})" if "label" in mark else numbers


def _date(value: str) -> str:
    """A canonical date, whole or in part, as people write it."""
    parts = [int(part) for part in value.rstrip("~").split("-")]
    shape = {1: "Y", 2: "F Y", 3: "j F Y"}[len(parts)]
    written = date_format(date(*[*parts, 1, 1][:3]), shape) if len(parts) > 1 else str(parts[0])
    return _("about %(date)s") % {"date": written} if value.endswith("~") else written


def label(question: Question, value: str) -> str:
    """An option as the campaign words it; anything else as it is."""
    labels = {option["value"]: option["label"] for option in question.options or []}
    return str(labels.get(value, value))


def kept_words(kept: Kept, *, removed: str = "") -> str:
    """What cutting anew, or deleting, has kept because somebody had answered it."""
    said = _("“{name}” was deleted.") if removed else _("It is being cut anew.")
    said = said.format(name=removed)
    if not kept.kept:
        return said
    more = ngettext(
        "{n} question was kept, because people have answered it.",
        "{n} questions were kept, because people have answered them.",
        kept.kept,
    )
    return f"{said} {more.format(n=number_format(kept.kept, force_grouping=True))}"
