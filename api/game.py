"""One's own game: badges and level, the weekly goal, the switches; a campaign's goal."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.game import (
    BadgesSerializer,
    GoalChangeSerializer,
    GoalSerializer,
    SwitchesSerializer,
    TogetherSerializer,
)
from crowd.models import Contributor
from crowd.models.users import Scope
from crowd.rules import levels
from crowd.rules.problems import Problem
from crowd.services import badges, game, goals, points, progress


def playing(request: Request) -> Contributor:
    """Who asks, if the game is on for them.

    Raises:
        Refusal: it is switched off.
    """
    contributor = identity.known(request)
    if not game.shown_to(contributor=contributor).points:
        raise Refusal("no_game")
    return contributor


class MyBadges(APIView):
    """Your level, and every badge there is with the moment it became yours."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me_badges",
        responses={200: BadgesSerializer, **problems(*IDENTITY, "not_found", "no_game")},
    )
    def get(self, request: Request) -> Response:
        contributor = playing(request)
        summary = points.summary(contributor=contributor)
        found = {
            "level": levels.standing(summary.points),
            "badges": badges.of(contributor=contributor),
        }
        return Response(BadgesSerializer(found).data)


class MyGoal(APIView):
    """Your own goal for a week. It may rest; nothing is lost by it."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me_goal",
        responses={200: GoalSerializer, **problems(*IDENTITY, "not_found", "no_game")},
    )
    def get(self, request: Request) -> Response:
        return _goal(playing(request))

    @extend_schema(
        operation_id="contributors_me_goal_change",
        request=GoalChangeSerializer,
        responses={
            200: GoalSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "no_game"),
        },
    )
    def patch(self, request: Request) -> Response:
        contributor = playing(request)
        asked = GoalChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        _change_goal(contributor, asked.validated_data)
        return _goal(contributor)


class MySwitches(APIView):
    """Points, ranks and motion: off or on, for you."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me_switches",
        responses={200: SwitchesSerializer, **problems(*IDENTITY, "not_found")},
    )
    def get(self, request: Request) -> Response:
        return Response(SwitchesSerializer(identity.known(request)).data)

    @extend_schema(
        operation_id="contributors_me_switches_change",
        request=SwitchesSerializer,
        responses={200: SwitchesSerializer, **problems(*IDENTITY, *CHANGE, *BODY)},
    )
    def patch(self, request: Request) -> Response:
        contributor = identity.taking_part(request, now=timezone.now())
        asked = SwitchesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        chosen = {
            name: asked.validated_data.get(name, getattr(contributor, name))
            for name in ("no_game", "no_ranks", "calm")
        }
        game.choose(contributor=contributor, **chosen)
        return Response(SwitchesSerializer(contributor).data)


class CampaignGoal(APIView):
    """What everyone of a campaign fills together."""

    @extend_schema(
        operation_id="campaigns_goal",
        responses={200: TogetherSerializer, **problems("not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = campaigns.find(request, slug)
        shown = game.shown_to(contributor=identity.contributor(request), campaign=campaign)
        settled = progress.of_campaign(campaign).settled
        together = goals.together(campaign=campaign, settled=settled) if shown.together else None
        if together is None:
            raise Http404
        return Response(TogetherSerializer(together).data)


def _goal(contributor: Contributor) -> Response:
    week = goals.week_of(contributor=contributor, now=timezone.now())
    return Response(GoalSerializer(week).data)


def _change_goal(contributor: Contributor, asked: dict[str, Any]) -> None:
    try:
        if "answers" in asked and asked["answers"] is None:
            goals.drop(contributor=contributor)
        elif "answers" in asked:
            goals.choose(contributor=contributor, answers=asked["answers"], now=timezone.now())
    except Problem as problem:
        raise Refusal("invalid", [error(problem, "answers")]) from problem
    if "paused" in asked:
        goals.pause(contributor=contributor, paused=asked["paused"])
