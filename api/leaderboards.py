"""Leaderboards: the top, and you with your neighbours."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, identity
from api.described import problems
from api.problems import Refusal
from api.shapes.leaderboards import BoardRequestSerializer, BoardSerializer
from crowd import valkey
from crowd.models import Campaign
from crowd.services import game, leaderboard, outlines


class SiteBoard(APIView):
    """The leaderboard of all campaigns: only those who chose to be listed."""

    @extend_schema(
        operation_id="leaderboard",
        parameters=[BoardRequestSerializer],
        responses={200: BoardSerializer, **problems("invalid_parameter", "no_board")},
    )
    def get(self, request: Request) -> Response:
        return _board(request, None)


class CampaignBoard(APIView):
    """The leaderboard of one campaign: only those who chose to be listed."""

    @extend_schema(
        operation_id="campaigns_leaderboard",
        parameters=[BoardRequestSerializer],
        responses={200: BoardSerializer, **problems("invalid_parameter", "not_found", "no_board")},
    )
    def get(self, request: Request, slug: str) -> Response:
        return _board(request, _campaign(request, slug))


def _campaign(request: Request, slug: str) -> Campaign:
    """A board is looked at again and again: nobody in particular is shown what is kept."""
    if identity.account(request) is not None:
        return campaigns.find(request, slug)
    found = outlines.public(slug=slug)
    if found is None:
        raise Http404
    return found


def _board(request: Request, campaign: Campaign | None) -> Response:
    asked = BoardRequestSerializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    contributor = identity.contributor(request)
    if not game.shown_to(contributor=contributor, campaign=campaign).ranks:
        raise Refusal("no_board")
    try:
        board = leaderboard.board(
            campaign=campaign,
            period=asked.validated_data["period"],
            who=asked.validated_data["who"],
            contributor=contributor,
            now=timezone.now(),
            limit=asked.validated_data["limit"],
        )
    except valkey.Unreachable as away:
        raise Refusal("unavailable") from away
    return Response(BoardSerializer(board).data)
