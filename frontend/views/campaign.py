"""A campaign's page and the fragments that keep it fresh."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from crowd.models import Campaign, Contributor, Draft
from crowd.services import (
    announcements,
    campaigns,
    drafts,
    finds,
    game,
    goals,
    outlines,
    points,
    progress,
)
from frontend.views import boards
from frontend.visitor import TamisRequest

MOST_DOCUMENTS = 20
MOST_FINDS = 2
MOST_NEWS = 3


@require_safe
def campaign(request: TamisRequest, slug: str) -> HttpResponse:
    """Problem, solution, story, progress, leaderboard, steps, documents, data: one page."""
    found = visible(request, slug)
    far = progress_context(request, found)
    context = {
        **far,
        "steps": _steps(found, far["progress"]),
        "has_targets": any(step.taken_on for step in found.steps.all()),
        "has_answered": _has_answered(request.visitor.contributor, found),
        "csv_url": _data_url("campaign-verdicts-csv", slug),
        "in_team": _in_team(request, found),
        "finds": finds.shown(campaign=found)[:MOST_FINDS],
        "announcements": announcements.shown(campaign=found)[:MOST_NEWS],
        "begun": _begun(request.visitor.contributor, found),
        "teaches": outlines.of_campaign(campaign_id=found.pk).teaches,
        **_documents(found),
        **board_context(request, found),
    }
    return render(request, "pages/campaign.html", context)


@require_safe
def progress_part(request: TamisRequest, slug: str) -> HttpResponse:
    """The sieve and its numbers, for pages without a socket; `as=strip`: the play page's row."""
    found = visible(request, slug)
    if request.GET.get("as") == "strip":
        return render(request, "parts/strip_part.html", {"progress": progress.of_campaign(found)})
    return render(request, "parts/progress.html", progress_context(request, found))


@require_safe
def board_part(request: TamisRequest, slug: str) -> HttpResponse:
    """The leaderboard alone."""
    found = visible(request, slug)
    return render(request, "parts/board.html", board_context(request, found))


def visible(request: HttpRequest, slug: str) -> Campaign:
    """The campaign at this address, if this visitor may see it."""
    user = request.user if request.user.is_authenticated else None
    found: Campaign = get_object_or_404(campaigns.visible_to(user=user), slug=slug)
    return found


def shows_points(campaign: Campaign, contributor: Contributor | None) -> bool:
    """Whether this person sees points here: campaigns and people can switch the game off."""
    return game.shown_to(contributor=contributor, campaign=campaign).points


def progress_context(request: TamisRequest, campaign: Campaign) -> dict[str, Any]:
    """What `parts/progress.html` needs: how far it is, and what everyone fills together."""
    far = progress.of_campaign(campaign)
    shown = game.shown_to(contributor=request.visitor.contributor, campaign=campaign)
    together = goals.together(campaign=campaign, settled=far.settled) if shown.together else None
    return {"campaign": campaign, "progress": far, "together": together}


def board_context(request: TamisRequest, campaign: Campaign) -> dict[str, Any]:
    """What `parts/board.html` needs; `board` is None while Valkey is away."""
    contributor = request.visitor.contributor
    shown = game.shown_to(contributor=contributor, campaign=campaign)
    context = {"campaign": campaign, "shows_board": shown.ranks, "game": shown}
    return context | (boards.context_of(request, campaign, contributor) if shown.ranks else {})


def _steps(campaign: Campaign, far: progress.Progress) -> list[dict[str, Any]]:
    done = {step.key: step for step in far.per_step}
    steps = campaign.steps.order_by("position")
    return [{"step": step, "done": done.get(step.key)} for step in steps]


def _documents(campaign: Campaign) -> dict[str, Any]:
    # What is being split, or could not be, comes first: it is what someone may have to do.
    documents = campaign.documents.order_by("-finished_at", "pk")
    waiting = documents.exclude(state="split").order_by("pk")[:MOST_DOCUMENTS]
    split = documents.filter(state="split").order_by("pk")[: MOST_DOCUMENTS - len(waiting)]
    shown = [*waiting, *split]
    return {"documents": shown, "more_documents": campaign.documents.count() - len(shown)}


def _in_team(request: HttpRequest, campaign: Campaign) -> bool:
    user = request.user
    return user.is_authenticated and campaigns.may_look(campaign=campaign, user=user)


def _begun(contributor: Contributor | None, campaign: Campaign) -> Draft | None:
    """What this person began here and did not send."""
    if contributor is None:
        return None
    of_all = drafts.of_contributor(contributor=contributor)
    here = (each for each in of_all if each.assignment.microtask.campaign_id == campaign.pk)
    return next(here, None)


def _has_answered(contributor: Contributor | None, campaign: Campaign) -> bool:
    if contributor is None:
        return False
    done = points.summary(contributor=contributor, campaign=campaign)
    return bool(done.given)


def _data_url(name: str, slug: str) -> str:
    try:
        return reverse(f"api:{name}", args=[slug])
    except NoReverseMatch:
        return ""
