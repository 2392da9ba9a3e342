"""My contributions: what I said, what became of it, and the name boards may show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Campaign, Contributor
from crowd.rules import levels
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import (
    badges,
    contributors,
    drafts,
    game,
    goals,
    history,
    points,
    teams,
    thanks,
    welcomes,
)
from crowd.services.history import HistoryItem
from frontend.views import redirects
from frontend.visitor import TamisRequest

A_PAGE = 20


@never_cache
@require_safe
def contributions(request: TamisRequest) -> HttpResponse:
    """Newest first, a page at a time; `?before=` continues."""
    contributor = request.visitor.contributor
    shown = game.shown_to(contributor=contributor)
    older = "before" in request.GET
    context: dict[str, Any] = {"contributor": contributor, "items": [], "game": shown}
    if contributor is not None:
        page = history.of(contributor=contributor, before=request.GET.get("before"), limit=A_PAGE)
        prefetch_related_objects([item.answer for item in page], "microtask__step__questions")
        context |= {
            "items": page,
            "days": _days(page),
            "begun": drafts.of_contributor(contributor=contributor),
            "older": older,
            "next_before": page[-1].answer.pk if len(page) == A_PAGE else "",
            "summary": points.summary(contributor=contributor),
            "shows_points": shown.points,
            "team": teams.of(contributor=contributor) if shown.together else None,
            "welcome_link": reverse("welcome", args=[welcomes.code_of(contributor=contributor)]),
        }
        context |= {} if older else _top(contributor, shown, context["summary"])
    return render(request, "pages/contributions.html", context)


def _days(page: Sequence[HistoryItem]) -> list[tuple[date, Campaign, list[HistoryItem]]]:
    """What was said on one day in one campaign, together; the newest first."""
    found: dict[tuple[date, int], list[HistoryItem]] = defaultdict(list)
    for item in page:
        found[item.answer.given_at.date(), item.answer.microtask.campaign_id].append(item)
    return [(day, told[0].answer.microtask.campaign, told) for (day, _pk), told in found.items()]


def _top(
    contributor: Contributor, shown: game.Shown, summary: points.PointsSummary
) -> dict[str, Any]:
    """What stands above the list: thanks, and one's level, goal and badges where they are shown."""
    context: dict[str, Any] = {"thanks": thanks.to(contributor=contributor)}
    if not shown.points:
        return context
    week = goals.week_of(contributor=contributor, now=timezone.now())
    return context | {
        "standing": levels.standing(summary.points),
        "earned": [place for place in badges.of(contributor=contributor) if place.badge],
        "week": week,
        "goal_dots": goals.dots(week),
    }


@never_cache
@require_safe
def numbers(request: TamisRequest) -> HttpResponse:
    """Confirmed, waiting, points: the line of the play page, for browsers without a socket."""
    contributor = request.visitor.contributor
    summary = points.summary(contributor=contributor) if contributor else None
    shown = game.shown_to(contributor=contributor)
    context = {"summary": summary, "shows_points": contributor is not None and shown.points}
    return render(request, "parts/mine.html", context)


@require_POST
def choose_name(request: TamisRequest) -> HttpResponse:
    """Take a pseudonym and choose whether boards may show it."""
    contributor = request.visitor.take_part(now=timezone.now())
    typed, listed = request.POST.get("pseudonym", ""), request.POST.get("listed") == "yes"
    there = redirects.back(request)
    try:
        contributors.choose_name(contributor=contributor, pseudonym=typed, listed=listed)
    except Problem as problem:
        context = {
            "contributor": contributor,
            "name_problem": sentence(problem),
            "name_typed": typed,
            "next": there,
        }
        return render(request, "pages/name.html", context, status=422)
    done = _("You are on the boards now.") if listed else _("You are not on the boards.")
    messages.info(request, done)
    return redirects.SeeOther(there)
