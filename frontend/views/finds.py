"""Finds: excerpts that volunteers show to others, once the campaign's team has agreed."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Find
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import finds as services
from frontend import passing_on
from frontend.views import redirects
from frontend.views.campaign import visible
from frontend.views.excerpts import shown_excerpt
from frontend.visitor import TamisRequest

A_PAGE = 12


@require_POST
def mark(request: TamisRequest, pk: int) -> HttpResponse:
    """Look at this! The team looks first."""
    found, now = shown_excerpt(pk), timezone.now()
    typed = request.POST.get("sentence", "")
    try:
        services.mark(
            excerpt=found,
            contributor=request.visitor.take_part(now=now),
            sentence=typed,
            now=now,
        )
    except Problem as problem:
        context = {"excerpt": found, "find_problem": sentence(problem), "find_typed": typed}
        context["campaign"] = found.campaign
        return render(request, "pages/mark_find.html", context, status=422)
    messages.success(
        request, _("Thank you. Others see it once the campaign’s team has looked at it.")
    )
    return redirects.SeeOther(reverse("excerpt", args=[found.pk]))


@require_POST
def take_back(request: TamisRequest, pk: int) -> HttpResponse:
    """Delete one's own find."""
    contributor = request.visitor.contributor
    found = get_object_or_404(Find, pk=pk)
    if contributor is None or not services.take_back(find=found, contributor=contributor):
        raise Http404
    messages.info(request, _("Your find is deleted."))
    return redirects.SeeOther(reverse("excerpt", args=[found.excerpt_id]))


@require_safe
def finds(request: TamisRequest, slug: str) -> HttpResponse:
    """All finds of a campaign, newest first."""
    campaign = visible(request, slug)
    page = Paginator(services.shown(campaign=campaign), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "pages/finds.html", {"campaign": campaign, "page": page})


@require_safe
def find(request: TamisRequest, pk: int) -> HttpResponse:
    """One find: a page to pass on."""
    found = get_object_or_404(
        Find.objects.public().select_related(
            "excerpt__document", "excerpt__campaign", "excerpt__zone", "contributor"
        ),
        pk=pk,
    )
    address = request.build_absolute_uri(reverse("find", args=[found.pk]))
    links = passing_on.links(
        address=address,
        title=found.excerpt.campaign.title,
        text=f"{found.sentence}\n{address}",
        instance=request.GET.get("instance", ""),
    )
    context = {
        "find": found,
        "excerpt": found.excerpt,
        "campaign": found.excerpt.campaign,
        "links": links,
    }
    return render(request, "pages/find.html", context)
