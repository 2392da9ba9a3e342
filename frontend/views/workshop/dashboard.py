"""The dashboard: will we finish in time?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crowd.models import Campaign
from crowd.services import dashboards
from frontend import dashboard_charts
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

A_PAGE = 12


@team.looking
@require_safe
def dashboard(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Everything on one page; asked for by htmx, the part that moves."""
    now = timezone.now()
    board = dashboards.of_campaign(campaign=campaign, now=now)
    documents = Paginator(dashboards.documents(campaign=campaign), A_PAGE)
    context = {
        "tab": "dashboard",
        "board": board,
        "charts": dashboard_charts.of(board, campaign, now=now),
        "page": documents.get_page(request.GET.get("page")),
        "now": now,
    }
    part = "HX-Request" in request.headers
    template = "workshop/dashboard_part.html" if part else "workshop/dashboard.html"
    return team.show(request, campaign, template, context)
