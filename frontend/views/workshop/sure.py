"""How sure: presets in words, with what each costs, before one chooses."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Step, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, expectations, steps
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

PACE, MOST_PACE = 200, 1_000_000  # answers a day: stated on the page, and changed there
MOST = 20  # identical, or in all


@team.looking
@require_http_methods(["GET", "HEAD", "POST"])
def sure(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Each step with its presets. POST chooses for one step."""
    if request.method == "POST":
        if not campaigns.may_edit(campaign=campaign, user=cast(User, request.user)):
            raise PermissionDenied
        return _choose(request, campaign)
    pace = _whole(request.GET.get("pace", ""), PACE, MOST_PACE)
    found = list(campaign.steps.prefetch_related("questions").order_by("position"))
    outlooks = [
        expectations.of_step(
            step=step,
            per_day=pace,
            agree=step.agree if step.preset == "identical" else 3,
            fixed=step.at_most if step.preset == "fixed" else 3,
        )
        for step in found
    ]
    context: dict[str, Any] = {
        "tab": "sure",
        "pace": pace,
        "outlooks": outlooks,
        "is_draft": campaign.state == "draft",
        "most": MOST,
        "total": sum(_chosen(each).total for each in outlooks),
    }
    days = [_chosen(each).days or 0 for each in outlooks]
    context["days"] = sum(days)
    return team.show(request, campaign, "workshop/sure.html", context)


def _choose(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    number = request.POST.get("step", "")
    step = get_object_or_404(Step, campaign=campaign, pk=int(number) if number.isdecimal() else 0)
    offered = expectations.choices(
        agree=_whole(request.POST.get("agree", ""), 3, MOST),
        fixed=_whole(request.POST.get("fixed", ""), 3, MOST),
    )
    preset = request.POST.get("preset", "")
    try:
        if preset not in offered:
            raise Problem("policy_unlikely")
        steps.set_policy(
            step=step,
            policy={"preset": preset, **offered[preset], "sure": None},
            by=cast(User, request.user),
            now=timezone.now(),
        )
    except Problem as problem:
        messages.error(request, sentence(problem))
    else:
        messages.success(request, _("Kept for “%(step)s”.") % {"step": step.title})
    pace = _whole(request.POST.get("pace", ""), PACE, MOST_PACE)
    back = reverse("workshop:sure", args=[campaign.slug])
    return redirects.SeeOther(f"{back}?pace={pace}#step-{step.pk}")


def _chosen(outlook: expectations.Outlook) -> expectations.Way:
    return next(way for way in outlook.ways if way.preset == outlook.step.preset)


def _whole(text: str, otherwise: int, most: int) -> int:
    return min(int(text), most) or otherwise if text.isdecimal() and len(text) < 9 else otherwise
