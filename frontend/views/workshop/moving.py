"""Moving in and out: a copy of the whole campaign, and projects that come in as new drafts."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crowd.models import Campaign, Move, User
from crowd.services import moves
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@team.managing
def moving(request: TamisRequest, campaign: Campaign) -> HttpResponseBase:
    """What has moved, and two forms: take this campaign along, bring another project in."""
    user, problem = cast(User, request.user), ""
    if request.method == "POST":
        problem = _begin(request, campaign, user)
        if not problem:
            return redirects.SeeOther(request.path)
    mine = Move.objects.filter(user=user)
    context = {
        "tab": "moving",
        "moves": mine.select_related("campaign")[:SHOWN],
        "busy": mine.unfinished().exists(),
        "problem": problem,
        "most": settings.TAMIS_MAX_DELIVERY_BYTES // 1024**2,
    }
    return team.show(
        request, campaign, "workshop/moving.html", context, status=422 if problem else 200
    )


def _begin(request: TamisRequest, campaign: Campaign, user: User) -> str:
    """Begin what was asked for; a sentence if that can't be."""
    if request.POST.get("do") == "copy":
        moves.copy_out(campaign=campaign, user=user, now=timezone.now())
        messages.info(request, _("The copy is being made. It will be in this list."))
        return ""
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _("Please choose a file first.")
    if file.size > settings.TAMIS_MAX_DELIVERY_BYTES:
        return _("This file is too large for this site.")
    title = request.POST.get("title", "").strip()
    moves.take(
        file=cast(BinaryIO, file.file),
        name=file.name or "",
        title=title,
        user=user,
        now=timezone.now(),
    )
    messages.info(request, _("The file is being read. What comes of it will be in this list."))
    return ""


@require_safe
@team.managing
def moved_file(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse | FileResponse:
    """A finished copy of this campaign. Only for its owners: it holds everything."""
    move = get_object_or_404(
        Move, pk=pk, campaign=campaign, user=request.user, kind="leaving", state="moved"
    )
    try:
        stored = default_storage.open(str(move.file.name))
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        stored, as_attachment=True, filename=f"{campaign.slug}.zip", content_type="application/zip"
    )
