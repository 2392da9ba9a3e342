"""Rooms: come in by a code, choose a team, and the screen that everyone in the room sees."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Room
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import rooms
from frontend.printing import qr
from frontend.views import redirects
from frontend.visitor import TamisRequest


@require_safe
def find(request: TamisRequest) -> HttpResponse:
    """Type the code of a room."""
    typed = request.GET.get("code", "")
    room = rooms.by_code(code=typed) if typed else None
    if room is not None:
        return redirects.SeeOther(reverse("room", args=[room.code]))
    problem = sentence(Problem("room_unknown")) if typed else ""
    context = {"typed": typed, "problem": problem}
    return render(request, "pages/room_find.html", context, status=404 if typed else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: TamisRequest, code: str) -> HttpResponse:
    """Come in. POST sits this browser down, and leads to the first excerpt."""
    found = _found(code)
    if request.method != "POST":
        return _page(request, found)
    now = timezone.now()
    team = request.POST.get("team", "")
    try:
        rooms.join(
            room=found,
            contributor=request.visitor.take_part(now=now),
            team=int(team) if team.isdecimal() and len(team) < 4 else None,
            now=now,
        )
    except Problem as problem:
        return _page(request, found, problem=sentence(problem), status=422)
    if not found.campaign.is_open:
        return redirects.SeeOther(reverse("campaign", args=[found.campaign.slug]))
    # 307: the browser posts this same form there, which lends the first excerpt.
    return redirects.SameAgain(reverse("play", args=[found.campaign.slug]))


@require_POST
def leave(request: TamisRequest, code: str) -> HttpResponse:
    """Go on alone."""
    found, contributor = _found(code), request.visitor.contributor
    if contributor is not None and contributor.room_id == found.pk:
        rooms.leave(contributor=contributor)
        messages.success(request, _("You have left the room. What you answered there stays."))
    return redirects.SeeOther(reverse("campaign", args=[found.campaign.slug]))


@never_cache
@require_safe
def screen(request: TamisRequest, code: str) -> HttpResponse:
    """For the wall: how to come in, and what the room has done so far."""
    found = _found(code)
    address = request.build_absolute_uri(reverse("room", args=[found.code]))
    context = _numbers(found) | {
        "address": address.partition("://")[2],
        "find": request.build_absolute_uri(reverse("room_find")).partition("://")[2],
        "qr": qr.inline(address, title=_("QR code of this room")),
    }
    return render(request, "pages/room_screen.html", context)


@never_cache
@require_safe
def screen_part(request: TamisRequest, code: str) -> HttpResponse:
    """The numbers alone, asked for again when the socket says that they moved."""
    return render(request, "parts/room_numbers.html", _numbers(_found(code)))


def _found(code: str) -> Room:
    found = rooms.by_code(code=code)
    if found is None:
        raise Http404
    return found


def _page(
    request: TamisRequest, found: Room, *, problem: str = "", status: int = 200
) -> HttpResponse:
    contributor = request.visitor.contributor
    context: dict[str, Any] = {
        "room": found,
        "campaign": found.campaign,
        "sits_here": contributor is not None and contributor.room_id == found.pk,
        "suggested": rooms.smallest_team(room=found),
        "problem": problem,
    }
    return render(request, "pages/room.html", context, status=status)


def _numbers(found: Room) -> dict[str, Any]:
    tally = rooms.tally(room=found)
    most = max((team.answers for team in tally.teams), default=0)
    teams = [(team, round(100 * team.answers / most) if most else 0) for team in tally.teams]
    return {"room": found, "campaign": found.campaign, "tally": tally, "teams": teams}
