"""A campaign's set-up as a file: given out, and taken to begin another."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Campaign, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import launching, setup_files, setup_places, setups
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.looking
@require_safe
def setup_file(_request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The set-up as YAML, to keep or to begin another campaign with."""
    response = HttpResponse(
        setups.as_yaml(campaign=campaign), content_type="application/yaml; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{campaign.slug}.yaml"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_setup(request: TamisRequest) -> HttpResponse:
    """Begin a campaign from a file; what is wrong with it is told place by place."""
    user = cast(User, request.user)
    if not launching.may_launch(user=user):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "pages/import_setup.html", {})
    sent = request.FILES.get("file")
    try:
        data = sent.read(setup_files.MOST_BYTES + 1) if sent else b""
        described = setup_files.parse(data=data)
        made = setups.make(description=described, by=user, now=timezone.now())
    except setup_files.InvalidSetup as invalid:
        told = [
            (setup_places.in_words(place=place, found=invalid.found), sentence(problem))
            for place, problem in invalid.problems
        ]
        return render(request, "pages/import_setup.html", {"problems": told}, status=422)
    except Problem as problem:
        context = {"problems": [("", sentence(problem))]}
        return render(request, "pages/import_setup.html", context, status=422)
    return redirects.SeeOther(reverse("workshop:overview", args=[made.slug]))
