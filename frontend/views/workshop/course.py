"""The course of a campaign: open, paused, closed, and until when."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, User
from crowd.rules import lifecycle
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, launching, progress
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

MOVES = {
    "open": CampaignState.OPEN,
    "pause": CampaignState.PAUSED,
    "close": CampaignState.CLOSED,
}


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def course(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What can be done now, and what it means."""
    if request.method != "POST":
        context = {"tab": "course", "progress": progress.of_campaign(campaign)}
        return team.show(request, campaign, "workshop/course.html", context)
    try:
        _do(request, campaign)
    except lifecycle.ForbiddenMove:
        messages.warning(request, _("That was done already, perhaps in another tab."))
    except (Problem, ValueError) as problem:
        said = sentence(problem) if isinstance(problem, Problem) else _("That is no date.")
        messages.error(request, said)
    return redirects.SeeOther(request.path)


def _do(request: TamisRequest, campaign: Campaign) -> None:
    do, by, now = request.POST.get("do", ""), cast(User, request.user), timezone.now()
    if do == "deadline":
        said = request.POST.get("deadline", "")
        deadline = date.fromisoformat(said) if said else None
        campaigns.set_deadline(campaign=campaign, deadline=deadline, now=now, by=by)
        messages.success(request, _("The deadline is moved."))
    elif do == "open" and campaign.state == CampaignState.DRAFT.value:
        launching.open_up(campaign=campaign, by=by, now=now)  # looks whether anything is missing
    elif do in MOVES:
        campaigns.move(campaign=campaign, state=MOVES[do], now=now, by=by)
        messages.success(request, _("Done."))
    else:
        raise Http404
