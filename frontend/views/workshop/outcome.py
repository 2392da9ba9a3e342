"""The outcome: what the work has changed, for those who did it."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import outcomes, progress
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Write what came of it. POST publishes it on the campaign's page and its results."""
    text = request.POST.get("outcome", campaign.outcome).replace("\r\n", "\n")
    problem = ""
    if request.method == "POST":
        user = cast(User, request.user)
        try:
            outcomes.tell(campaign=campaign, text=text, user=user, now=timezone.now())
        except Problem as refused:
            problem = sentence(refused)
        else:
            messages.success(request, _("It stands on the campaign's page."))
            return redirects.SeeOther(reverse("workshop:outcome", args=[campaign.slug]))
    past = campaign.deadline is not None and campaign.deadline < timezone.localdate()
    context = {
        "tab": "outcome",
        "text": text,
        "problem": problem,
        "is_time": (past or campaign.state == "closed") and not campaign.outcome,
        "progress": progress.of_campaign(campaign),
        "longest": outcomes.LONGEST,
    }
    status = 422 if problem else 200
    return team.show(request, campaign, "workshop/outcome.html", context, status=status)
