"""How one verdict came to be: its answers without names, and what each weighed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crowd.models import Question, Verdict, VerdictAnswer
from crowd.rules.wording import normalise
from frontend import wording

LEAST_SHOWN = 0.001  # probability


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One answer a verdict stands on.

    Attributes:
        number: what it is called on the page; it tells nothing of who or when.
        share: of all that was weighed, in percent.
    """

    number: int
    said: Sequence[tuple[str, str]]
    badly_cut: bool
    agrees: bool
    share: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something that could be right, and how probable it is."""

    words: str
    probability: float


def weighed(verdict: Verdict) -> list[Weighed]:
    """The answers of a verdict in an order that tells nothing."""
    proof = list(verdict.proof.select_related("answer").order_by("answer_id"))
    weights = [max(0.0, each.weight) for each in proof]
    total = sum(weights) or 1.0
    questions = list(verdict.microtask.step.questions.all())
    return [
        Weighed(
            number=number,
            said=_said(questions, each),
            badly_cut=each.answer.badly_cut,
            agrees=each.agrees,
            share=round(100 * weight / total),
        )
        for number, (each, weight) in enumerate(zip(proof, weights, strict=True), start=1)
    ]


def candidates(verdict: Verdict, question: Question) -> list[Candidate]:
    """What could be right, the likeliest first; nothing where a value has many parts."""
    atoms = verdict.probabilities.get(question.key, {})
    if question.kind == "choices":
        return [
            Candidate(
                words=wording.label(question, option),
                probability=next((p for label, p in pairs if label == "true"), 0.0),
            )
            for option, pairs in atoms.items()
        ]
    if list(atoms) != [""]:
        return []
    typed = verdict.values.get(question.key, {}).get("value")
    return [
        Candidate(words=_words(question, label, typed), probability=p)
        for label, p in atoms[""]
        if p >= LEAST_SHOWN
    ]


def _words(question: Question, label: str, typed: Any) -> str:
    """A label of the rules (JSON of a category) in words; a text as people typed it, if the verdict
    says the same."""
    try:
        category = json.loads(label)
    except ValueError:
        return _("Something nobody has said")
    if isinstance(category, list):  # can't tell, or nothing entered
        outcome = "" if category == ["can't tell"] else "left_empty"
        return wording.words(question, None, outcome=outcome)
    if question.kind == "text" and isinstance(typed, str) and category == normalise(typed):
        return typed
    return wording.words(question, category)


def _said(questions: Sequence[Question], proof: VerdictAnswer) -> list[tuple[str, str]]:
    values = proof.answer.values
    return [
        (question.label, wording.words(question, values[question.key]))
        for question in questions
        if question.key in values
    ]
