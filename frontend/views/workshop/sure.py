"""How sure: presets in words, with what each costs, before one chooses."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, expectations, steps
from frontend.views import redirects
from frontend.views.workshop import presets, team
from frontend.visitor import TamisRequest

PACE, MOST_PACE = 200, 1_000_000  # answers a day: stated on the page, and changed there


@team.looking
@require_http_methods(["GET", "HEAD", "POST"])
def sure(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Each step with its presets. POST keeps what was chosen for all of them."""
    may_edit = campaigns.may_edit(campaign=campaign, user=cast(User, request.user))
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        return _choose(request, campaign)
    pace = presets.whole(request.GET.get("pace", ""), PACE, MOST_PACE)
    found = campaign.steps.prefetch_related("questions").order_by("position")
    outlooks = [presets.outlook(step=step, per_day=pace) for step in found]
    is_draft = campaign.state == "draft"
    context: dict[str, Any] = {
        "tab": "sure",
        "pace": pace,
        "outlooks": outlooks,
        "is_draft": is_draft,
        "locked": not (may_edit and is_draft),
        "most": presets.MOST,
        "total": sum(_chosen(each).total for each in outlooks),
    }
    days = [_chosen(each).days or 0 for each in outlooks]
    context["days"] = sum(days)
    return team.show(request, campaign, "workshop/sure.html", context)


def _choose(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    by, now, refused = cast(User, request.user), timezone.now(), False
    for step in campaign.steps.order_by("position"):
        try:
            policy = presets.wanted(step=step, sent=request.POST)
            if policy is not None:
                steps.set_policy(step=step, policy=policy, by=by, now=now)
        except Problem as problem:
            refused = True
            messages.error(request, f"{step.title}: {sentence(problem)}")
    if not refused:
        messages.success(request, _("Kept."))
        if request.POST.get("do") != "stay":
            return redirects.SeeOther(reverse("workshop:tryout", args=[campaign.slug]))
    pace = presets.whole(request.POST.get("pace", ""), PACE, MOST_PACE)
    return redirects.SeeOther(f"{reverse('workshop:sure', args=[campaign.slug])}?pace={pace}")


def _chosen(outlook: expectations.Outlook) -> expectations.Way:
    return next(way for way in outlook.ways if way.preset == outlook.step.preset)
