"""Objecting: why an answer was not confirmed, and a way to say that it is right."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Contributor, Verdict
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import history, objections, points
from frontend.views import redirects
from frontend.views.excerpts import findings, may_object
from frontend.visitor import TamisRequest

A_PAGE = 10


@never_cache
@require_safe
def why(request: TamisRequest) -> HttpResponse:
    """My answers that were not confirmed: excerpt, answer, verdict, newest first."""
    contributor = request.visitor.contributor
    context: dict[str, Any] = {"items": [], "summary": None}
    if contributor is not None:
        before = request.GET.get("before")
        items = history.of(contributor=contributor, before=before, limit=A_PAGE, against=True)
        prefetch_related_objects([item.answer for item in items], "microtask__step__questions")
        context = {
            "summary": points.summary(contributor=contributor),
            "items": [_shown(item, contributor) for item in items],
            "next_before": items[-1].answer.pk if len(items) == A_PAGE else "",
            "older": "before" in request.GET,
        }
    return render(request, "pages/why.html", context)


@require_POST
def object_to(request: TamisRequest, pk: int) -> HttpResponse:
    """Say that a verdict is wrong, with a short reason."""
    contributor = request.visitor.contributor
    if contributor is None:
        raise Http404
    verdict = get_object_or_404(Verdict.objects.public(), pk=pk)
    reason = request.POST.get("reason", "")[: objections.LONGEST_REASON]
    try:
        objections.object_to(
            verdict=verdict, contributor=contributor, reason=reason, now=timezone.now()
        )
    except Problem as problem:
        messages.error(request, sentence(problem))
    except Verdict.DoesNotExist:
        raise Http404 from None
    else:
        messages.success(request, _("Thank you. One more person is asked, then the team looks."))
    there = redirects.back(request)
    # Once someone is asked, the verdict itself can't be seen until they have answered.
    return redirects.SeeOther(there if request.POST.get("next") else reverse("why"))


def _shown(item: history.HistoryItem, contributor: Contributor) -> dict[str, Any]:
    microtask = item.answer.microtask
    context = {"item": item, "excerpt": microtask.excerpt, "campaign": microtask.campaign}
    if item.verdict is None:
        return context
    item.verdict.microtask = microtask
    return context | findings(item.verdict) | may_object(item.verdict, contributor)
