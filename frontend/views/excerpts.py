"""Permanent pages: one excerpt, one verdict with its proof."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crowd.models import Answer, Award, Contributor, Excerpt, Find, Verdict
from crowd.services import contributors, finds, objections, reports
from frontend import proof, wording
from frontend.views import redirects
from frontend.views.campaign import shows_points
from frontend.visitor import TamisRequest

MOST_FINDS = 5  # of one excerpt, on its page
VISIBLE = ("open", "paused", "closed")


@require_safe
def excerpt(request: TamisRequest, pk: int) -> HttpResponse:
    """One excerpt, with its verdicts once there are any."""
    found = shown_excerpt(pk)
    verdicts = (
        Verdict.objects.public()
        .filter(microtask__excerpt=found)
        .select_related("microtask__step")
        .prefetch_related("microtask__step__questions")
        .order_by("microtask__step__position", "pk")
    )
    context = {
        "excerpt": found,
        "campaign": found.campaign,
        "verdicts": [findings(verdict) for verdict in verdicts],
        "asked": found.microtasks.exists(),
        "finds": finds.shown(campaign=found.campaign).filter(excerpt=found)[:MOST_FINDS],
        "my_find": _my_find(request, found),
        "cut_out": _cut_out(found, request.GET.get("of", "")),
        "cuts": found.cuts.filter(hidden_at=None).select_related("zone").order_by("position"),
    }
    return render(request, "pages/excerpt.html", context)


def _cut_out(page: Excerpt, number: str) -> dict[str, str] | None:
    """Where on a page the excerpt lies that somebody comes from, for a drawing one unit wide."""
    cut = page.cuts.filter(pk=number, hidden_at=None).first() if number.isdecimal() else None
    if cut is None or not cut.box:
        return None
    left, top, right, bottom = cut.box
    sides = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return {name: f"{100 * side:.2f}" for name, side in sides.items()}


@require_POST
def report(request: TamisRequest, pk: int) -> HttpResponse:
    """There is personal data here: anyone may say so, and is thanked whatever comes of it."""
    found, now = shown_excerpt(pk), timezone.now()
    reports.personal_data(
        excerpt=found,
        contributor=request.visitor.take_part(now=now),
        note=request.POST.get("note", "")[: reports.LONGEST_NOTE],
        now=now,
    )
    messages.success(request, _("Thank you for the report. The team looks at it."))
    # The excerpt itself may be hidden by now.
    return redirects.SeeOther(reverse("campaign", args=[found.campaign.slug]))


@require_safe
def verdict(request: TamisRequest, pk: int) -> HttpResponse:
    """One verdict: what is concluded, how sure, on how many answers; and what you said."""
    found = get_object_or_404(_verdicts(), pk=pk)
    microtask = found.microtask
    current = microtask.verdicts.filter(is_current=True).exclude(pk=found.pk).first()
    concluded = findings(found)
    context = {
        **concluded,
        "bars": proof.weighed(found),
        "likely": any(each["candidates"] for each in concluded["findings"]),
        "revisions": microtask.verdicts.order_by("revision"),
        **_mine(request, found),
        **may_object(found, request.visitor.contributor),
        "campaign": microtask.campaign,
        "excerpt": microtask.excerpt,
        "current": current,
    }
    return render(request, "pages/verdict.html", context)


def shown_excerpt(pk: int) -> Excerpt:
    """An excerpt anyone may see: not hidden, in a campaign that is not a draft."""
    excerpts = Excerpt.objects.filter(hidden_at=None, campaign__state__in=VISIBLE)
    return get_object_or_404(excerpts.select_related("document", "campaign", "zone"), pk=pk)


def _verdicts() -> Any:
    # Earlier revisions keep their address: points earned with them name it as their proof.
    return (
        Verdict.objects.shown()
        .select_related("microtask__step", "microtask__campaign", "microtask__excerpt__document")
        .prefetch_related("microtask__step__questions")
    )


def _my_find(request: TamisRequest, excerpt: Excerpt) -> Find | None:
    contributor = request.visitor.contributor
    return finds.of_person(excerpt=excerpt, contributor=contributor) if contributor else None


def findings(verdict: Verdict) -> dict[str, Any]:
    """What `parts/verdict.html` needs: each question, and what is concluded of it."""
    step = verdict.microtask.step
    return {
        "verdict": verdict,
        "step": step,
        "about": wording.about(verdict.microtask),
        "findings": [
            {
                "label": question.label,
                "words": wording.words(question, said["value"], outcome=said["outcome"]),
                "candidates": proof.candidates(verdict, question),
                "word_by_word": question.kind == "text",
                **{key: said[key] for key in ("support", "answers", "confidence", "outcome")},
            }
            for question in step.questions.all()
            if (said := verdict.values.get(question.key))
        ],
    }


def may_object(verdict: Verdict, contributor: Contributor | None) -> dict[str, Any]:
    """What `parts/objection.html` needs."""
    if contributor is None:
        return {"objection": None, "may_object": False}
    person = contributors.person_ids(contributor=contributor)
    made = objections.of_person(verdict=verdict, person=person)
    asks = made is None or made.verdict_id != verdict.pk
    may = asks and objections.may_object(verdict=verdict, person=person)
    return {"objection": made, "may_object": may and verdict.is_current}


def _mine(request: TamisRequest, verdict: Verdict) -> dict[str, Any]:
    contributor = request.visitor.contributor
    if contributor is None:
        return {"mine": None}
    person = contributors.person_ids(contributor=contributor)
    given = Answer.objects.filter(microtask=verdict.microtask_id, contributor__in=person)
    mine = given.order_by("given_at").first()
    if mine is not None:
        mine.microtask = verdict.microtask
    awards = list(Award.objects.filter(answer=mine).order_by("pk")) if mine else []
    award = next((each for each in awards if each.verdict_id == verdict.pk), None)
    return {
        "mine": mine,
        "shows_points": shows_points(verdict.microtask.campaign, contributor),
        "awards": awards,
        "award": award,
        "rest": _rest(award),
        "earned": sum((each.points for each in awards), Decimal(0)),
    }


def _rest(award: Award | None) -> Decimal:
    """What a row holds besides its own agreement and chance; 0 if it would not show."""
    if award is None:
        return Decimal(0)
    own = award.weight * Decimal(str(award.agreement - award.chance))
    rest = award.points - own
    return rest if abs(rest) >= Decimal("0.005") else Decimal(0)
