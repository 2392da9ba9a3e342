"""An invitation's own page: what one is invited to, and one button."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, memberships
from frontend.views import redirects
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: TamisRequest, secret: str) -> HttpResponse:
    """Say what it is; POST, signed in, comes into the team."""
    now = timezone.now()
    try:
        found = memberships.invitation(secret=secret, now=now)
        if request.method != "POST":
            return _page(request, secret)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        memberships.accept(secret=secret, user=request.user, now=now)
    except Problem as problem:
        return render(request, "pages/invitation.html", {"problem": sentence(problem)}, status=410)
    messages.success(request, _("Welcome to the team."))
    return redirects.SeeOther(reverse("workshop:overview", args=[found.campaign.slug]))


def _page(request: TamisRequest, secret: str) -> HttpResponse:
    found = memberships.invitation(secret=secret, now=timezone.now())
    user = request.user if request.user.is_authenticated else None
    context = {
        "invitation": found,
        "campaign": found.campaign,
        "known": user and campaigns.may_look(campaign=found.campaign, user=user),
        "enter": f"{reverse('account_login')}?next={request.path}",
    }
    return render(request, "pages/invitation.html", context)
