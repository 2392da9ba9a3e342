"""Opening: all of it on one page, what is missing, one button."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Document, User
from crowd.rules.lifecycle import ForbiddenMove
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, launching, readiness
from frontend.views import redirects
from frontend.views.workshop import overview, team
from frontend.visitor import TamisRequest


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Sum up. POST opens."""
    if request.method == "POST":
        return _open(request, campaign)
    lacking = readiness.missing(campaign=campaign)
    context = {
        "tab": "open",
        "needed": [(sentence(each.problem), _page(each)) for each in lacking if each.needed],
        "advised": [(sentence(each.problem), _page(each)) for each in lacking if not each.needed],
        "steps": campaign.steps.prefetch_related("questions").order_by("position"),
        "documents": Document.objects.filter(campaign=campaign).count(),
        "excerpts": campaigns.asked_about(campaign).count(),
    }
    return team.show(request, campaign, "workshop/open.html", context)


def _open(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    try:
        launching.open_up(campaign=campaign, by=cast(User, request.user), now=timezone.now())
    except Problem as problem:
        messages.error(request, sentence(problem))
        return redirects.SeeOther(reverse("workshop:open", args=[campaign.slug]))
    except ForbiddenMove:
        return redirects.SeeOther(reverse("workshop:overview", args=[campaign.slug]))
    messages.success(request, _("The campaign is open. Now tell people about it."))
    return redirects.SeeOther(reverse("campaign", args=[campaign.slug]))


def _page(lack: readiness.Missing) -> str:
    if lack.problem.code == "campaign_without_zones":
        return "workshop:layouts"
    return overview.STAGES[lack.stage][2]
