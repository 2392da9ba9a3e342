"""Rooms: open one for a workshop, come in by its code, see what it has done."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import cuts, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.permissions import within_reach
from api.shapes.rooms import (
    NewRoomSerializer,
    RoomChangeSerializer,
    RoomSerializer,
    SitSerializer,
)
from crowd.models import Room
from crowd.models.users import Scope
from crowd.services import rooms

TEAM = ("not_found", "permission_denied")


class Rooms(APIView):
    """The rooms of a campaign, for its team."""

    @extend_schema(
        operation_id="rooms_list",
        responses={200: RoomSerializer(many=True), **problems(*IDENTITY, *TEAM)},
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = cuts.reviewable(request, slug)
        found = campaign.rooms.select_related("campaign")
        return Response(RoomSerializer(found, many=True).data)

    @extend_schema(
        operation_id="rooms_create",
        request=NewRoomSerializer,
        responses={201: RoomSerializer, **problems(*IDENTITY, *CHANGE, *BODY, *TEAM)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Open a room. Its people join by the code that comes back."""
        campaign = cuts.reviewable(request, slug)
        asked = NewRoomSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        room = rooms.open_room(campaign=campaign, now=timezone.now(), **asked.validated_data)
        return created(RoomSerializer(room).data, at=f"/rooms/{room.code}")


class OneRoom(APIView):
    """A room and what it has done, for whoever has its code. Counts, no names."""

    @extend_schema(
        operation_id="rooms_retrieve", responses={200: RoomSerializer, **problems("not_found")}
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(RoomSerializer(_find(code)).data)

    @extend_schema(
        operation_id="rooms_update",
        request=RoomChangeSerializer,
        responses={200: RoomSerializer, **problems(*IDENTITY, *CHANGE, *BODY, *TEAM)},
    )
    def patch(self, request: Request, code: str) -> Response:
        """Rename it or its teams, or say whether its people decide as independent people.

        A team keeps its place in the list; one that has members can't be taken away.
        """
        room = _find(code)
        cuts.reviewable(request, room.campaign.slug)
        asked = RoomChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        stands = {"title": room.title, "teams": room.teams, "trusted": room.trusted}
        rooms.change(room=room, **{**stands, **asked.validated_data})
        return Response(RoomSerializer(room).data)


class Seats(APIView):
    """Who sits in a room."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="rooms_join",
        request=SitSerializer,
        responses={204: None, **problems(*IDENTITY, *CHANGE, *BODY, "not_found")},
    )
    def post(self, request: Request, code: str) -> Response:
        """Come in. What you are lent of the room's campaign from now on counts as the room's."""
        room, now = _find(code), timezone.now()
        within_reach(request, campaign_id=room.campaign_id)
        asked = SitSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        contributor = identity.taking_part(request, now=now)
        team = asked.validated_data.get("team")
        rooms.join(room=room, contributor=contributor, team=team, now=now)
        return Response(status=204)

    @extend_schema(
        operation_id="rooms_leave",
        request=None,
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def delete(self, request: Request, code: str) -> Response:
        """Go on alone. What you answered there stays the room's."""
        room, contributor = _find(code), identity.known(request)
        if contributor.room_id == room.pk:
            rooms.leave(contributor=contributor)
        return Response(status=204)


class CloseRoom(APIView):
    """End a workshop."""

    @extend_schema(
        operation_id="rooms_close",
        request=None,
        responses={200: RoomSerializer, **problems(*IDENTITY, *CHANGE, *TEAM)},
    )
    def post(self, request: Request, code: str) -> Response:
        """Nobody can join any more; what was answered stays. Twice is harmless."""
        room = _find(code)
        cuts.reviewable(request, room.campaign.slug)
        rooms.close(room=room, now=timezone.now())
        return Response(RoomSerializer(room).data)


def _find(code: str) -> Room:
    room = rooms.by_code(code=code)
    if room is None:
        raise Http404
    return room
