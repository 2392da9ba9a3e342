"""Badges and levels: every rule, for anyone to read, and which of them are one's own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crowd.rules import levels
from crowd.services import badges as services
from crowd.services import game, points
from frontend.visitor import TamisRequest


@never_cache
@require_safe
def badges(request: TamisRequest) -> HttpResponse:
    """All badges with their rules; nothing of one's own where the game is switched off."""
    contributor = request.visitor.contributor
    shown = game.shown_to(contributor=contributor)
    mine = contributor if shown.points else None
    summary = points.summary(contributor=mine) if mine else None
    context = {
        "game": shown,
        "places": services.of(contributor=mine),
        "levels": list(zip(levels.Level, levels.THRESHOLDS, strict=True)),
        "standing": levels.standing(summary.points) if summary else None,
    }
    return render(request, "game/badges.html", context)
