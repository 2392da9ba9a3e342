"""How a document is cut: chosen by looking at its first parts, applied to it or to all alike."""

from __future__ import annotations

import base64
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Campaign, Document, User
from crowd.rules.problems import Problem
from crowd.rules.splitting import plans
from crowd.rules.splitting.plans import By, Sheet
from crowd.sentences import sentence
from crowd.services import changes
from crowd.services import documents as verbs
from crowd.services.previews import Preview
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest
from frontend.wording import kept_words

SHOWN = 3  # parts


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def cutting(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """The ways this document can be cut. POST cuts it anew."""
    document = get_object_or_404(campaign.documents, pk=pk)
    if request.method != "POST" or request.POST.get("do") == "look":
        return _page(request, campaign, document, request.POST)
    try:
        plan = verbs.parse(document=document, described=_described(request.POST, document))
        resplit = verbs.resplit_alike if request.POST.get("for") == "alike" else verbs.resplit
        kept = resplit(document=document, plan=plan)
        changes.record(
            campaign=campaign,
            user=cast(User, request.user),
            what="documents.cut_otherwise",
            details={"name": document.name},
            now=timezone.now(),
        )
    except Problem as problem:
        return _page(request, campaign, document, request.POST, problem=problem, status=422)
    messages.success(request, kept_words(kept))
    if plan.by is By.ZONES:  # once their pages are drawn, they are grouped without being asked
        return redirects.SeeOther(reverse("workshop:layouts", args=[campaign.slug]) + "?begun")
    return redirects.SeeOther(reverse("workshop:documents", args=[campaign.slug]))


@team.editing
@require_safe
def preview(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """The first parts alone, asked for again with every change of the form."""
    document = get_object_or_404(campaign.documents, pk=pk)
    looked = _looked_at(document, request.GET)
    context = {"campaign": campaign, **looked, "columns_anew": _other_columns(request.GET)}
    return render(request, "workshop/cutting_preview.html", context)


def _page(
    request: TamisRequest,
    campaign: Campaign,
    document: Document,
    data: QueryDict,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    ways = verbs.ways(document=document)
    described = _described(data, document)
    grid = described.get("tile") or {}
    context = {
        "tab": "documents",
        "document": document,
        "ways": [way.value for way in ways],
        "by": described.get("by") or ways[0].value,
        "across": grid.get("across", 2),
        "down": grid.get("down", 2),
        "alike": verbs.alike(document=document).count(),
        "most_tiles": plans.MOST_TILES_ACROSS,
        "problem": sentence(problem) if problem else "",
        **_looked_at(document, data),
    }
    return team.show(request, campaign, "workshop/cutting.html", context, status=status)


def _described(data: QueryDict, document: Document) -> dict[str, Any]:
    """What the form says, as a plan's description; nothing sent is how it is cut now."""
    if "by" not in data:
        return dict(document.splitting)
    described: dict[str, Any] = {"by": data["by"]}
    if data["by"] == By.ROWS.value:
        described["sheet"] = data.get("sheet", "")
        described["columns"] = [] if _other_columns(data) else data.getlist("column")
    if data["by"] == By.TILES.value:
        described["tile"] = {name: _whole(data.get(name, "")) for name in ("across", "down")}
    return described


def _other_columns(data: QueryDict) -> bool:
    """Whether the form still has the columns of the sheet that was chosen before."""
    return data.get("columns_of", "") != data.get("sheet", "")


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _looked_at(document: Document, data: QueryDict) -> dict[str, Any]:
    """The first parts as this form would cut them, or what is wrong; what to choose from."""
    described = _described(data, document)
    sheet = described.get("sheet", "")
    try:
        plan = verbs.parse(document=document, described=described)
        look = verbs.preview(document=document, plan=plan, count=SHOWN)
    except Problem as problem:
        wrong = sentence(problem)
        return {"parts": [], "preview_problem": wrong, **_sheets(_of_file(document), sheet)}
    shown = described.get("columns") or look.columns
    return {
        "parts": [_shown(part) for part in look.parts],
        "zones": plan.by is By.ZONES,
        "columns": [(name, name in shown) for name in look.columns],
        **_sheets(look.sheets, sheet),
    }


def _of_file(document: Document) -> list[Sheet]:
    """The sheets of a file that can't be read as it is asked for: another may be chosen."""
    try:
        return verbs.sheets(document=document)
    except Problem:
        return []


def _sheets(found: list[Sheet], chosen: str) -> dict[str, Any]:
    """What can be chosen; nothing where there is no choice."""
    return {
        "sheets": found if len(found) > 1 or chosen else [],
        "sheet": chosen,
        "largest": plans.largest(found),
    }


def _shown(part: Preview) -> dict[str, Any]:
    return {
        "position": part.position,
        "text": part.text,
        "cells": list(zip(part.columns, part.cells, strict=False)),
        "metadata": part.metadata,
        "problem": sentence(part.problem) if part.problem else "",
        "source": _data(part.picture) if part.picture else "",
    }


def _data(picture: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"
