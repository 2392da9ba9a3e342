"""Steps as they are described: written out, read back, and checked before anything is saved."""

from collections.abc import Mapping, Sequence
from typing import Any

from crowd.models import Campaign, Step
from crowd.rules import opening
from crowd.rules import questions as rules
from crowd.rules.problems import Problem
from crowd.services import campaigns

LEASES = (30, 60 * 60 * 24 * 90)  # seconds, at least and at most
LONGEST = {"title": 200, "instructions": 10_000, "example": 10_000}  # characters
MOST_QUESTIONS = 40

Asked = Mapping[str, Mapping[str, rules.Question]]
"""Keys of steps → their questions by key."""


class InvalidStep(Exception):
    """What is wrong with a description: place → problem.

    Places are "title", "instructions", "opens_when", "lease_seconds", "questions", or
    "questions.2" (counted from 0), as in the description.
    """

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(problems)
        self.problems = dict(problems)


def describe(*, step: Step) -> dict[str, Any]:
    """A step as `save` takes it."""
    return {
        "title": step.title,
        "instructions": step.instructions,
        "opens_when": step.opens_when,
        "lease_seconds": step.lease_seconds,
        "questions": [
            {
                name: getattr(question, name)
                for name in ("key", "kind", "label", "help", "required", "options", "settings")
            }
            for question in step.questions.order_by("position", "pk")
        ],
    }


def earlier_than(*, campaign: Campaign, position: int | None) -> dict[str, dict[str, Any]]:
    """What the steps before a place ask: what can open a step there. None: behind all."""
    found = campaign.steps.prefetch_related("questions").order_by("position")
    if position is not None:
        found = found.filter(position__lt=position)
    return {step.key: {each.key: each.rule for each in step.questions.all()} for step in found}


def check(description: Mapping[str, Any], *, earlier: Asked) -> None:
    """Refuse a step that could not be asked.

    Raises:
        InvalidStep: all that is wrong with it.
    """
    wrong = wrong_words(description)
    lease = description.get("lease_seconds", 1800)
    if type(lease) is not int or not LEASES[0] <= lease <= LEASES[1]:
        wrong["lease_seconds"] = Problem("lease_unlikely")
    if description.get("opens_when"):
        try:
            opening.check(description["opens_when"], earlier)
        except Problem as problem:
            wrong["opens_when"] = problem
    wrong |= _check_questions(description.get("questions") or [])
    if wrong:
        raise InvalidStep(wrong)


def wrong_words(description: Mapping[str, Any]) -> dict[str, Problem]:
    """What is wrong with the words above a step's questions, by their place."""
    title = str(description.get("title") or "").strip()
    wrong = {} if title else {"title": Problem("step_without_title")}
    for name, most in LONGEST.items():
        length = len(str(description.get(name) or "").strip())
        if length > most:
            wrong[name] = Problem("text_too_long", length=length, most=most)
    return wrong


def _check_questions(questions: Sequence[Mapping[str, Any]]) -> dict[str, Problem]:
    wrong: dict[str, Problem] = {}
    if len(questions) > MOST_QUESTIONS:
        wrong["questions"] = Problem("too_many_questions", most=MOST_QUESTIONS)
    before: list[rules.Question] = []
    for place, question in enumerate(questions):
        try:
            if not str(question.get("label") or "").strip():
                raise Problem("question_without_label")
            if len(str(question["label"])) > 500:
                raise Problem("text_too_long", length=len(str(question["label"])), most=500)
            if question.get("key") in {each.key for each in before}:
                raise Problem("question_key_twice", key=str(question.get("key")))
            campaigns.check_question(question, before)
            before.append(_rule(question))
        except Problem as problem:
            wrong[f"questions.{place}"] = problem
    return wrong


def asked(description: Mapping[str, Any]) -> dict[str, rules.Question]:
    """The questions of a description that was checked, by key."""
    return {each["key"]: _rule(each) for each in description.get("questions") or []}


def _rule(question: Mapping[str, Any]) -> rules.Question:
    return rules.Question(
        key=question["key"],
        kind=rules.Kind(question["kind"]),
        options=tuple(each["value"] for each in question.get("options") or []),
        settings=question.get("settings") or {},
    )
