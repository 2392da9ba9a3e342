"""The home page, and the page that explains."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crowd.models import Campaign
from crowd.services import memberships, progress, wishes
from frontend.visitor import TamisRequest

MOST_CAMPAIGNS = 50


@dataclass(frozen=True, kw_only=True)
class Card:
    """One campaign on the home page."""

    campaign: Campaign
    progress: progress.Progress


@require_safe
def home(request: TamisRequest) -> HttpResponse:
    """Campaigns, those that take answers first."""
    order = Case(
        When(state="open", then=Value(0)),
        When(state="paused", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    campaigns = Campaign.objects.visible().order_by(order, "deadline", "-pk")[:MOST_CAMPAIGNS]
    shown = wishes.wanted(campaigns=list(campaigns), contributor=request.visitor.contributor)
    cards = [Card(campaign=each, progress=progress.of_campaign(each)) for each in shown]
    user = request.user
    context = {
        "cards": cards,
        "left_out": len(campaigns) - len(shown),
        "in_a_team": user.is_authenticated and memberships.of_user(user=user).exists(),
    }
    return render(request, "pages/home.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How the sieve works, in four steps."""
    return render(request, "pages/about.html")
