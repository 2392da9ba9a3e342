"""Words: finds to look at, complaints about names, finds and comments, and names on the boards."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Campaign, Find, User
from crowd.services import finds
from frontend.views import deciding, redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

MOST = 50


@team.reviewing
@require_safe
def words(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What waits for a decision first, then what is shown now."""
    context = {
        "tab": "words",
        "finds_waiting": finds.waiting(campaign=campaign)[:MOST],
        "finds_shown": finds.shown(campaign=campaign)[:MOST],
        **deciding.context(campaign=campaign),
    }
    return team.show(request, campaign, "workshop/words.html", context)


@team.reviewing
@require_POST
def decide(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """One matter that people complained about, or one name."""
    deciding.decide(request, campaign=campaign, by=cast(User, request.user))
    return redirects.SeeOther(reverse("workshop:words", args=[campaign.slug]))


@team.reviewing
@require_POST
def find(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Show a find on the campaign's page, or not."""
    found = get_object_or_404(Find, pk=pk, excerpt__campaign=campaign)
    show = request.POST.get("do") == "show"
    if not show and request.POST.get("do") != "hide":
        raise Http404
    finds.decide(find=found, show=show, by=cast(User, request.user), now=timezone.now())
    messages.success(
        request, _("The find is on the campaign’s page.") if show else _("The find is not shown.")
    )
    return redirects.SeeOther(reverse("workshop:words", args=[campaign.slug]))
