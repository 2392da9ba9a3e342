"""A campaign's game: how it is played, what everyone fills together, thanks, and the experiment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crowd.models import Campaign, Experiment, User
from crowd.models.campaigns import Game
from crowd.rules.problems import Problem
from crowd.sentences import sentence
from crowd.services import campaign_games, comparisons, experiments, goals, progress, thanks
from frontend.views import redirects
from frontend.views.workshop import team
from frontend.visitor import TamisRequest


@require_http_methods(["GET", "HEAD", "POST"])
@team.editing
def game(request: TamisRequest, campaign: Campaign) -> HttpResponse:
    """GET shows how the game is set; each of the page's forms posts what to `do`."""
    if request.method != "POST":
        return _show(request, campaign)
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        raise Http404
    try:
        said = deed(request, campaign, timezone.now())
    except Problem as problem:
        return _show(request, campaign, sentence(problem), status=422)
    messages.info(request, said)
    return redirects.SeeOther(reverse("workshop:game", args=[campaign.slug]))


def _mode(request: TamisRequest, campaign: Campaign, now: datetime) -> str:
    campaign_games.choose(
        campaign=campaign, game=request.POST.get("game", ""), by=_user(request), now=now
    )
    return _("Done. Everyone sees it within seconds.")


def _goal(request: TamisRequest, campaign: Campaign, now: datetime) -> str:
    target = request.POST.get("target", "")
    goals.set_together(
        campaign=campaign,
        title=request.POST.get("title", ""),
        target=int(target) if target.isdecimal() and len(target) < 9 else 0,
        until=_day(request.POST.get("until", "")),
        now=now,
    )
    return _("The goal is on the campaign's page.")


def _end_goal(_request: TamisRequest, campaign: Campaign, now: datetime) -> str:
    goals.end_together(campaign=campaign, now=now)
    return _("The goal is taken down.")


def _thank(request: TamisRequest, campaign: Campaign, now: datetime) -> str:
    said = thanks.say(
        campaign=campaign, author=_user(request), words=request.POST.get("words", ""), now=now
    )
    return _("Said to {n} people, on their pages.").format(n=said.people)


def _experiment(request: TamisRequest, campaign: Campaign, now: datetime) -> str:
    share = {str(round(each * 100)): each for each in experiments.SHARES}
    experiments.begin(campaign=campaign, share=share.get(request.POST.get("share", ""), 0), now=now)
    return _("It has begun: those who come from now on are divided by lot.")


def _end_experiment(_request: TamisRequest, campaign: Campaign, now: datetime) -> str:
    experiments.end(campaign=campaign, now=now)
    return _("It has ended. Everyone sees the game again.")


DEEDS: dict[str, Callable[[TamisRequest, Campaign, datetime], str]] = {
    "mode": _mode,
    "goal": _goal,
    "end_goal": _end_goal,
    "thank": _thank,
    "experiment": _experiment,
    "end_experiment": _end_experiment,
}


def _show(
    request: TamisRequest, campaign: Campaign, problem: str = "", *, status: int = 200
) -> HttpResponse:
    experiment = Experiment.objects.filter(campaign=campaign).first()
    settled = progress.of_campaign(campaign).settled
    context: dict[str, Any] = {
        "tab": "game",
        "modes": _modes(),
        "together": goals.together(campaign=campaign, settled=settled),
        "thanked": campaign.thanks.order_by("-made_at")[:5],
        "longest": thanks.LONGEST,
        "experiment": experiment,
        "compared": comparisons.of(experiment=experiment) if experiment else None,
        "fewest": comparisons.FEWEST,
        "shares": [round(100 * share) for share in experiments.SHARES],
        "problem": problem,
        "typed": request.POST if problem else {},
    }
    return team.show(request, campaign, "workshop/game.html", context, status=status)


def _modes() -> list[tuple[str, str, str]]:
    """(value, name, what it means)"""
    said = {
        Game.NONE: _("No points, no badges, no boards. Progress alone."),
        Game.PERSONAL: _("Points, levels and badges, each for themselves. No boards."),
        Game.COOPERATIVE: _("As above, and a goal that everyone fills together."),
        Game.COMPETITIVE: _("As above, and leaderboards of people and teams who want to be there."),
    }
    return [(mode.value, str(mode.label), words) for mode, words in said.items()]


def _day(typed: str) -> date | None:
    try:
        return parse_date(typed) if typed else None
    except ValueError:
        return None


def _user(request: TamisRequest) -> User:
    return cast(User, request.user)
