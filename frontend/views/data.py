"""The page of a campaign's open data: what there is, how to take it along, cite and verify it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Campaign, Snapshot, SnapshotFile
from crowd.services import campaigns, dcat, flat_table, progress, snapshots
from frontend.views import redirects
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest

SHOWN = 10  # snapshots on the page; the API lists all
# In the order in which people look for them.
WORDS = {
    "csv": gettext_noop("For spreadsheets: one row an excerpt, one column a question."),
    "rows": gettext_noop("Tables and marks, one line a cell."),
    "xlsx": gettext_noop("For Excel and LibreOffice."),
    "jsonl": gettext_noop("For programs: one excerpt a line."),
    "parquet": gettext_noop("For analysis in Python, R or DuckDB."),
    "sqlite": gettext_noop("A small database in a file."),
    "annotations": gettext_noop("W3C annotations (JSON-LD)."),
    "iiif": gettext_noop("A IIIF manifest for viewers such as Mirador."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def data(request: TamisRequest, slug: str) -> HttpResponse:
    """What there is of open data. POST: the team has a snapshot made."""
    campaign = visible(request, slug)
    user = request.user if request.user.is_authenticated else None
    may_edit = user is not None and campaigns.may_edit(campaign=campaign, user=user)
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        snapshots.ask(campaign=campaign, user=user, now=timezone.now())
        messages.info(request, _("The snapshot is being made. It will be in this list."))
        return redirects.SeeOther(request.path)
    context = {
        "campaign": campaign,
        "progress": progress.of_campaign(campaign),
        "may_edit": may_edit,
        "formats": [_live(campaign, key, words) for key, words in WORDS.items()],
        "csv": _address(campaign, "csv"),
        "blocks": flat_table.blocks(campaign),
        "origin": settings.TAMIS_ORIGIN,
        "today": timezone.now().date(),
        **_snapshots(campaign, whole=may_edit),
    }
    return render(request, "pages/data.html", context)


@require_safe
def catalogue(request: TamisRequest, slug: str) -> HttpResponse:
    """The same for open-data portals, which harvest it: DCAT in JSON-LD."""
    campaign = visible(request, slug)
    return JsonResponse(
        dcat.dataset(campaign=campaign),
        content_type="application/ld+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _live(campaign: Campaign, key: str, words: str) -> dict[str, Any]:
    return {"key": key, "words": _(words), "address": _address(campaign, key)}


def _address(campaign: Campaign, key: str) -> str:
    return reverse("api:campaign-export", args=[campaign.slug, key])


def _snapshots(campaign: Campaign, *, whole: bool) -> dict[str, Any]:
    every = campaign.snapshots.prefetch_related("files")
    under_way = list(every.exclude(state="ready")[:3]) if whole else []
    ready = [_told(campaign, each) for each in every.filter(state="ready")[:SHOWN]]
    return {
        "under_way": [{"it": each, "done": snapshots.how_far(each)} for each in under_way],
        "newest": ready[0] if ready else None,
        "older": ready[1:],
    }


def _told(campaign: Campaign, snapshot: Snapshot) -> dict[str, Any]:
    files = {each.format: _file(campaign, snapshot, each) for each in snapshot.files.all()}
    order = ["package", "site", *(key for key in WORDS if key in files), "triples"]
    return {
        "it": snapshot,
        "counts": snapshots.contents(snapshot),
        "withdrawn": snapshots.is_withdrawn(snapshot),
        "package": files.get("package"),
        "site": files.get("site"),
        "files": [files[key] for key in order if key in files],
    }


def _file(campaign: Campaign, snapshot: Snapshot, file: SnapshotFile) -> dict[str, Any]:
    place = [campaign.slug, snapshot.key, file.format]
    return {"it": file, "address": reverse("api:snapshot-file", args=place)}
