"""Answers on pages: what they say, what became of them, what they earned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from crowd.services.points import SHOWN_PER_POINT
from frontend import wording

register = template.Library()


@register.filter
def said(answer: Any) -> list[tuple[str, str]]:
    """What an answer says, question by question, in words."""
    questions = answer.microtask.step.questions.all()
    return [
        (question.label, wording.words(question, answer.values[question.key]))
        for question in questions
        if question.key in answer.values
    ]


@register.filter
def answered_in(tags: str) -> str:
    """The assignment that a message of thanks is about; "" where there is nothing to correct.

    Answered in another tab already: what this tab said can still be put in its place.
    """
    told = tags.split()
    kept = "accepted" in told or "repeated" in told
    of = [tag for tag in told if tag.startswith("of-")] if kept else []
    return of[0].removeprefix("of-") if of else ""


@register.simple_tag
def fate(item: Any) -> str:
    """What became of an answer: confirmed, against, contested, late, held or waiting."""
    if item.answer.set_aside_reason == "held":
        return "held"
    if item.answer.set_aside_at is not None:
        return "late"
    if item.verdict is None:
        return "waiting"
    if item.verdict.outcome == "contested":
        return "contested"
    return "confirmed" if item.agrees else "against"


@register.filter
def points(raw: Decimal) -> str:
    """Ledger points in the unit people see, signed: one hard confirmed answer is about +10."""
    shown = round(raw * SHOWN_PER_POINT, 1)
    return f"{'+' if shown > 0 else '−' if shown < 0 else ''}{number_format(abs(shown), 1)}"


@register.filter
def percentage(share: float) -> str:
    """A share from 0 to 1 as a whole percentage; certainty is never rounded up to."""
    whole = 100 if share >= 1 else min(99, round(share * 100))
    return _("{n}%").format(n=whole)


@register.filter
def sureness(confidence: float) -> str:
    """A confidence in words: it is an estimate, so it is never said to be certain."""
    if confidence < 0.005:
        return _("under 1%")
    return _("over 99%") if confidence >= 0.995 else percentage(confidence)
