"""One's own weekly goal, and the switches of the game."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import game, goals
from frontend.views import redirects
from frontend.visitor import TamisRequest


@require_POST
def goal(request: TamisRequest) -> HttpResponse:
    """Choose a weekly goal, let it rest, go on, or have none."""
    now = timezone.now()
    contributor = request.visitor.take_part(now=now)
    deed = request.POST.get("do", "choose")
    if deed in {"pause", "go_on"}:
        goals.pause(contributor=contributor, paused=deed == "pause")
    elif deed == "drop":
        goals.drop(contributor=contributor)
    else:
        typed = request.POST.get("answers", "")
        number = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
        try:
            goals.choose(contributor=contributor, answers=number, now=now)
        except Problem as problem:
            messages.error(request, sentence(problem))
    return redirects.SeeOther(reverse("contributions") + "#goal")


@require_POST
def switches(request: TamisRequest) -> HttpResponse:
    """Switch points, ranks or motion off, or on again."""
    contributor = request.visitor.take_part(now=timezone.now())
    game.choose(
        contributor=contributor,
        no_game=request.POST.get("no_game") == "on",
        no_ranks=request.POST.get("no_ranks") == "on",
        calm=request.POST.get("calm") == "on",
    )
    messages.info(request, _("Done. Your answers count the same, whatever you choose here."))
    return redirects.SeeOther(redirects.back(request))
