"""Pictures for the team: drafts' too, and what a report conceals from everyone else."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from crowd.models import Campaign, Excerpt
from frontend.views.pictures import send
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.looking
@require_safe
def picture(
    request: TamisRequest, campaign: Campaign, excerpt_id: int, width: int
) -> HttpResponseBase:
    """One width of an excerpt's picture, whether or not volunteers may see it."""
    excerpt = get_object_or_404(Excerpt, campaign=campaign, pk=excerpt_id)
    return send(request, excerpt, width)
