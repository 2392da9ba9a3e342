"""Who may be in a workshop, and what all of its pages have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from crowd.models import Campaign, User
from crowd.services import campaigns
from frontend.views.workshop import navigation
from frontend.visitor import TamisRequest

View = Callable[..., HttpResponseBase]
May = Callable[..., bool]


def looking(view: View) -> View:
    """Open to everyone in the campaign's team."""
    return _for(campaigns.may_look, view)


def reviewing(view: View) -> View:
    """Open to those who decide what is shown."""
    return _for(campaigns.may_review, view)


def editing(view: View) -> View:
    """Open to those who may change the campaign."""
    return _for(campaigns.may_edit, view)


def managing(view: View) -> View:
    """Open to those who say who is in the team."""
    return _for(campaigns.may_manage, view)


def _for(may: May, view: View) -> View:
    """The view is given the campaign instead of its slug. Strangers are not told there is one."""

    @never_cache
    def guarded(request: TamisRequest, slug: str, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        campaign = get_object_or_404(Campaign, slug=slug)
        user = request.user
        if not campaigns.may_look(campaign=campaign, user=user):
            raise Http404
        if not may(campaign=campaign, user=user):
            raise PermissionDenied
        return view(request, campaign, **named)

    return guarded


def show(
    request: TamisRequest,
    campaign: Campaign,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A workshop page, with what its tabs count and what this person may do."""
    user = cast(User, request.user)
    groups = navigation.shown(campaign=campaign, user=user, tab=context.get("tab", ""))
    common = {
        "campaign": campaign,
        "may_edit": campaigns.may_edit(campaign=campaign, user=user),
        "may_review": campaigns.may_review(campaign=campaign, user=user),
        "may_manage": campaigns.may_manage(campaign=campaign, user=user),
        "navigation": groups,
        "place": navigation.place(groups=groups),
    }
    return render(request, template, common | context, status=status)
