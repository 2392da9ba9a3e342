"""My contributions: what I said, what became of it, and the name boards may show."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import contributors, drafts, history, points
from frontend.views import redirects
from frontend.visitor import TamisRequest

A_PAGE = 20


@never_cache
@require_safe
def contributions(request: TamisRequest) -> HttpResponse:
    """Newest first, a page at a time; `?before=` continues."""
    contributor = request.visitor.contributor
    context: dict[str, Any] = {"contributor": contributor, "items": [], "older": False}
    if contributor is not None:
        page = history.of(contributor=contributor, before=request.GET.get("before"), limit=A_PAGE)
        prefetch_related_objects([item.answer for item in page], "microtask__step__questions")
        context |= {
            "items": page,
            "begun": drafts.of_contributor(contributor=contributor),
            "older": "before" in request.GET,
            "next_before": page[-1].answer.pk if len(page) == A_PAGE else "",
            "summary": points.summary(contributor=contributor),
            "shows_points": not contributor.no_game,
        }
    return render(request, "pages/contributions.html", context)


@never_cache
@require_safe
def numbers(request: TamisRequest) -> HttpResponse:
    """Confirmed, waiting, points: the line of the play page, for browsers without a socket."""
    contributor = request.visitor.contributor
    summary = points.summary(contributor=contributor) if contributor else None
    game = contributor is not None and not contributor.no_game
    return render(request, "parts/mine.html", {"summary": summary, "shows_points": game})


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
