"""The tutorial: a few questions whose answers are known, with what is right told at once."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, KnownAnswer
from crowd.services import answers, tutorials
from frontend import answer_form, playing, wording
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def learn(request: TamisRequest, slug: str, number: int = 1) -> HttpResponse:
    """GET shows one lesson as it would be asked; POST compares, and keeps nothing of it."""
    campaign = visible(request, slug)
    lessons = tutorials.lessons(campaign=campaign)
    if not 1 <= number <= len(lessons):
        raise Http404
    lesson = lessons[number - 1]
    place = {"number": number, "lessons": len(lessons), "last": number == len(lessons)}
    asked = list(lesson.microtask.step.questions.all())
    if request.method != "POST":
        return _ask(request, campaign, lesson, answer_form.blank(asked), place)
    if request.POST.get("do", "answer").startswith("more:"):
        form = answer_form.again(asked, request.POST, answer_form.answer_id(request.POST), {})
        return _ask(request, campaign, lesson, form, place)
    try:
        feedback = tutorials.compare(lesson=lesson, values=answer_form.values(asked, request.POST))
    except answers.InvalidAnswer as invalid:
        given = answer_form.answer_id(request.POST)
        form = answer_form.again(asked, request.POST, given, invalid.problems)
        return _ask(request, campaign, lesson, form, place, status=422)
    told = {"feedback": feedback, "said": [_told(each) for each in feedback.said]}
    return _show(request, campaign, lesson, "parts/feedback.html", place | told)


def _told(said: tutorials.Said) -> dict[str, Any]:
    return {
        "question": said.question,
        "agrees": said.agrees,
        "given": _words(said.question, said.given, said.is_given),
        "right": _words(said.question, said.right, said.is_known),
    }


def _words(question: Any, value: Any, there: bool) -> str:
    return wording.words(question, value, outcome="" if there else "left_empty")


def _ask(
    request: TamisRequest,
    campaign: Campaign,
    lesson: KnownAnswer,
    form: answer_form.AnswerForm,
    place: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    context = place | {"form": form, "how_open": place["number"] == 1}
    return _show(request, campaign, lesson, "parts/lesson.html", context, status=status)


def _show(
    request: TamisRequest,
    campaign: Campaign,
    lesson: KnownAnswer,
    part: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    microtask = lesson.microtask
    context |= {
        "campaign": campaign,
        "play_part": part,
        "lesson": lesson,
        "step": microtask.step,
        "excerpt": microtask.excerpt,
        "about": wording.about(microtask),
        "scripts": playing.scripts(campaign),
    }
    return render(request, "pages/learn.html", context, status=status)
