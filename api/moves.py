"""Moves: bring a project of another tool in, take a whole campaign along."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.exports import AnyRenderer
from api.problems import Refusal
from api.shapes.moves import BringInSerializer, MoveSerializer
from crowd.models import Move, User
from crowd.services import campaigns, moves

OURS = (*IDENTITY, "permission_denied", "not_found")


def account(request: Request) -> User:
    """The account that asks.

    Raises:
        NotAuthenticated: guests have none.
    """
    user = identity.account(request)
    if user is None:
        raise NotAuthenticated
    return user


class Moves(APIView):
    """Bring a project in, as a new draft of yours.

    A ZIP of PyBossa's tasks and task runs (JSON), Label Studio's export called JSON, or the copy of
    a campaign of another Tamis. For accounts that have a campaign here, or run this site.
    """

    beyond_campaigns = True
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="moves_create",
        request={"multipart/form-data": BringInSerializer},
        responses={202: MoveSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request) -> Response:
        user = account(request)
        if not moves.may_bring_in(user=user):
            raise PermissionDenied
        given = BringInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        move = moves.take(
            file=file.file,
            name=file.name,
            title=given.validated_data.get("title", ""),
            user=user,
            now=timezone.now(),
        )
        return Response(MoveSerializer(move).data, status=202)


class OneMove(APIView):
    """How far a move of yours is, and what was refused."""

    beyond_campaigns = True

    @extend_schema(responses={200: MoveSerializer, **problems(*IDENTITY, "not_found")})
    def get(self, request: Request, pk: int) -> Response:
        move = get_object_or_404(Move, pk=pk, user=account(request))
        return Response(MoveSerializer(move).data)


class Copies(APIView):
    """Have a copy of a whole campaign made. Only for its owners: it holds everything."""

    @extend_schema(
        operation_id="copies_create",
        request=None,
        responses={202: MoveSerializer, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = editable(request, slug)
        user = account(request)
        if not campaigns.may_manage(campaign=campaign, user=user):
            raise PermissionDenied
        move = moves.copy_out(campaign=campaign, user=user, now=timezone.now())
        return Response(MoveSerializer(move).data, status=202)


class MovedFile(APIView):
    """The copy of a campaign, once it is made."""

    beyond_campaigns = True
    renderer_classes = (AnyRenderer,)
    http_method_names = ("get", "head")

    @extend_schema(
        operation_id="moves_file",
        responses={(200, "application/zip"): OpenApiTypes.BINARY, **problems(*OURS, "not_now")},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        user = account(request)
        move = get_object_or_404(Move, pk=pk, user=user)
        if (move.kind, move.state) != ("leaving", "moved"):
            raise Refusal("not_now")
        if move.campaign is None or not campaigns.may_manage(campaign=move.campaign, user=user):
            raise PermissionDenied
        return FileResponse(
            move.file.open("rb"),
            as_attachment=True,
            filename=move.name,
            content_type="application/zip",
        )
