"""For a campaign's team: its dashboard, its course, what waits for it, and its news."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.created import created
from api.cuts import reviewable
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.problems import Refusal
from api.shapes.running import (
    AnnouncementRequestSerializer,
    AnnouncementSerializer,
    DashboardSerializer,
    QueuedSerializer,
    StateSerializer,
)
from crowd.rules import lifecycle
from crowd.rules.lifecycle import CampaignState
from crowd.services import (
    announcements,
    campaigns,
    dashboards,
    review_queue,
)

OURS = (*IDENTITY, "permission_denied", "not_found")


class Dashboard(APIView):
    """Will the campaign finish in time? Counted by a worker, a minute or so ago."""

    @extend_schema(
        operation_id="dashboard_retrieve", responses={200: DashboardSerializer, **problems(*OURS)}
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = campaign_views.find(request, slug)
        user = identity.account(request)
        if user is None and request.auth is None:
            raise NotAuthenticated
        if not campaigns.may_look(campaign=campaign, user=user):
            raise PermissionDenied
        board = dashboards.of_campaign(campaign=campaign, now=timezone.now())
        return Response(DashboardSerializer(board).data)


class Course(APIView):
    """Open, pause, close or reopen a campaign; move its deadline."""

    @extend_schema(
        operation_id="campaign_state_update",
        request=StateSerializer,
        responses={200: StateSerializer, **problems(*OURS, *CHANGE, *BODY, "not_now")},
    )
    def put(self, request: Request, slug: str) -> Response:
        campaign, by, now = editable(request, slug), identity.account(request), timezone.now()
        asked = StateSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        if "deadline" in wanted:
            deadline = wanted["deadline"]
            campaigns.set_deadline(campaign=campaign, deadline=deadline, now=now, by=by)
        if wanted["state"] != campaign.state:
            try:
                state = CampaignState(wanted["state"])
                campaigns.move(campaign=campaign, state=state, now=now, by=by)
            except lifecycle.ForbiddenMove:
                raise Refusal("not_now") from None
        return Response(StateSerializer(campaign).data)


class ReviewQueue(APIView):
    """What waits for a reviewer: objections, what is contested, what is not sure."""

    @extend_schema(
        operation_id="review_queue_list",
        responses={200: QueuedSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        waiting = review_queue.items(campaign=reviewable(request, slug))
        return Response(QueuedSerializer(waiting, many=True).data)


class Announcements(APIView):
    """News of a campaign, on its page and by mail to participants who agreed."""

    @extend_schema(
        operation_id="announcements_list",
        responses={200: AnnouncementSerializer(many=True), **problems("not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        shown = announcements.shown(campaign=campaign_views.find(request, slug))[:100]
        return Response(AnnouncementSerializer(shown, many=True).data)

    @extend_schema(
        operation_id="announcements_create",
        request=AnnouncementRequestSerializer,
        responses={201: AnnouncementSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign, by = editable(request, slug), identity.account(request)
        asked = AnnouncementRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        words = asked.validated_data
        made = announcements.make(campaign=campaign, by=by, now=timezone.now(), **words)
        return created(AnnouncementSerializer(made).data, at=f"/campaigns/{slug}/announcements")
