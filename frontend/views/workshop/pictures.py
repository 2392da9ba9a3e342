"""Pictures for the team: drafts' too, and what a report conceals from everyone else."""

from __future__ import annotations

from typing import cast

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from crowd.models import Campaign, Excerpt, User
from crowd.services import campaigns
from frontend.views.pictures import send
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.looking
@require_safe
def picture(
    request: TamisRequest, campaign: Campaign, excerpt_id: int, width: int
) -> HttpResponseBase:
    """One width of an excerpt's picture: drafts' too, and, for reviewers, what a report hides."""
    excerpt = get_object_or_404(Excerpt, campaign=campaign, pk=excerpt_id)
    user = cast(User, request.user)
    if excerpt.hidden_at and not campaigns.may_review(campaign=campaign, user=user):
        raise Http404
    return send(request, excerpt, width)
