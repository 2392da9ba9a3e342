"""Reports of personal data: looked at, and either kept hidden or shown again, in one click."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Campaign, Report, User
from crowd.services import reports as verbs
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

A_PAGE = 20


@team.reviewing
@require_safe
def reports(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The queue, oldest first."""
    waiting = Paginator(verbs.waiting(campaign=campaign), A_PAGE).get_page(request.GET.get("page"))
    context = {"tab": "reports", "page": waiting}
    return team.show(request, campaign, "workshop/reports.html", context)


@team.reviewing
@require_POST
def report(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Decide one report: uphold it (the excerpt stays hidden) or dismiss it (it is shown again)."""
    found = get_object_or_404(Report, excerpt__campaign=campaign, pk=pk)
    by, now = cast(User, request.user), timezone.now()
    do = request.POST.get("do")
    if do == "dismiss":
        verbs.dismiss(report=found, by=by, now=now)
        messages.success(request, _("The excerpt is shown again."))
    elif do == "uphold":
        verbs.uphold(report=found, by=by, now=now)
        messages.success(request, _("The excerpt stays hidden."))
    else:
        raise Http404
    return redirects.SeeOther(reverse("workshop:reports", args=[campaign.slug]))
