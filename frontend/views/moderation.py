"""Moderation of the whole site, by its staff. A campaign's own is in its workshop."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.models import User
from crowd.services import complaints
from frontend.views import deciding, redirects
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def moderation(request: TamisRequest) -> HttpResponse:
    """Everything that people complained about; POST decides one matter."""
    user = request.user if request.user.is_authenticated else None
    if not complaints.may_moderate(campaign=None, user=user):
        raise Http404  # as if there were nothing
    if request.method == "POST":
        deciding.decide(request, campaign=None, by=cast(User, user))
        return redirects.SeeOther(reverse("moderation"))
    return render(request, "pages/moderation.html", deciding.context(campaign=None))
