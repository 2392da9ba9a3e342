"""Results: what a campaign's verdicts say in all, and what came of it; its news as a feed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crowd.services import progress
from crowd.services import results as verbs
from crowd.services.results import Distribution, QuestionResult
from frontend.views.campaign import visible

A_FEED = 50  # entries
FIGURES = ("median", "mean", "least", "most", "sum")


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Charts that are tables: each bar beside its number."""
    campaign = visible(request, slug)
    found = verbs.of_campaign(campaign)
    steps = campaign.steps.order_by("position")
    context = {
        "campaign": campaign,
        "progress": progress.of_campaign(campaign),
        "steps": [
            (step, [_shown(each) for each in found if each.step == step.key]) for step in steps
        ],
    }
    return render(request, "pages/results.html", context)


@require_safe
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The campaign's announcements, and its outcome, as Atom (RFC 4287)."""
    campaign = visible(request, slug)
    page = request.build_absolute_uri(reverse("campaign", args=[slug]))
    made = Atom1Feed(
        title=campaign.title,
        link=page,
        description=campaign.problem,
        language=campaign.language,
        feed_url=request.build_absolute_uri(),
        feed_guid=page,
    )
    news = campaign.announcements.filter(withdrawn_at=None).order_by("-made_at")[:A_FEED]
    for each in news:
        made.add_item(
            title=each.title,
            link=f"{page}#news-{each.pk}",
            description=each.text,
            unique_id=f"{page}#news-{each.pk}",
            pubdate=each.made_at,
            updateddate=each.made_at,
        )
    reply = HttpResponse(content_type=made.content_type)
    made.write(reply, "utf-8")
    return reply


def _shown(result: QuestionResult) -> dict[str, Any]:
    outcomes = result.outcomes
    return {
        "result": result,
        "settled": outcomes.get("settled", 0),
        "cant_tell": outcomes.get("cant_tell", 0),
        "contested": outcomes.get("contested", 0),
        "empty": outcomes.get("left_empty", 0),
        "chart": _chart(result.distribution, result.kind, result.unit),
        "columns": [(each.label, _chart(each.distribution, "", "")) for each in result.columns],
    }


def _chart(found: Distribution | None, kind: str, unit: str) -> dict[str, Any] | None:
    if found is None or not found.said:
        return None
    most = max((bar.count for bar in found.bars), default=0)
    names = {
        "median": _("Half are below"),
        "mean": _("Mean"),
        "least": _("Least"),
        "most": _("Most"),
        "sum": _("Sum"),
    }
    return {
        "bars": [
            {
                "label": _range(bar.label, bar.until, unit) if found.figures else bar.label,
                "count": bar.count,
                "width": round(100 * bar.count / most, 1) if most else 0,
                "share": round(100 * bar.count / found.said),
            }
            for bar in found.bars
        ],
        "several": kind == "choices",
        "more": 0 if found.figures else max(0, found.different - len(found.bars)),
        "figures": [(names[key], _number(found.figures[key], unit)) for key in FIGURES]
        if found.figures
        else [],
    }


def _range(low: str, high: str, unit: str) -> str:
    if not high:
        return _number(float(low), unit)
    return _("%(low)s to %(high)s") % {
        "low": _number(float(low), ""),
        "high": _number(float(high), unit),
    }


def _number(value: float, unit: str) -> str:
    rounded = round(value, 2)
    whole = rounded.is_integer()
    told = number_format(
        int(rounded) if whole else rounded, None if whole else 2, force_grouping=True
    )
    return f"{told}\u00a0{unit}" if unit else told
