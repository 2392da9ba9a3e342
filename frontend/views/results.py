"""Results: what a campaign's verdicts say in all, and what came of it; its news as a feed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from crowd.services import progress
from crowd.services import results as verbs
from frontend.views.campaign import visible

A_FEED = 50  # entries


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Charts that are tables: each bar beside its number."""
    campaign = visible(request, slug)
    found = verbs.of_campaign(campaign)
    steps = campaign.steps.order_by("position")
    context = {
        "campaign": campaign,
        "progress": progress.of_campaign(campaign),
        "steps": [(step, [each for each in found if each.step == step.key]) for step in steps],
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
