"""The cause: problem, solution, story with its picture, deadline, use, licence."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crowd.models import Campaign, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import causes
from frontend.views import redirects
from frontend.views.workshop import overview, team
from frontend.visitor import TamisRequest

FIELDS = ("title", "problem", "solution", "story", "deadline", "use", "licence", "language")
LICENCES = ("Licence Ouverte 2.0", "CC BY 4.0", "CC0 1.0", "ODbL 1.0")


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def cause(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The form. POST keeps what it says; with JavaScript it is sent by itself, field by field."""
    if request.method != "POST":
        return _page(request, campaign, {})
    typed = {name: request.POST[name] for name in FIELDS if name in request.POST}
    version = request.POST.get("version", "")
    try:
        saved = causes.edit(
            campaign=campaign,
            fields=typed,
            version=int(version) if version.isdecimal() else None,
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Problem as problem:
        return _refused(request, campaign, typed, sentence(problem))
    if request.htmx:
        context = {
            "campaign": saved,
            "version": saved.version,
            "saved": True,
            "leg": overview.path(saved)[0],
        }
        return render(request, "workshop/saved.html", context)
    messages.success(request, _("Kept."))
    here = request.POST.get("do") == "stay"
    next_page = "workshop:cause" if here else "workshop:documents"
    return redirects.SeeOther(reverse(next_page, args=[campaign.slug]))


def _refused(
    request: TamisRequest, campaign: Campaign, typed: dict[str, str], problem: str
) -> HttpResponse:
    version = request.POST.get("version", "")
    if request.htmx:
        context = {"version": version, "problem": problem}
        return render(request, "workshop/saved.html", context)
    more = {"typed": typed, "problem": problem, "version": version}
    return _page(request, campaign, more, status=422)


def _page(
    request: TamisRequest, campaign: Campaign, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    typed = more.get("typed", {})
    day = campaign.deadline.isoformat() if campaign.deadline else ""
    kept = {name: getattr(campaign, name) for name in FIELDS} | {"deadline": day}
    context = {
        "tab": "cause",
        "languages": settings.LANGUAGES,
        "licences": LICENCES,
        "leg": overview.path(campaign)[0],
        "version": campaign.version,
        **more,
        "typed": kept | typed,
    }
    return team.show(request, campaign, "workshop/cause.html", context, status=status)


@team.editing
@require_POST
def picture(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Give the story a picture, or take it off."""
    by, now = cast(User, request.user), timezone.now()
    back = reverse("workshop:cause", args=[campaign.slug]) + "#picture"
    if request.POST.get("do") == "remove":
        causes.remove_picture(campaign=campaign, by=by, now=now)
        return redirects.SeeOther(back)
    sent, says = request.FILES.get("picture"), request.POST.get("says", "")
    try:
        if sent is None:
            raise Problem("not_a_picture")
        upload = cast(BinaryIO, sent.file)
        causes.set_picture(campaign=campaign, upload=upload, says=says, by=by, now=now)
    except Problem as problem:
        more = {"picture_problem": sentence(problem), "says": says}
        return _page(request, campaign, more, status=422)
    return redirects.SeeOther(back)
