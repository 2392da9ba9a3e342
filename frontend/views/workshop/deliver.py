"""Documents come in: files, lists of addresses, IIIF."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crowd.models import Campaign, Delivery, Refusal, User
from crowd.rules.lifecycle import ForbiddenMove
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import changes, deliveries
from frontend.views import redirects
from frontend.views.workshop import documents, team
from frontend.visitor import TamisRequest

LONGEST_NAME = 500


@team.editing
@require_POST
def files(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Take each file by itself: one that is refused says why and never stops the others.

    With JavaScript every file is a request of its own, whose answer is that file's line.
    """
    sent = request.FILES.getlist("files")
    paths = request.POST.getlist("path")  # a dropped folder's; browsers strip them from file names
    names = [path or file.name or "" for path, file in zip(_padded(paths, sent), sent, strict=True)]
    together = _together(request, campaign, names)
    if together is None and names:
        _written(request, campaign, names[0])
    results = [
        _take(campaign, name, file, together) for name, file in zip(names, sent, strict=True)
    ]
    if request.htmx:
        return render(request, "workshop/received.html", {"results": results})
    if any(result["problem"] for result in results) or not results:
        return documents.page(request, campaign, {"received": results}, status=422)
    words = ngettext("{n} file was received.", "{n} files were received.", len(results))
    messages.success(request, words.format(n=len(results)))
    return _back(campaign)


def _padded(paths: list[str], sent: list[Any]) -> list[str]:
    return paths if len(paths) == len(sent) else [""] * len(sent)


def _together(request: TamisRequest, campaign: Campaign, names: list[str]) -> Delivery | None:
    """What these files belong to: what the page began before, or one delivery for several."""
    begun = request.POST.get("delivery", "")
    if begun.isdecimal():
        return Delivery.objects.filter(campaign=campaign, kind="files", pk=int(begun)).first()
    if len(names) < 2:
        return None
    _written(request, campaign, f"{names[0]} … ({len(names)})")
    return deliveries.begin(campaign=campaign, name=names[0], now=timezone.now())


def _written(request: TamisRequest, campaign: Campaign, name: str) -> None:
    """One line for what came together: a pile of a thousand files is one gesture."""
    changes.record(
        campaign=campaign,
        user=cast(User, request.user),
        what="documents.brought",
        details={"name": name[:LONGEST_NAME]},
        now=timezone.now(),
    )


@team.editing
@require_POST
def several(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """Begin a delivery of several files, each of which comes in a request of its own."""
    name = request.POST.get("name", "")[:LONGEST_NAME]
    begun = deliveries.begin(campaign=campaign, name=name, now=timezone.now())
    _written(request, campaign, name)
    return HttpResponse(str(begun.pk), content_type="text/plain")


def _take(
    campaign: Campaign, name: str, file: UploadedFile[Any], together: Delivery | None
) -> dict[str, str]:
    try:
        deliveries.take(
            campaign=campaign,
            upload=cast(BinaryIO, file.file),
            name=name[-LONGEST_NAME:],
            now=timezone.now(),
            delivery=together,
        )
    except Problem as problem:
        return {"name": name, "problem": sentence(problem)}
    return {"name": name, "problem": ""}


@team.editing
@require_POST
def addresses(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """A list of addresses to fetch, one a line."""
    text = request.POST.get("addresses", "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    try:
        deliveries.receive_urls(campaign=campaign, addresses=lines, now=timezone.now())
    except Problem as problem:
        more = {"address_problem": sentence(problem), "addresses": text}
        return documents.page(request, campaign, more, status=422)
    _written(request, campaign, f"{lines[0]} … ({len(lines)})")
    messages.success(request, _("The addresses are being fetched."))
    return _back(campaign)


@team.editing
@require_POST
def iiif(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """The address of a IIIF manifest or collection."""
    address = request.POST.get("address", "").strip()
    try:
        deliveries.receive_iiif(campaign=campaign, address=address, now=timezone.now())
    except Problem as problem:
        more = {"iiif_problem": sentence(problem), "address": address}
        return documents.page(request, campaign, more, status=422)
    _written(request, campaign, address)
    messages.success(request, _("The manifest is being fetched."))
    return _back(campaign)


@team.editing
@require_POST
def delivery(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """Stop or resume a delivery."""
    found = get_object_or_404(Delivery, campaign=campaign, pk=pk)
    do = request.POST.get("do")
    if do not in {"stop", "resume"}:
        raise Http404
    now = timezone.now()
    # It may have moved on by itself, or a second click came: the list shows where it stands.
    with suppress(ForbiddenMove):
        changes.written(
            deliveries.resume if do == "resume" else partial(deliveries.stop, now=now),
            campaign=campaign,
            user=cast(User, request.user),
            what=f"delivery.{do}",
            details={"name": found.name},
            now=now,
            delivery=found,
        )
    return _back(campaign)


@team.editing
@require_POST
def refusal(_request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """The campaigner has read why a file was refused: the line may go."""
    found = Refusal.objects.filter(delivery__campaign=campaign, pk=pk).first()
    if found is not None:  # a second click changes nothing
        deliveries.dismiss(refusal=found)
    return redirects.SeeOther(
        reverse("workshop:documents", args=[campaign.slug]) + "?show=problems"
    )


def _back(campaign: Campaign) -> HttpResponse:
    return redirects.SeeOther(reverse("workshop:documents", args=[campaign.slug]))
