"""Files to black out, and comments to read: what volunteers sent waits here for the team."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Campaign, Comment, Upload, User
from crowd.rules.lifecycle import UploadState
from crowd.services import comments as said
from crowd.services import names, proofs, stages
from frontend import zone_form
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

A_PAGE = 20


@team.reviewing
@require_safe
def files(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What has to be blacked out, the oldest first."""
    waiting = proofs.waiting(campaign=campaign).select_related("microtask__excerpt__document")
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    rows = [{"upload": each, "title": stages.title(each.microtask.excerpt)} for each in page]
    context = {"tab": "files", "page": page, "rows": rows}
    return team.show(request, campaign, "workshop/files.html", context)


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: TamisRequest, campaign: Campaign, pk: uuid.UUID) -> HttpResponse:
    """One file: black boxes are drawn on it and burnt in; or it is published, or refused."""
    sent = Upload.objects.select_related("microtask__excerpt__document", "microtask__campaign")
    upload = get_object_or_404(sent.exclude(pages=[]), pk=pk, microtask__campaign=campaign)
    if request.method != "POST":
        return _editor(request, campaign, upload, [])
    by, now, deed = cast(User, request.user), timezone.now(), request.POST.get("do")
    if deed == "publish":
        done = proofs.publish(upload=upload, by=by, now=now)
    elif deed == "refuse":
        done = proofs.refuse(upload=upload, by=by, now=now)
    else:
        return _redact(request, campaign, upload)
    words = _("It is done.") if done else _("Someone else has decided about this file.")
    messages.success(request, words)
    return redirects.SeeOther(reverse("workshop:files", args=[campaign.slug]))


@team.reviewing
@require_safe
def comments(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """What was said of targets and nobody else has read yet."""
    page = Paginator(said.waiting(campaign=campaign), A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "comment": each,
            "name": names.shown(each.contributor),
            "title": stages.title(each.excerpt),
        }
        for each in page
    ]
    context = {"tab": "comments", "page": page, "rows": rows}
    return team.show(request, campaign, "workshop/comments.html", context)


@team.reviewing
@require_POST
def comment(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Publish one comment, or hide it."""
    found = get_object_or_404(Comment, pk=pk, excerpt__campaign=campaign)
    verbs = {"publish": said.publish, "hide": said.hide}
    verb = verbs.get(request.POST.get("do", ""))
    if verb is None:
        raise Http404
    verb(comment=found, by=cast(User, request.user), now=timezone.now())
    messages.success(request, _("It is done."))
    return redirects.SeeOther(reverse("workshop:comments", args=[campaign.slug]))


def _redact(request: TamisRequest, campaign: Campaign, upload: Upload) -> HttpResponse:
    rows = zone_form.of_post(request.POST)
    boxes: dict[int, list[zone_form.Box]] = defaultdict(list)
    for row in rows:
        box, page = row.box, row.page
        known = page.isdecimal() and 1 <= int(page) <= len(upload.pages)
        if box is None or not known or box[0] >= box[2] or box[1] >= box[3]:
            row.problems = [_("Write the four places as numbers from 0 to 100.")]
        else:
            boxes[int(page)].append(box)
    if not rows or any(row.problems for row in rows):
        empty = "" if rows else _("Draw a box over what must not be seen, or publish it as it is.")
        return _editor(request, campaign, upload, rows, problem=empty, status=422)
    if upload.state == UploadState.REFUSED.value:
        raise Http404
    by = cast(User, request.user)
    proofs.redact(upload=upload, boxes=boxes, by=by, now=timezone.now())
    messages.success(request, _("It is blacked out for good, and published."))
    return redirects.SeeOther(reverse("workshop:files", args=[campaign.slug]))


def _editor(
    request: TamisRequest,
    campaign: Campaign,
    upload: Upload,
    rows: list[zone_form.ZoneRow],
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "tab": "files",
        "upload": upload,
        "title": stages.title(upload.microtask.excerpt),
        "excerpt": upload.microtask.excerpt,
        "rows": rows,
        "blank": zone_form.ZoneRow(key="new"),
        "pattern": zone_form.ZoneRow(key="__key__"),
        "problem": problem,
    }
    return team.show(request, campaign, "workshop/file.html", context, status=status)
