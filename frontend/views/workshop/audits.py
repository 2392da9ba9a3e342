"""Audits: draw verdicts by lot, look at them again, and read the error rate."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Audit, AuditItem, Campaign, Document, User
from crowd.models.audits import AuditPer
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import audits as services
from frontend import wording
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def audits(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """All samples; POST draws one."""
    if request.method == "POST":
        per, size = request.POST.get("per", ""), request.POST.get("size", "")
        try:
            made = services.draw(
                campaign=campaign,
                per=AuditPer(per) if per in AuditPer.values else AuditPer.CAMPAIGN,
                size=int(size) if size.isdigit() else 0,
                by=cast(User, request.user),
                now=timezone.now(),
            )
            return redirects.SeeOther(reverse("workshop:audit", args=[campaign.slug, made.pk]))
        except Problem as problem:
            messages.error(request, sentence(problem))
            return redirects.SeeOther(request.path)
    found = [
        (each, services.rate(audit=each), services.to_check(audit=each).count())
        for each in campaign.audits.all()
    ]
    context = {"tab": "audits", "audits": found, "ways": AuditPer.choices}
    return team.show(request, campaign, "workshop/audits.html", context)


@team.reviewing
@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: TamisRequest, campaign: Campaign, pk: int) -> HttpResponse:
    """One sample: the next to look at, and the rate so far."""
    found = get_object_or_404(Audit, campaign=campaign, pk=pk)
    if request.method == "POST":
        number = request.POST.get("item", "")
        item = get_object_or_404(AuditItem, audit=found, pk=int(number) if number.isdigit() else 0)
        right = request.POST.get("do") == "right"
        by = cast(User, request.user)
        if not services.check(item=item, right=right, by=by, now=timezone.now()):
            messages.info(request, _("Another reviewer was faster. Here is the next."))
        return redirects.SeeOther(request.path)
    waiting = services.to_check(audit=found)
    shown = waiting.first()
    context = {
        "tab": "audits",
        "audit": found,
        "item": shown,
        "excerpt": shown.verdict.microtask.excerpt if shown else None,
        "said": _said(shown) if shown else [],
        "left": waiting.count(),
        "rate": services.rate(audit=found),
        "rates": _named(found) if found.per != AuditPer.CAMPAIGN else [],
    }
    return team.show(request, campaign, "workshop/audit.html", context)


def _said(item: AuditItem) -> list[tuple[str, str]]:
    """Question and what is held to be right, in words."""
    questions = item.verdict.microtask.step.questions.order_by("position", "pk")
    if item.answer is not None:
        values = item.answer.values
        return [(q.label, wording.words(q, values[q.key])) for q in questions if q.key in values]
    said = item.verdict.values
    return [
        (q.label, wording.words(q, said[q.key]["value"], outcome=said[q.key]["outcome"]))
        for q in questions
        if q.key in said
    ]


def _named(audit: Audit) -> list[tuple[str, object, object]]:
    rates = services.rates(audit=audit)
    if audit.per == AuditPer.PERSON:
        return [(_("Person no. %(number)s") % {"number": n}, s, r) for n, s, r in rates]
    names = dict(Document.objects.filter(campaign=audit.campaign).values_list("pk", "name"))
    return [(names.get(number, "—"), found, rate) for number, found, rate in rates]
