"""Certificates of hours and confirmed answers: ask for one, show it, print it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Campaign, Certificate
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import certificates as services
from frontend.printing import certificate as printing
from frontend.views import redirects
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: TamisRequest) -> HttpResponse:
    """One's own certificates, and the form for another one."""
    contributor = request.visitor.contributor
    problem = ""
    if request.method == "POST" and contributor is not None:
        try:
            made = services.make(
                contributor=contributor,
                campaign=Campaign.objects.visible()
                .filter(slug=request.POST.get("campaign", ""))
                .first(),
                bearer=request.POST.get("bearer", ""),
                now=timezone.now(),
            )
            return redirects.SeeOther(reverse("certificate", args=[made.code]))
        except Problem as wrong:
            problem = sentence(wrong)
    context = {
        "given": services.of(contributor=contributor) if contributor else None,
        "campaigns": services.campaigns_of(contributor=contributor) if contributor else [],
        "made": services.made_by(contributor=contributor) if contributor else [],
        "problem": problem,
        "most_minutes": services.MOST_MINUTES,
    }
    return render(request, "game/certificates.html", context, status=422 if problem else 200)


@never_cache
@require_safe
def certificate(request: TamisRequest, code: str) -> HttpResponse:
    """What a certificate says, for whoever was given its link."""
    found = _found(code)
    contributor = request.visitor.contributor
    context = {
        "certificate": found,
        "hours": services.hours(found),
        "is_mine": contributor is not None and services.is_of(found, contributor=contributor),
        "most_minutes": services.MOST_MINUTES,
    }
    return render(request, "game/certificate.html", context)


@never_cache
@require_safe
def certificate_pdf(request: TamisRequest, code: str) -> HttpResponse:
    """The same as one page of paper, with the link to check it."""
    found = _found(code)
    address = request.build_absolute_uri(reverse("certificate", args=[found.code]))
    response = HttpResponse(
        printing.draw(printing.of(found, address=address)), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'inline; filename="tamis-{found.code}.pdf"'
    return response


@require_POST
def take_back(request: TamisRequest, code: str) -> HttpResponse:
    """Withdraw one's own certificate."""
    contributor = request.visitor.contributor
    if contributor is not None:
        services.take_back(contributor=contributor, code=code)
    return redirects.SeeOther(reverse("certificates"))


def _found(code: str) -> Certificate:
    found = services.by_code(code=code)
    if found is None:
        raise Http404
    return found
