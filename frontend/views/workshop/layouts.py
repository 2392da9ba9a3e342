"""Layouts: documents that look alike, so that zones drawn on one fall on all of them."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Campaign, Cutting, Document, Excerpt, Layout, PageMatch, User
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import changes, cutting, placing
from crowd.services import layouts as verbs
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

A_PAGE = 24  # documents
MOST_THUMBNAILS = 4
MOST_FAILED = 5  # named in the list
MOST_UNMATCHED = 12  # pages shown at once; the next ones follow when these are done


@team.looking
@require_safe
def layouts(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Groups of documents by look, each with its zones and how far it is cut."""
    summaries = verbs.of_campaign(campaign=campaign)
    far = verbs.progress(campaign=campaign)
    begun = far.coming > 0 or ("begun" in request.GET and far.grouped < far.known)
    context = {
        "tab": "layouts",
        "layouts": [
            {
                "far": each,
                "pictures": _pictures(each.layout),
                "failed": _failed(each.layout)[:MOST_FAILED] if each.failed else (),
            }
            for each in summaries
        ],
        "grouping": far,
        "begun": begun,
        "alone": far.known - far.grouped,
        "moving": begun or any(each.waiting for each in summaries),
        "next_one": next((each.layout.pk for each in summaries if not each.zones), None),
        "has_pages": Excerpt.objects.filter(campaign=campaign, kind="page").exists(),
        "unmatched": _unmatched(campaign),
        "expected": campaign.expected_layouts,
        "drawn": any(each.zones or each.masks for each in summaries),
    }
    part = "workshop/layout_list.html" if request.htmx else "workshop/layouts.html"
    return team.show(request, campaign, part, context)


def _failed(layout: Layout) -> QuerySet[Cutting]:
    failed = Cutting.objects.filter(layout=layout, state="failed").select_related("document")
    return failed.order_by("document_id")


def _pictures(layout: Layout) -> list[Excerpt]:
    pages = Excerpt.objects.filter(kind="page", document__layout=layout).exclude(image_key="")
    own = pages.filter(document=layout.reference_id).order_by("position")[:1]
    others = pages.exclude(document=layout.reference_id).filter(position=1).order_by("document_id")
    return [*own, *others[: MOST_THUMBNAILS - 1]]


def _unmatched(campaign: Campaign) -> dict[str, Any]:
    waiting = placing.unmatched(campaign=campaign)
    some = list(waiting[:MOST_UNMATCHED])
    pictured = {
        (page.document_id, page.page): page
        for page in Excerpt.objects.filter(
            kind="page", document__in=[each.document_id for each in some]
        )
    }
    pages = [{"match": each, "page": pictured.get((each.document_id, each.page))} for each in some]
    return {"count": waiting.count(), "pages": pages}


@team.editing
@require_POST
def group(_request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Put documents that look alike together: those that are in no group yet."""
    verbs.group(campaign=campaign)
    return redirects.SeeOther(reverse("workshop:layouts", args=[campaign.slug]) + "?begun")


@team.editing
@require_http_methods(["GET", "HEAD", "POST"])
def layout(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """One layout's documents; POST renames, merges, stops, resumes, or moves a document."""
    found = get_object_or_404(Layout, campaign=campaign, pk=pk)
    if request.method == "POST":
        return _change(request, campaign, found)
    shown = Paginator(found.documents.order_by("pk"), A_PAGE).get_page(request.GET.get("page"))
    first = Excerpt.objects.filter(kind="page", position=1, document__in=list(shown.object_list))
    pictured = {page.document_id: page for page in first}
    context = {
        "tab": "layouts",
        "layout": found,
        "page": shown,
        "documents": [{"document": each, "page": pictured.get(each.pk)} for each in shown],
        "others": campaign.layouts.exclude(pk=found.pk),
    }
    return team.show(request, campaign, "workshop/layout.html", context)


def _change(request: TamisRequest, campaign: Campaign, layout: Layout) -> HttpResponse:
    try:
        said = _do(request, campaign, layout)
    except Problem as problem:
        messages.error(request, sentence(problem))
    else:
        if said:
            messages.success(request, said)
    return _back(campaign)


def _do(request: TamisRequest, campaign: Campaign, layout: Layout) -> str:
    """The one call that this form asks for, and what to say of it."""
    now, named = timezone.now(), {"layout": layout.name}
    write = partial(changes.written, campaign=campaign, user=cast(User, request.user), now=now)
    match request.POST.get("do"):
        case "rename":
            name = request.POST.get("name", "")
            told = {**named, "name": name}
            write(verbs.rename, what="layout.renamed", details=told, layout=layout, name=name)
        case "merge":
            into = _chosen(request, campaign)
            told = {**named, "into": into.name}
            write(verbs.merge, what="layout.merged", details=told, layout=layout, into=into)
            return _("“{one}” is now part of “{other}”.").format(one=layout.name, other=into.name)
        case "move":
            return _moved(request, campaign)
        case "stop":
            stop = partial(cutting.stop, now=now)
            write(stop, what="layout.stop", details=named, layout=layout)
        case "resume":
            write(cutting.resume, what="layout.resume", details=named, layout=layout)
        case "retry":
            for failed in _failed(layout):
                cutting.retry(document=failed.document)
        case "ignore":
            pages = PageMatch.objects.filter(document__campaign=campaign)
            page = get_object_or_404(pages, pk=_number(request, "match"))
            told = {"page": str(page.page), "name": page.document.name}
            write(placing.ignore, what="page.ignored", details=told, match=page)
        case _:
            raise Http404
    return ""


def _moved(request: TamisRequest, campaign: Campaign) -> str:
    document = get_object_or_404(Document, campaign=campaign, pk=_number(request, "document"))
    alone = request.POST.get("into") == "alone"
    into = None if alone else _chosen(request, campaign)
    now = timezone.now()
    changes.written(
        partial(verbs.move, now=now),
        campaign=campaign,
        user=cast(User, request.user),
        what="layout.moved",
        details={"name": document.name},
        now=now,
        document=document,
        layout=into,
    )
    return _("“{name}” was moved.").format(name=document.name)


def _chosen(request: TamisRequest, campaign: Campaign) -> Layout:
    return get_object_or_404(Layout, campaign=campaign, pk=_number(request, "into"))


def _number(request: TamisRequest, name: str) -> int:
    sent = request.POST.get(name, "")
    if not sent.isdecimal():
        raise Http404
    return int(sent)


def _back(campaign: Campaign) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:layouts", args=[campaign.slug]))
