"""Teams of volunteers: open ones, one of them, founding, joining and leaving."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.game import (
    ArrangedTeamSerializer,
    ArrangementSerializer,
    JoinTeamSerializer,
    TeamRequestSerializer,
    TeamSerializer,
)
from crowd.models import Team
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import game, teams


def _must_play(request: Request) -> None:
    """Teams are part of the game: where it is off, there are none."""
    if not game.shown_to(contributor=identity.contributor(request)).together:
        raise Refusal("no_game")


class Teams(ListAPIView[Team]):
    """Teams that anyone may join."""

    scope = Scope.CONTRIBUTE
    queryset = Team.objects.none()
    orderings = ("name",)
    serializer_class = TeamSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Team]:
        _must_play(self.request)
        return Team.objects.filter(is_open=True)

    @extend_schema(
        operation_id="teams",
        responses={
            200: TeamSerializer(many=True),
            **problems("invalid_parameter", "no_game"),
        },
    )
    def get(self, request: Request) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="teams_create",
        request=TeamRequestSerializer,
        responses={201: TeamSerializer, **problems(*IDENTITY, *CHANGE, *BODY, "no_game")},
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        _must_play(request)
        founder = identity.taking_part(request, now=now)
        asked = TeamRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            made = teams.found(founder=founder, now=now, **asked.validated_data)
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "name")]) from problem
        return created(TeamSerializer(made).data, at=f"/teams/{made.slug}")


class OneTeam(APIView):
    """One team."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="teams_one",
        responses={200: TeamSerializer, **problems("not_found", "no_game")},
    )
    def get(self, request: Request, slug: str) -> Response:
        _must_play(request)
        return Response(TeamSerializer(get_object_or_404(Team, slug=slug)).data)

    @extend_schema(
        operation_id="teams_arrange",
        request=ArrangementSerializer,
        responses={
            200: ArrangedTeamSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "permission_denied", "not_found", "no_game"),
        },
    )
    def patch(self, request: Request, slug: str) -> Response:
        """Its founder renames it, opens or closes it, or makes a new link."""
        _must_play(request)
        found = get_object_or_404(Team, slug=slug)
        if not teams.may_arrange(team=found, contributor=identity.known(request)):
            raise PermissionDenied
        asked = ArrangementSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        try:
            if said.get("name", found.name) != found.name:
                teams.rename(team=found, name=said["name"])
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "name")]) from problem
        teams.arrange(
            team=found, is_open=said.get("is_open", found.is_open), new_link=said["new_code"]
        )
        return Response(ArrangedTeamSerializer(found).data)


class MyTeam(APIView):
    """The team you are in: join another one, or leave it."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me_team",
        responses={200: TeamSerializer, **problems(*IDENTITY, "not_found", "no_game")},
    )
    def get(self, request: Request) -> Response:
        _must_play(request)
        found = teams.of(contributor=identity.known(request))
        if found is None:
            raise Http404
        return Response(TeamSerializer(found).data)

    @extend_schema(
        operation_id="contributors_me_team_change",
        request=JoinTeamSerializer,
        responses={
            200: TeamSerializer,
            204: None,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "no_game"),
        },
    )
    def put(self, request: Request) -> Response:
        now = timezone.now()
        _must_play(request)
        contributor = identity.taking_part(request, now=now)
        asked = JoinTeamSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if asked.validated_data["team"] is None:
            teams.leave(contributor=contributor, now=now)
            return Response(status=204)
        team = get_object_or_404(Team, slug=asked.validated_data["team"])
        try:
            code = asked.validated_data["code"]
            teams.join(team=team, contributor=contributor, now=now, code=code)
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "team")]) from problem
        return Response(TeamSerializer(team).data)
