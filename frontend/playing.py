"""The play page as its views show it: one micro-task, the whole page or the part that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from crowd.models import Assignment, Campaign, Question
from crowd.services import assignments, game, points, progress, proofs, suggestions
from frontend import answer_form, howto, wording
from frontend.visitor import TamisRequest

# Kinds of questions whose script is not in the page's bundle (`frontend.bundles`).
SCRIPTS: Mapping[str, str] = {"upload": "tamis/uploads.js"}


def show(
    request: TamisRequest, campaign: Campaign, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or with htmx the part that changes."""
    contributor = request.visitor.contributor
    shown = game.shown_to(contributor=contributor, campaign=campaign)
    summary = points.summary(contributor=contributor) if contributor else None
    asks_name = shown.ranks and contributor and contributor.listed is None
    context |= {
        "campaign": campaign,
        "contributor": contributor,
        "play_part": part,
        "summary": summary,
        "game": shown,
        "shows_points": shown.points,
        "asks_name": bool(asks_name and summary and summary.points > 0),
    }
    step = context.get("step")
    context["how_open"] = step is not None and howto.is_new(request, step)
    if request.htmx:
        response = render(request, "parts/swap.html", context, status=status)
    else:
        context["scripts"] = scripts(campaign)
        context.setdefault("progress", progress.of_campaign(campaign))
        response = render(request, "pages/play.html", context, status=status)
    if step is not None and context["how_open"]:
        howto.remember(request, response, step)
    return response


def scripts(campaign: Campaign) -> list[str]:
    """What the campaign's kinds of questions need on top of the page's own script."""
    kinds = Question.objects.filter(step__campaign=campaign).values_list("kind", flat=True)
    return [SCRIPTS[kind] for kind in sorted(set(kinds)) if kind in SCRIPTS]


def asked(held: Assignment, form: answer_form.AnswerForm) -> dict[str, Any]:
    """What `parts/ask.html` shows of an assignment."""
    microtask = held.microtask
    return {
        "assignment": held,
        "step": microtask.step,
        "excerpt": microtask.excerpt,
        "about": wording.about(microtask),
        "proof": proofs.of_microtask(microtask=microtask),
        "form": form,
    }


@dataclass(frozen=True)
class Suggested:
    """What a machine says of one question, in words."""

    question: str
    value: str


def suggestion(held: Assignment) -> list[Suggested]:
    """What a machine suggests to say, question by question; empty where none does."""
    answer = suggestions.shown(assignment=held)
    if answer is None:
        return []
    asked = [each for each in questions_of(held) if each.key in answer.values]
    return [Suggested(each.label, wording.words(each, answer.values[each.key])) for each in asked]


def held_by(request: TamisRequest, campaign: Campaign, assignment_id: int) -> Assignment:
    contributor = request.visitor.contributor
    try:
        if contributor is None:
            raise Assignment.DoesNotExist
        held = assignments.open_for(contributor=contributor, assignment_id=assignment_id)
    except Assignment.DoesNotExist:
        raise Http404 from None
    if held.microtask.campaign_id != campaign.pk:
        raise Http404
    return held


def questions_of(held: Assignment) -> list[Any]:
    return list(held.microtask.step.questions.all())
