"""Questions, and what can be said to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from crowd.rules import figures
from crowd.rules.problems import Problem
from crowd.rules.wording import storable

LONGEST_TEXT = 10_000  # characters; no excerpt asks for more

Value = str | int | float | list[str] | None
"""What one person says to one question: an option, options, a text, a number; None: can't tell."""


class Kind(Enum):
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a step, as far as checking and deciding need to know it."""

    key: str
    kind: Kind
    options: tuple[str, ...] = ()
    required: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)


def check_answer(
    questions: Sequence[Question], values: Mapping[str, Any], *, language: str
) -> tuple[dict[str, Value], dict[str, Problem]]:
    """Clean what one person said to all questions of a step.

    Args:
        questions: the step's questions.
        values: question key → value; `None` says "can't tell"; numbers may be typed texts.
        language: in which numbers are read ("fr" or "en").

    Returns:
        The cleaned values, and what is wrong with the others, both by question key. An optional
        question left out is simply absent.
    """
    clean: dict[str, Value] = {}
    wrong: dict[str, Problem] = {}
    for question in questions:
        try:
            if question.key in values and not _is_empty(values[question.key]):
                clean[question.key] = check(question, values[question.key], language=language)
            elif question.kind is Kind.CHOICES and question.key in values:
                clean[question.key] = []
            elif question.required:
                raise Problem("answer_missing")
        except Problem as problem:
            wrong[question.key] = problem
    for key in values.keys() - {question.key for question in questions}:
        shown = storable(str(key)[:50])
        wrong[shown] = Problem("question_unknown", key=shown)
    return clean, wrong


def check(question: Question, value: Any, *, language: str) -> Value:
    """Clean one value.

    Raises:
        Problem: the value does not fit the question.
    """
    if value is None:
        return None
    match question.kind:
        case Kind.CHOICE:
            return _option(question, value)
        case Kind.CHOICES:
            return _options(question, value)
        case Kind.TEXT:
            return _text(question, value)
        case Kind.NUMBER:
            return _number(question, value, language=language)


def _is_empty(value: Any) -> bool:
    return value == [] or (isinstance(value, str) and not value.strip())


def _option(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in question.options:
        raise Problem("option_unknown", value=str(value)[:50])
    return value


def _options(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Problem("list_expected")
    chosen = {_option(question, member) for member in value}
    return [option for option in question.options if option in chosen]


def _text(question: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise Problem("text_expected")
    text = storable(value).replace("\r\n", "\n").strip()
    longest = int(question.settings.get("max_length") or LONGEST_TEXT)
    if len(text) > longest:
        raise Problem("text_too_long", length=len(text), most=longest)
    return text


def _number(question: Question, value: Any, *, language: str) -> int | float:
    if isinstance(value, str):
        number = figures.parse(
            value, language=language, unit=str(question.settings.get("unit") or "")
        )
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = figures.tidy(value)
    else:
        raise Problem("not_a_number", text=str(value)[:50])
    least, most = question.settings.get("min"), question.settings.get("max")
    if least is not None and number < least:
        raise Problem("number_too_small", least=least)
    if most is not None and number > most:
        raise Problem("number_too_large", most=most)
    return number
