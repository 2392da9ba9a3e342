"""What volunteers called badly cut: seen on its page, mended for one document or for all."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Campaign, Excerpt, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import cuts as verbs
from crowd.services import layouts
from frontend import zone_form
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

A_PAGE = 12


@team.reviewing
@require_safe
def cuts(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Each on its page, with its box drawn."""
    shown = Paginator(verbs.badly_cut(campaign=campaign), A_PAGE).get_page(request.GET.get("page"))
    return team.show(request, campaign, "workshop/cuts.html", {"tab": "cuts", "page": shown})


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def cut(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Mend the box for this document, or for every document of the layout; or keep it."""
    excerpt = get_object_or_404(
        Excerpt.objects.select_related("document", "within", "zone__layout__reference"),
        campaign=campaign,
        pk=pk,
    )
    if request.method != "POST":
        return _editor(request, campaign, excerpt, for_all=request.GET.get("for") == "all")
    if request.POST.get("do") == "keep":
        verbs.keep(excerpt=excerpt, by=cast(User, request.user), now=timezone.now())
        messages.success(request, _("The cut stays as it is, and is asked about again."))
        return _back(campaign)
    return _mend(request, campaign, excerpt)


def _mend(request: TamisRequest, campaign: Campaign, excerpt: Excerpt) -> HttpResponse:
    row = zone_form.box_of_post(request.POST, "1")
    for_all, box = request.POST.get("do") == "all", row.box
    wrong = "" if box else _("Write the four places as numbers from 0 to 100.")
    if box is not None:
        try:
            messages.success(request, _mended(request, excerpt, box, for_all=for_all))
            return _back(campaign)
        except Problem as problem:
            wrong = sentence(problem)
    row.problems = [wrong]
    return _editor(request, campaign, excerpt, for_all=for_all, row=row, status=422)


def _mended(request: TamisRequest, excerpt: Excerpt, box: zone_form.Box, *, for_all: bool) -> str:
    by, now = cast(User, request.user), timezone.now()
    if not for_all:
        verbs.mend(excerpt=excerpt, box=box, by=by, now=now)
        return _("Cut anew. Answers to the wrong cut were set aside; it is asked about again.")
    if excerpt.zone is None:
        raise Http404
    count = verbs.mend_zone(zone=excerpt.zone, box=box, by=by, now=now)
    words = ngettext(
        "The zone is being cut anew in {n} document. Answers to wrong cuts are set aside.",
        "The zone is being cut anew in {n} documents. Answers to wrong cuts are set aside.",
        count,
    )
    return words.format(n=count)


def _editor(
    request: TamisRequest,
    campaign: Campaign,
    excerpt: Excerpt,
    *,
    for_all: bool,
    row: zone_form.ZoneRow | None = None,
    status: int = 200,
) -> HttpResponse:
    zone = excerpt.zone
    if zone is not None and for_all:
        page = layouts.page_excerpt(document=zone.layout.reference, page=zone.page)
        box = zone.box
    else:
        page, box, for_all = excerpt.within, excerpt.box, False
    if page is None or box is None:
        raise Http404
    context: dict[str, Any] = {
        "tab": "cuts",
        "excerpt": excerpt,
        "sheet": page,
        "for_all": for_all,
        "row": row or zone_form.row_of("1", zone_form.typed(box)),
        "group_size": zone.layout.documents.count() if zone else 0,
    }
    return team.show(request, campaign, "workshop/cut.html", context, status=status)


def _back(campaign: Campaign) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:cuts", args=[campaign.slug]))
