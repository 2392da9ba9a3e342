"""Reporting words: a name, a team, a find or a comment that should not stand here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign
from crowd.models.complaints import About
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaigns, complaints
from frontend.views import redirects
from frontend.visitor import TamisRequest


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: TamisRequest) -> HttpResponse:
    """A form for any words: `?about=` says of what kind, `&which=` which, `&in=` where."""
    asked = request.POST if request.method == "POST" else request.GET
    about = About(asked["about"]) if asked.get("about") in About.values else About.PSEUDONYM
    campaign = _campaign(request, asked.get("in", ""))
    context: dict[str, Any] = {
        "about": about,
        "which": asked.get("which", ""),
        "campaign": campaign,
        "next": asked.get("next", ""),
        "by_name": about in {About.PSEUDONYM, About.TEAM},
    }
    subject = complaints.found(about=about, name=context["which"].strip(), campaign=campaign)
    context["words"] = complaints.words(subject) if subject is not None else ""
    if request.method != "POST":
        return render(request, "pages/complain.html", context)
    if subject is None:
        context["problem"] = _("Nothing is shown here under this name. Please check its spelling.")
        return render(request, "pages/complain.html", context, status=422)
    now = timezone.now()
    try:
        complaints.complain(
            subject=subject,
            contributor=request.visitor.take_part(now=now),
            campaign=campaign,
            note=asked.get("note", "")[: complaints.LONGEST_NOTE],
            now=now,
        )
    except Problem as problem:
        context["problem"] = sentence(problem)
        return render(request, "pages/complain.html", context, status=422)
    messages.success(request, _("Thank you. Someone looks at it."))
    return redirects.SeeOther(redirects.back(request))


def _campaign(request: TamisRequest, slug: str) -> Campaign | None:
    if not slug:
        return None
    user = request.user if request.user.is_authenticated else None
    found: Campaign = get_object_or_404(campaigns.visible_to(user=user), slug=slug)
    return found
