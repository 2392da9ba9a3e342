"""Questions, and what can be said to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from crowd.rules.entries import checks, dates, numbers, regions, tables, texts, uploads
from crowd.rules.problems import Problem
from crowd.rules.wording import says_nothing, storable

LONGEST_TEXT = texts.LONGEST

Value = str | int | float | list[str] | list[tables.Row] | list[regions.Mark] | None
"""What one person says to one question; None: can't tell.

An option, a text, a date or a file's reference (str), a number, options, rows, marks.
"""


class Kind(Enum):
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TABLE = "table"
    REGION = "region"
    UPLOAD = "upload"


LISTS = frozenset({Kind.CHOICES, Kind.TABLE, Kind.REGION})
"""Kinds whose empty list is an answer: none of these, nothing declared, nothing to mark."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question of a step, as far as checking and deciding need to know it.

    Attributes:
        options: values to choose from; of a region, the labels of its marks.
        settings: by kind, see `crowd/rules/entries`; and `shown_when`, for all of them.
    """

    key: str
    kind: Kind
    options: tuple[str, ...] = ()
    required: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown_when(self) -> Mapping[str, Any] | None:
        """`{"question": key, "is": value}`: asked only when an earlier answer says so.

        Without "is", any value but "can't tell" and nothing will do.
        """
        return self.settings.get("shown_when")


def is_shown(question: Question, values: Mapping[str, Any]) -> bool:
    """Whether a question is asked, after these (cleaned) answers to the questions before it."""
    condition = question.shown_when
    if condition is None:
        return True
    said = values.get(condition["question"])
    if "is" not in condition:
        return said is not None and said != [] and said != ""
    return bool(said == condition["is"] or (isinstance(said, list) and condition["is"] in said))


def check_answer(
    questions: Sequence[Question], values: Mapping[str, Any], *, language: str
) -> tuple[dict[str, Value], dict[str, Problem]]:
    """Clean what one person said to all questions of a step.

    Args:
        questions: the step's questions, in order.
        values: question key → value; `None` says "can't tell"; numbers and dates may be typed.
        language: in which numbers and dates are read ("fr" or "en").

    Returns:
        The cleaned values, and what is wrong with the others, both by question key. An optional
        question left out is simply absent; so is one that is not shown, and answering that is
        wrong.
    """
    clean: dict[str, Value] = {}
    wrong: dict[str, Problem] = {}
    for question in questions:
        try:
            if not is_shown(question, clean):
                _refuse_unshown(question, values)
            elif _says_something(question, values):
                clean[question.key] = check(question, values[question.key], language=language)
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
            return texts.read(value, question.settings)
        case Kind.NUMBER:
            return numbers.read(value, question.settings, language=language)
        case Kind.DATE:
            return dates.read(value, question.settings, language=language)
        case Kind.TABLE:
            return tables.read(value, question.settings, language=language)
        case Kind.REGION:
            return regions.read(value, question.settings, question.options)
        case Kind.UPLOAD:
            return uploads.read(value)


def check_question(question: Question, earlier: Sequence[Question]) -> None:
    """Refuse a question nobody could answer.

    Args:
        question: with options and settings as a campaigner wrote them.
        earlier: the questions before it in its step: what `shown_when` may name.

    Raises:
        Problem: `question_invalid`, naming the key and what is wrong ("options" or "settings").
    """
    if question.kind in {Kind.CHOICE, Kind.CHOICES} and not question.options:
        raise Problem("question_invalid", key=question.key, what="options")
    try:
        _check_settings(question)
        _check_condition(question.shown_when, {each.key: each for each in earlier})
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise Problem("question_invalid", key=question.key, what="settings") from wrong


def _check_settings(question: Question) -> None:
    match question.kind:
        case Kind.TEXT:
            texts.check(question.settings)
        case Kind.NUMBER:
            numbers.check(question.settings)
        case Kind.DATE:
            dates.check(question.settings)
        case Kind.TABLE:
            tables.check(question.settings)
        case Kind.REGION:
            regions.check(question.settings)
        case Kind.CHOICE:
            checks.check(question.options, question.settings)
        case _:
            pass  # several choices and an upload have no settings of their own


def _check_condition(condition: Any, earlier: Mapping[str, Question]) -> None:
    if condition is None:
        return
    if not condition.keys() <= {"question", "is"} or condition["question"] not in earlier:
        raise ValueError("shown_when names no earlier question")
    asked = earlier[condition["question"]]
    if "is" in condition and asked.kind in {Kind.CHOICE, Kind.CHOICES}:
        if condition["is"] not in asked.options:
            raise ValueError("shown_when names no option")
    elif "is" in condition and asked.kind not in {Kind.TEXT, Kind.NUMBER, Kind.DATE}:
        raise ValueError("shown_when can't compare this kind")


def _refuse_unshown(question: Question, values: Mapping[str, Any]) -> None:
    if question.key in values and values[question.key] not in ("", []):
        raise Problem("question_not_shown")


def _says_something(question: Question, values: Mapping[str, Any]) -> bool:
    """Whether there is an answer at all: an empty field is none."""
    if question.key not in values:
        return False
    value = values[question.key]
    if isinstance(value, str):
        optional_nothing = (
            not question.required
            and question.kind in {Kind.NUMBER, Kind.DATE}
            and says_nothing(value)
        )
        return bool(value.strip()) and not optional_nothing
    return value != [] or question.kind in LISTS


def _option(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in question.options:
        raise Problem("option_unknown", value=str(value)[:50])
    return value


def _options(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Problem("list_expected")
    chosen = {_option(question, member) for member in value}
    return [option for option in question.options if option in chosen]
