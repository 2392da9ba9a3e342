"""Boards of the whole site: people and teams, this week and all time."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crowd import valkey
from crowd.models import Campaign, Contributor
from crowd.services import game, leaderboard
from crowd.services.scores import PEOPLE, PERIODS, TEAMS
from frontend.visitor import TamisRequest


@never_cache
@require_safe
def boards(request: TamisRequest) -> HttpResponse:
    """The site's board; who has switched ranks off finds a word instead of it."""
    contributor = request.visitor.contributor
    shown = game.shown_to(contributor=contributor)
    if not shown.points and contributor is None:
        raise Http404  # no game on this site
    context = {"game": shown, "contributor": contributor}
    if shown.ranks:
        context |= context_of(request, None, contributor)
    return render(request, "game/boards.html", context)


def context_of(
    request: TamisRequest, campaign: Campaign | None, contributor: Contributor | None
) -> dict[str, Any]:
    """What `parts/board.html` needs; `board` is None while Valkey is away."""
    period, who = request.GET.get("period", ""), request.GET.get("who", "")
    period = period if period in PERIODS else "all"
    who = who if who in {PEOPLE, TEAMS} else PEOPLE
    try:
        board = leaderboard.board(
            campaign=campaign, period=period, who=who, contributor=contributor, now=timezone.now()
        )
    except valkey.Unreachable:
        board = None
    return {"period": period, "who": who, "board": board, "fewest": leaderboard.FEWEST}
