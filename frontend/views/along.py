"""Taken along: a batch on one page that a browser keeps, to be answered without a connection."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crowd.models import Assignment, Batch, Campaign
from crowd.sentences import sentence
from crowd.services import answers, assignments, batches, leases, reports
from crowd.services.answers import Outcome
from frontend import answer_form, playing
from frontend.views import redirects
from frontend.views.campaign import visible
from frontend.visitor import TamisRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def along(request: TamisRequest, slug: str) -> HttpResponse:
    """GET shows the open batch, or offers one; POST takes one, or gives the open one back."""
    campaign, now = visible(request, slug), timezone.now()
    contributor = request.visitor.contributor
    if request.method == "POST":
        person = request.visitor.take_part(now=now)
        if request.POST.get("do") == "return":
            batch = batches.of_contributor(contributor=person)
            if batch is not None:
                batches.give_back(batch=batch, now=now)
                messages.info(request, _("Given back. Others are asked now."))
            return redirects.SeeOther(reverse("campaign", args=[slug]))
        taken = batches.take_along(contributor=person, campaign=campaign, now=now)
        if taken is None:
            why = assignments.why_nothing_for(contributor=person, campaign=campaign)
            return redirects.SeeOther(f"{reverse('play', args=[slug])}?why={why.value}")
        return redirects.SeeOther(reverse("along", args=[taken.campaign.slug]))
    batch = batches.of_contributor(contributor=contributor) if contributor else None
    return render(request, "pages/along.html", _shown(campaign, batch))


def _shown(campaign: Campaign, batch: Batch | None) -> dict[str, Any]:
    here = batch is not None and batch.campaign_id == campaign.pk
    held = batches.contents(batch=batch) if batch and here else []
    return {
        "campaign": campaign,
        "batch": batch,
        "elsewhere": batch.campaign if batch and not here else None,
        "items": [_item(each) for each in held],
        "bytes": sum(_bytes(each) for each in held),
        "scripts": playing.scripts(campaign),
        "most": batches.SIZE,
        "hours": int(batches.LENGTH.total_seconds() // 3600),
    }


def _item(held: Assignment) -> dict[str, Any]:
    form = answer_form.blank(playing.questions_of(held))
    return playing.asked(held, form) | {"along": True, "campaign": held.microtask.campaign}


def _bytes(held: Assignment) -> int:
    """What its picture weighs, in the smallest width."""
    excerpt = held.microtask.excerpt
    if not excerpt.image_widths:
        return 0
    return default_storage.size(f"{excerpt.image_key}/{min(excerpt.image_widths)}.webp")


@require_POST
def deliver(request: TamisRequest, slug: str, assignment_id: int) -> JsonResponse:
    """One answer that was given without a connection; sent again it is recognised."""
    campaign, now = visible(request, slug), timezone.now()
    held = playing.held_by(request, campaign, assignment_id)
    deed = request.POST.get("do", "answer")
    if deed in {"skip", "report"}:
        if deed == "report":
            note = request.POST.get("note", "")[: reports.LONGEST_NOTE]
            reports.personal_data(
                excerpt=held.microtask.excerpt, contributor=held.contributor, note=note, now=now
            )
        leases.skip(assignment=held, now=now)
        return JsonResponse({"outcome": deed})
    questions = playing.questions_of(held)
    try:
        receipt = answers.submit(
            assignment=held,
            answer_id=answer_form.answer_id(request.POST),
            values=answer_form.values(questions, request.POST),
            badly_cut=deed == "badly_cut",
            now=now,
        )
    except answers.InvalidAnswer as invalid:
        labels = {question.key: question.label for question in questions}
        said = [
            f"{labels.get(key, '')} {sentence(problem)}".strip()
            for key, problem in invalid.problems.items()
        ]
        # Its id may be another answer's: then it needs a new one.
        return JsonResponse({"sentence": " ".join(said), "id": str(uuid.uuid4())}, status=422)
    late = receipt.outcome is Outcome.LATE
    return JsonResponse({"outcome": "late" if late else "accepted"})


@never_cache
@require_safe
def worker(_request: TamisRequest) -> HttpResponse:
    """The script that answers for the site while there is no connection; its scope is the site."""
    path = finders.find("tamis/worker.js")
    assert isinstance(path, str)  # it is part of this app
    with open(path, "rb") as script:
        return HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
