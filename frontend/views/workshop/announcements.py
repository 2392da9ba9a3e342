"""Announcements: written here, shown on the campaign's page, sent to those who agreed."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Announcement, Campaign, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import announcements as services
from crowd.services import mails
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def announcements(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What was announced; POST announces something, or takes one back."""
    by, now, wrong = cast(User, request.user), timezone.now(), ""
    if request.method == "POST" and request.POST.get("do", "").isdigit():
        found = get_object_or_404(Announcement, campaign=campaign, pk=int(request.POST["do"]))
        services.withdraw(announcement=found, by=by, now=now)
        messages.success(request, _("It is no longer shown."))
        return redirects.SeeOther(request.path)
    title, text = request.POST.get("title", "")[:150], request.POST.get("text", "")[:5000]
    if request.method == "POST":
        try:
            services.make(campaign=campaign, title=title, text=text, by=by, now=now)
            messages.success(request, _("Announced. Mails are on their way to those who agreed."))
            return redirects.SeeOther(request.path)
        except Problem as problem:
            wrong = sentence(problem)
    context = {
        "tab": "announcements",
        "announcements": services.shown(campaign=campaign),
        "audience": services.audience(campaign=campaign).count(),
        "can_send": mails.can_send(),
        "title": title,
        "text": text,
        "wrong": wrong,
    }
    status = 422 if wrong else 200
    return team.show(request, campaign, "workshop/announcements.html", context, status=status)
