"""Rooms of a campaign: open one, print its sheet, trust it or not, close it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Campaign, Room
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import rooms as verbs
from frontend.printing import cards
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """All rooms, newest first. POST opens one."""
    if request.method != "POST":
        return _list(request, campaign, _entered(QueryDict()))
    entered = _entered(request.POST)
    try:
        opened = verbs.open_room(campaign=campaign, now=timezone.now(), **entered)
    except Problem as problem:
        return _list(request, campaign, entered, problem=sentence(problem), status=422)
    return redirects.SeeOther(reverse("workshop:room", args=[campaign.slug, opened.pk]))


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """One room. POST changes its name, its teams or whether it is trusted."""
    found = get_object_or_404(campaign.rooms, pk=pk)
    entered = {"title": found.title, "teams": found.teams, "trusted": found.trusted}
    if request.method != "POST":
        return _one(request, campaign, found, entered)
    entered = _entered(request.POST)
    try:
        verbs.change(room=found, **entered)
    except Problem as problem:
        return _one(request, campaign, found, entered, problem=sentence(problem), status=422)
    messages.success(request, _("The room is changed."))
    return redirects.SeeOther(reverse("workshop:room", args=[campaign.slug, pk]))


@team.reviewing
@require_POST
def close(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """End the workshop."""
    found = get_object_or_404(campaign.rooms, pk=pk)
    verbs.close(room=found, now=timezone.now())
    messages.success(request, _("The room is closed. Its people can go on alone."))
    return redirects.SeeOther(reverse("workshop:room", args=[campaign.slug, pk]))


@team.reviewing
@require_safe
def sheet(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Cards to cut out, each with the code of the room."""
    found = get_object_or_404(campaign.rooms, pk=pk)
    address = request.build_absolute_uri(reverse("room", args=[found.code]))
    find = request.build_absolute_uri(reverse("room_find"))
    with translation.override(campaign.language):
        drawn = cards.draw(
            cards.RoomCard(
                title=found.title or campaign.title,
                call=_("Scan the code and take part. No account, no e-mail."),
                detail=_("Or go to %(address)s and type:") % {"address": find.partition("://")[2]},
                code=found.code,
                address=address,
            )
        )
    reply = HttpResponse(drawn, content_type="application/pdf")
    reply["Content-Disposition"] = f'inline; filename="{found.code}.pdf"'
    return reply


def _entered(data: QueryDict) -> dict[str, Any]:
    return {
        "title": data.get("title", ""),
        "teams": data.get("teams", "").splitlines(),
        "trusted": data.get("decides", "all") == "all",
    }


def _list(
    request: TamisRequest,
    campaign: Campaign,
    entered: dict[str, Any],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "tab": "rooms",
        "rooms": [(each, verbs.tally(room=each)) for each in campaign.rooms.all()[:50]],
        "problem": problem,
        "most_teams": verbs.MOST_TEAMS,
        **_shown(entered),
    }
    return team.show(request, campaign, "workshop/rooms.html", context, status=status)


def _one(
    request: TamisRequest,
    campaign: Campaign,
    found: Room,
    entered: dict[str, Any],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "tab": "rooms",
        "room": found,
        "tally": verbs.tally(room=found),
        "address": request.build_absolute_uri(reverse("room", args=[found.code])),
        "problem": problem,
        "most_teams": verbs.MOST_TEAMS,
        **_shown(entered),
    }
    return team.show(request, campaign, "workshop/room.html", context, status=status)


def _shown(entered: dict[str, Any]) -> dict[str, Any]:
    return entered | {"teams": "\n".join(entered["teams"])}
