"""Zones of a layout: drawn or typed in, looked at on twelve documents, and applied to all."""

from __future__ import annotations

import base64
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Layout, Step, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import cut_previews, cutting, layouts, setup_layouts
from crowd.services import zones as verbs
from crowd.services.cut_previews import CutPreview
from frontend import zone_form
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

MOST_SEED = 10_000


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def zones(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """The editor. POST replaces all zones of the layout by those that are sent."""
    layout = get_object_or_404(Layout, campaign=campaign, pk=pk)
    if request.method != "POST":
        return _begun(request, layout)
    rows, called = zone_form.of_post(request.POST), request.POST.get("called", "")
    asked = zone_form.specs(rows)
    if asked is None:
        return _editor(request, layout, rows, called=called, status=422)
    by, now = cast(User, request.user), timezone.now()
    try:
        verbs.save(layout=layout, zones=asked, called=called, by=by, now=now)
    except verbs.InvalidZones as invalid:
        zone_form.refuse(rows, invalid.problems)
        return _editor(request, layout, rows, called=called, status=422)
    except Problem as problem:
        messages.error(request, sentence(problem))
        return _editor(request, layout, rows, status=422)
    return redirects.SeeOther(reverse("workshop:preview", args=[campaign.slug, layout.pk]))


def _begun(request: TamisRequest, layout: Layout) -> HttpResponse:
    """The zones as they are drawn; `?from=1`: those of the first layout that a set-up expects."""
    asked = request.GET.get("from", "")
    if not asked:
        return _editor(request, layout, zone_form.of_zones(layout.zones.drawn()))
    number = int(asked) - 1 if asked.isdecimal() and len(asked) < 9 else -1
    taken = setup_layouts.expected(campaign=layout.campaign, number=number)
    if taken is None:
        raise Http404
    called, specs = taken
    rows = zone_form.of_specs(specs)
    pages = {page.position for page in layouts.drawable(layout=layout)}
    absent = [index for index, spec in enumerate(specs) if spec.page not in pages]
    zone_form.refuse(rows, {i: [Problem("zone_page", page=specs[i].page)] for i in absent})
    return _editor(request, layout, rows, called=called)


def _editor(
    request: TamisRequest,
    layout: Layout,
    rows: list[zone_form.ZoneRow],
    *,
    called: str = "",
    status: int = 200,
) -> HttpResponse:
    pages = _pages(layout)
    for page in pages:
        page["boxes"] = [row for row in rows if row.page == str(page["number"]) and row.box]
    context = {
        "tab": "layouts",
        "layout": layout,
        "documents": layout.documents.count(),
        "rows": rows,
        "called": called,
        "expected": () if rows else layout.campaign.expected_layouts,
        "wrong": [row for row in rows if row.problems],
        "blank": zone_form.ZoneRow(key="new"),
        "pattern": zone_form.ZoneRow(key="__key__"),
        "pages": pages,
        "steps": _steps(layout.campaign),
    }
    return team.show(request, layout.campaign, "workshop/zones.html", context, status=status)


def _pages(layout: Layout) -> list[dict[str, Any]]:
    """The reference's pages that one can draw on, with their pictures."""
    excerpts = layouts.drawable(layout=layout)
    return [{"number": each.page or each.position, "excerpt": each} for each in excerpts]


def _steps(campaign: Campaign) -> QuerySet[Step]:
    """What a zone can be tied to: steps that open by themselves."""
    return campaign.steps.filter(opens_when__isnull=True).order_by("position")


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Twelve random cuts; POST applies the zones to every document of the layout."""
    layout = get_object_or_404(Layout, campaign=campaign, pk=pk)
    if request.method == "POST":
        return _apply(request, layout)
    seed = _seed(request)
    context = {
        "tab": "layouts",
        "layout": layout,
        "documents": layout.documents.count(),
        "zones": layout.zones.drawn().filter(mask=False).count(),
        "cuts": [_cut(each) for each in cut_previews.some(layout=layout, seed=seed)],
        "next_seed": (seed + 1) % MOST_SEED,
    }
    return team.show(request, campaign, "workshop/preview.html", context)


def _apply(request: TamisRequest, layout: Layout) -> HttpResponse:
    try:
        cutting.apply(layout=layout, by=cast(User, request.user), now=timezone.now())
    except Problem as problem:
        messages.error(request, sentence(problem))
    else:
        messages.success(request, _("The documents are being cut. You can close this page."))
    return redirects.SeeOther(reverse("workshop:layouts", args=[layout.campaign.slug]))


def _seed(request: TamisRequest) -> int:
    asked = request.GET.get("seed", "0")
    return int(asked) % MOST_SEED if asked.isdecimal() and len(asked) < 9 else 0


def _cut(cut: CutPreview) -> dict[str, Any]:
    # Shown once and never stored: inside the page, they need no address and no cache.
    data = base64.b64encode(cut.picture).decode()
    return {"cut": cut, "source": f"data:image/webp;base64,{data}"}
