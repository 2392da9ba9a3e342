"""Teams of volunteers: all of them, one of them, founding, joining, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Team
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import game
from crowd.services import teams as services
from frontend.views import redirects
from frontend.visitor import TamisRequest

A_PAGE = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: TamisRequest) -> HttpResponse:
    """All teams; POST founds one."""
    _must_play(request)
    if request.method != "POST":
        return _list(request)
    now = timezone.now()
    try:
        team = services.found(
            founder=request.visitor.take_part(now=now),
            name=request.POST.get("name", ""),
            is_open=request.POST.get("is_open") == "yes",
            now=now,
        )
    except Problem as problem:
        typed = request.POST.get("name", "")
        return _list(request, {"problem": sentence(problem), "typed": typed}, status=422)
    return redirects.SeeOther(reverse("team", args=[team.slug]))


@never_cache
@require_safe
def team(request: TamisRequest, slug: str) -> HttpResponse:
    """One team: how many, what they came to, who wants to be named."""
    return _show(request, get_object_or_404(Team, slug=slug))


@never_cache
@require_safe
def invitation(request: TamisRequest, code: str) -> HttpResponse:
    """A team's invitation link: its page, with a button that lets one in."""
    found = services.by_code(code=code)
    if found is None:
        _must_play(request)
        return render(request, "game/team_link_old.html", status=410)
    return _show(request, found, code=code)


@require_POST
def join(request: TamisRequest, slug: str) -> HttpResponse:
    """Be in this team from now on."""
    _must_play(request)
    found, now = get_object_or_404(Team, slug=slug), timezone.now()
    try:
        services.join(
            team=found,
            contributor=request.visitor.take_part(now=now),
            now=now,
            code=request.POST.get("code", ""),
        )
    except Problem as problem:
        return _show(request, found, problem=sentence(problem), status=422)
    messages.info(request, _("You are in. What you answer from now on counts for the team too."))
    return redirects.SeeOther(reverse("team", args=[found.slug]))


@require_POST
def leave(request: TamisRequest) -> HttpResponse:
    """Be in no team from now on."""
    contributor = request.visitor.contributor
    if contributor is not None:
        services.leave(contributor=contributor, now=timezone.now())
        messages.info(request, _("You have left the team. What you gave it stays with it."))
    return redirects.SeeOther(reverse("teams"))


@require_POST
def arrange(request: TamisRequest, slug: str) -> HttpResponse:
    """Its founder renames it, opens or closes it, or makes a new link."""
    found = get_object_or_404(Team, slug=slug)
    if not services.may_arrange(team=found, contributor=request.visitor.contributor):
        raise Http404
    try:
        if (name := request.POST.get("name", "").strip()) and name != found.name:
            services.rename(team=found, name=name)
        services.arrange(
            team=found,
            is_open=request.POST.get("is_open") == "yes",
            new_link=request.POST.get("do") == "new_link",
        )
    except Problem as problem:
        return _show(request, found, problem=sentence(problem), status=422)
    return redirects.SeeOther(reverse("team", args=[found.slug]))


def _must_play(request: TamisRequest) -> None:
    """Teams are part of the game: where that is off, there is nothing here."""
    if not game.shown_to(contributor=request.visitor.contributor).together:
        raise Http404


def _list(
    request: TamisRequest, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    contributor = request.visitor.contributor
    mine = services.of(contributor=contributor) if contributor else None
    found = [each for each in services.all_of_them()[:A_PAGE] if each.is_open or each == mine]
    context = {"teams": found, "mine": mine, **(more or {})}
    return render(request, "game/teams.html", context, status=status)


def _show(
    request: TamisRequest, found: Team, *, code: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    _must_play(request)
    contributor = request.visitor.contributor
    mine = services.of(contributor=contributor) if contributor else None
    context = {
        "team": found,
        "summary": services.summary(team=found),
        "named": services.members_shown(team=found)[:A_PAGE],
        "is_mine": mine == found,
        "has_another": mine is not None and mine != found,
        "may_arrange": services.may_arrange(team=found, contributor=contributor),
        "code": code,
        "problem": problem,
    }
    return render(request, "game/team.html", context, status=status)
