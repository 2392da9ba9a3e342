"""Values in words: what an answer or a verdict says, as a person would put it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crowd.models import MicroTask, Question

if TYPE_CHECKING:
    from crowd.services.clearing import Kept


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
    if isinstance(value, list):
        return ", ".join(_label(question, each) for each in value) or _("None of these")
    if question.kind == "number":
        unit = (question.settings or {}).get("unit", "")
        return f"{number_format(value, force_grouping=True)}\u00a0{unit}".strip()
    return _label(question, value) if question.kind == "choice" else str(value)


def about(microtask: MicroTask) -> str:
    """What a follow-up is about, as the earlier step's option is labelled; "" for the whole."""
    condition = microtask.step.opens_when
    if not microtask.about or not condition:
        return microtask.about
    question = Question.objects.filter(
        step__campaign=microtask.campaign_id,
        step__key=condition.get("step"),
        key=condition.get("question"),
    ).first()
    return _label(question, microtask.about) if question else microtask.about


def _label(question: Question, value: str) -> str:
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
