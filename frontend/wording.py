"""Values in words: what an answer or a verdict says, as a person would put it."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from crowd.models import MicroTask, Question


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
        return ", ".join(label(question, each) for each in value) or _("None of these")
    if question.kind == "number":
        unit = (question.settings or {}).get("unit", "")
        return f"{number_format(value, force_grouping=True)}\u00a0{unit}".strip()
    return label(question, value) if question.kind == "choice" else str(value)


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
    return label(question, microtask.about) if question else microtask.about


def label(question: Question, value: str) -> str:
    """An option as the campaign words it; anything else as it is."""
    labels = {option["value"]: option["label"] for option in question.options or []}
    return str(labels.get(value, value))
