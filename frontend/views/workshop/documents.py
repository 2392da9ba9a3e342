"""The documents of a campaign as its team sees them: how far each is, what is wrong, what to do."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Campaign, Document, Refusal, User
from crowd.rules.lifecycle import DocumentState, ForbiddenMove
from crowd.rules.problems import Problem
from crowd.rules.splitting.plans import By
from crowd.sentences import sentence
from crowd.services import campaigns, changes, deliveries
from crowd.services import documents as verbs
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest
from frontend.wording import kept_words

A_PAGE = 50  # documents
LONGEST_ASKED = 200  # characters of a name that is looked for
WORKING = (DocumentState.RECEIVED.value, DocumentState.SPLITTING.value)
TROUBLED = Q(state=DocumentState.FAILED.value) | (Q(state=DocumentState.SPLIT.value) & ~Q(gaps=[]))


@team.looking
@require_safe
def documents(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Add documents, and see what became of those that came."""
    return page(request, campaign, {})


@team.looking
@require_safe
def document_list(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The list alone, asked for again while something moves."""
    may = campaigns.may_edit(campaign=campaign, user=request.user)  # type: ignore[arg-type]
    context = {"campaign": campaign, "may_edit": may, **_listed(request, campaign)}
    return render(request, "workshop/document_list.html", context)


def page(
    request: TamisRequest, campaign: Campaign, more: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The whole page; `more` is what a refused delivery has to say."""
    context = {"tab": "documents", **_listed(request, campaign), **more}
    return team.show(request, campaign, "workshop/documents.html", context, status=status)


@team.editing
@require_POST
def all_documents(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Stop, resume or retry everything there is to stop, resume or retry."""
    do = request.POST.get("do", "")
    which, verb = {
        "stop": (Q(state__in=WORKING), verbs.stop),
        "resume": (Q(state=DocumentState.STOPPED.value), verbs.resume),
        "retry": (TROUBLED, verbs.retry),
    }.get(do, (None, None))
    if verb is None:
        raise Http404
    done = 0
    for one in campaign.documents.filter(which):
        with suppress(ForbiddenMove):  # it moved on by itself
            verb(document=one)
            done += 1
    by, now, told = cast(User, request.user), timezone.now(), {"count": done}
    changes.record(campaign=campaign, user=by, what=f"documents.all_{do}", details=told, now=now)
    return _back(campaign)


@team.editing
@require_POST
def document(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Stop, resume, retry or delete one document."""
    found = get_object_or_404(campaign.documents, pk=pk)
    do = request.POST.get("do", "")
    if do == "remove":
        _remove(request, found)
    elif do in {"stop", "resume", "retry"}:
        _do(request, do, found)
    else:
        raise Http404
    return _back(campaign)


def _remove(request: TamisRequest, document: Document) -> None:
    try:
        kept = verbs.remove(document=document)
    except Problem as problem:
        messages.error(request, sentence(problem))
    else:
        by, now, told = cast(User, request.user), timezone.now(), {"name": document.name}
        changes.record(
            campaign=document.campaign, user=by, what="documents.removed", details=told, now=now
        )
        messages.success(request, kept_words(kept, removed=document.name))


@team.editing
@require_safe
def original(_request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponseBase:
    """The file as it came, for editors: it still has what was blacked out or hidden.

    An attachment that no browser opens as a page of ours.
    """
    found = get_object_or_404(campaign.documents, pk=pk)
    try:
        stored = found.file.storage.open(str(found.file.name))
    except FileNotFoundError:
        raise Http404 from None
    name = found.name.rsplit("/", 1)[-1]
    response = FileResponse(stored, as_attachment=True, filename=name)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _do(request: TamisRequest, do: str, document: Document) -> None:
    # It may have moved on by itself, or a second click came: the list shows where it stands.
    with suppress(ForbiddenMove):
        changes.written(
            getattr(verbs, do),
            campaign=document.campaign,
            user=cast(User, request.user),
            what=f"documents.{do}",
            details={"name": document.name},
            now=timezone.now(),
            document=document,
        )


def _back(campaign: Campaign) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:documents", args=[campaign.slug]))


def _listed(request: TamisRequest, campaign: Campaign) -> dict[str, Any]:
    show = request.GET.get("show", "all")
    show = show if show in {"all", "working", "problems"} else "all"
    asked = request.GET.get("q", "").strip()[:LONGEST_ASKED]
    counts = _counts(campaign)
    shown = _page(request, campaign, show, asked)
    rows = list(shown.object_list)
    for row in rows:
        row.is_refusal = isinstance(row, Refusal)
    came = deliveries.of_campaign(campaign=campaign)
    underway = [each for each in came if each.delivery.state != "read"]
    by_zones = campaign.documents.filter(splitting__by=By.ZONES.value).exists()
    return {
        **counts,
        "show": show,
        "asked": asked,
        "many": bool(asked) or counts["documents_count"] > A_PAGE,
        "cuttable": campaign.documents.exclude(pages_known=None).order_by("pk").first(),
        "rows": rows,
        "page": shown,
        "deliveries": underway,
        "wants_zones": by_zones and not campaigns.asked_about(campaign).exists(),
        "moving": counts["working"] or any(each.unfinished for each in underway),
        "query": urlencode({"show": show, "q": asked, "page": shown.number}),
    }


def _counts(campaign: Campaign) -> dict[str, int]:
    counted = campaign.documents.aggregate(
        documents_count=Count("pk"),
        working=Count("pk", filter=Q(state__in=WORKING)),
        failed_count=Count("pk", filter=TROUBLED),
        stopped_count=Count("pk", filter=Q(state=DocumentState.STOPPED.value)),
        pages_known=Sum("pages_known", default=0),
        pages_done=Sum("pages_done", default=0),
    )
    refused = _refusals(campaign).count()
    problems = counted["failed_count"] + refused
    return {**counted, "refused_count": refused, "problems_count": problems}


def _refusals(campaign: Campaign) -> QuerySet[Refusal]:
    return Refusal.objects.filter(delivery__campaign=campaign).select_related("delivery")


class _Both:
    """Failed documents, then refused entries, as one list that is read a page at a time."""

    def __init__(self, failed: QuerySet[Document], refused: QuerySet[Refusal]) -> None:
        self.failed, self.refused = failed, refused
        self.first = failed.count()
        self.total = self.first + refused.count()

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, asked: slice) -> list[Document | Refusal]:
        start, stop = asked.start or 0, asked.stop or self.total
        failed = list(self.failed[start : min(stop, self.first)]) if start < self.first else []
        rest = slice(max(0, start - self.first), max(0, stop - self.first))
        return [*failed, *self.refused[rest]]


def _page(request: TamisRequest, campaign: Campaign, show: str, asked: str) -> Page[Any]:
    found: Any = campaign.documents.order_by("-pk")
    if asked:
        found = found.filter(name__icontains=asked)
    if show == "working":
        found = found.filter(state__in=WORKING)
    elif show == "problems":
        refused = _refusals(campaign).filter(name__icontains=asked)
        found = _Both(found.filter(TROUBLED).order_by("pk"), refused.order_by("pk"))
    return Paginator(found, A_PAGE).get_page(request.GET.get("page"))
