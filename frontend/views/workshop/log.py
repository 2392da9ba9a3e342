"""The log: who changed what, and when."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from crowd import changed
from crowd.models import Campaign, Change
from crowd.services import changes
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

A_PAGE = 50


@team.looking
@require_safe
def log(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Everything the team has changed, newest first."""
    found = Paginator(changes.of_campaign(campaign=campaign), A_PAGE)
    page = found.get_page(request.GET.get("page"))
    lines = [(each, _words(each)) for each in page]
    context = {"tab": "log", "page": page, "lines": lines}
    return team.show(request, campaign, "workshop/log.html", context)


def _words(change: Change) -> str:
    return changed.words(what=change.what, details=change.details)
