"""Tutorials: a campaign's first micro-tasks are some whose answers are known, with feedback.

What is said there is compared and forgotten: no lease, no answer, no points. Never one under a
veil, whose answer would be given away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from crowd.models import Campaign, Contributor, KnownAnswer, MicroTask, Question
from crowd.rules import atoms
from crowd.rules import questions as rules
from crowd.rules.problems import Problem
from crowd.services import answers, contributors, known_answers, outlines

MOST = 10  # lessons of a campaign
ALIKE = 0.8  # likeness from which a learner is told "right": a comma apart is no mistake


@dataclass(frozen=True, kw_only=True)
class Said:
    """One question of a lesson: what the learner said, and what is right.

    Attributes:
        given, right: None for "can't tell"; `is_given` and `is_known` tell nothing from it.
        agrees: both say the same, as the question's own rule compares them.
    """

    question: Question
    given: Any
    right: Any
    agrees: bool
    is_given: bool
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """What a learner is told of one lesson."""

    lesson: KnownAnswer
    said: list[Said]

    @property
    def right(self) -> bool:
        return all(each.agrees for each in self.said)


def add(
    *, microtask: MicroTask, values: Mapping[str, Any], note: str = "", now: datetime
) -> KnownAnswer:
    """Make a micro-task with its right answer the last lesson of its campaign.

    Args:
        note: why that is right, shown to learners.

    Raises:
        InvalidAnswer: the values do not fit the step's questions.
        Problem: `lesson_veiled`, `lessons_too_many`.
    """
    if microtask.veiled or KnownAnswer.objects.filter(microtask=microtask, tutorial=False).exists():
        raise Problem("lesson_veiled")  # it measures, or is to: teaching would tell it
    others = _lessons(microtask.campaign).exclude(microtask=microtask)
    if others.count() >= MOST:
        raise Problem("lessons_too_many", most=MOST)
    known = known_answers.tell(microtask=microtask, values=values, tutorial=True, now=now)
    known.note = note
    known.position = (others.aggregate(last=Max("position"))["last"] or 0) + 1
    known.save(update_fields=["note", "position"])
    outlines.forget()
    return known


def remove(*, lesson: KnownAnswer) -> None:
    """Take a lesson out of the tutorial; what is known of it goes on deciding its verdict."""
    KnownAnswer.objects.filter(pk=lesson.pk).update(tutorial=False, position=0)
    outlines.forget()


def move(*, lesson: KnownAnswer, position: int) -> None:
    """Put a lesson at a place of the tutorial, from 1; the others make room."""
    rest = [each for each in lessons(campaign=lesson.microtask.campaign) if each.pk != lesson.pk]
    rest.insert(max(0, position - 1), lesson)
    for number, each in enumerate(rest, 1):
        KnownAnswer.objects.filter(pk=each.pk).update(position=number)


def lessons(*, campaign: Campaign) -> list[KnownAnswer]:
    """The tutorial in its order, with all that is shown of each."""
    loaded = _lessons(campaign).select_related("microtask__excerpt__document")
    found = list(loaded.order_by("position", "pk"))
    outline = outlines.of_campaign(campaign_id=campaign.pk)
    for each in found:
        each.microtask.campaign = outline.campaign
        each.microtask.step = outline.step(each.microtask.step_id)
    return found


def is_for(*, contributor: Contributor | None, campaign: Campaign) -> bool:
    """Whether the tutorial comes first for this person: they have not answered anything here."""
    if not outlines.of_campaign(campaign_id=campaign.pk).teaches:
        return False
    if contributor is None:
        return True
    person = contributors.person_ids(contributor=contributor)
    return not MicroTask.objects.filter(
        campaign=campaign, assignments__contributor__in=person
    ).exists()


def compare(*, lesson: KnownAnswer, values: Mapping[str, Any]) -> Feedback:
    """Compare what a learner said with what is known.

    Raises:
        InvalidAnswer: the values do not fit the step's questions.
    """
    microtask = lesson.microtask
    asked = list(microtask.step.questions.all())
    clean, wrong = rules.check_answer(
        [each.rule for each in asked], values, language=microtask.campaign.language
    )
    if wrong:
        raise answers.InvalidAnswer(wrong)
    told = [each for each in asked if each.key in lesson.values or each.key in clean]
    return Feedback(lesson=lesson, said=[_said(each, clean, lesson.values) for each in told])


def _said(question: Question, clean: Mapping[str, Any], known: Mapping[str, Any]) -> Said:
    given, right = clean.get(question.key), known.get(question.key)
    alike = atoms.likeness(
        question.rule, atoms.value_of(question.rule, clean), atoms.value_of(question.rule, known)
    )
    return Said(
        question=question,
        given=given,
        right=right,
        agrees=alike >= ALIKE,
        is_given=question.key in clean,
        is_known=question.key in known,
    )


def _lessons(campaign: Campaign) -> QuerySet[KnownAnswer]:
    # A veil may have fallen on one since: then it is no lesson until the campaign closes.
    return KnownAnswer.objects.filter(
        microtask__campaign=campaign,
        microtask__excerpt__hidden_at=None,
        microtask__veiled=False,
        tutorial=True,
    )
