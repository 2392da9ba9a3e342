"""For a campaign's team: its dashboard, its course, and what changes after launch."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.cuts import reviewable
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.problems import Refusal
from api.shapes.running import (
    AmendmentSerializer,
    AnnouncementRequestSerializer,
    AnnouncementSerializer,
    AuditRequestSerializer,
    AuditSerializer,
    DashboardSerializer,
    KnownAnswersSerializer,
    PolicyRequestSerializer,
    QueuedSerializer,
    StateSerializer,
)
from crowd.models import Amendment, Audit, Step
from crowd.models.audits import AuditPer
from crowd.rules import lifecycle
from crowd.rules.lifecycle import CampaignState
from crowd.services import (
    amendments,
    announcements,
    audits,
    campaigns,
    dashboards,
    known_answers,
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


class Amendments(APIView):
    """Weigh another policy: what would it settle, open again and cost? Nothing changes yet."""

    @extend_schema(
        operation_id="amendments_list",
        responses={200: AmendmentSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = amendments.of_campaign(editable(request, slug))[:100]
        return Response(AmendmentSerializer(found, many=True).data)

    @extend_schema(
        operation_id="amendments_create",
        request=PolicyRequestSerializer,
        responses={202: AmendmentSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = editable(request, slug)
        asked = PolicyRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        policy = dict(asked.validated_data)
        step = get_object_or_404(Step, campaign=campaign, key=policy.pop("step"))
        by, now = identity.account(request), timezone.now()
        made = amendments.propose_policy(step=step, policy=policy, by=by, now=now)
        return Response(AmendmentSerializer(made).data, status=202)


class OneAmendment(APIView):
    """One change after launch: what it comes to. POST applies it, DELETE drops it."""

    @extend_schema(
        operation_id="amendments_retrieve",
        responses={200: AmendmentSerializer, **problems(*OURS)},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(AmendmentSerializer(_amendment(request, pk)).data)

    @extend_schema(
        operation_id="amendments_apply",
        request=None,
        responses={202: AmendmentSerializer, **problems(*OURS, *CHANGE, "invalid")},
    )
    def post(self, request: Request, pk: int) -> Response:
        found, by = _amendment(request, pk), identity.account(request)
        applied = amendments.apply(amendment=found, by=by, now=timezone.now())
        return Response(AmendmentSerializer(applied).data, status=202)

    @extend_schema(
        operation_id="amendments_drop",
        request=None,
        responses={204: None, **problems(*OURS, *CHANGE)},
    )
    def delete(self, request: Request, pk: int) -> Response:
        amendments.drop(amendment=_amendment(request, pk))
        return Response(status=204)


def _amendment(request: Request, pk: int) -> Amendment:
    found = get_object_or_404(Amendment.objects.select_related("campaign", "step"), pk=pk)
    editable(request, found.campaign.slug)
    return found


class ReviewQueue(APIView):
    """What waits for a reviewer: objections, what is contested, what is not sure."""

    @extend_schema(
        operation_id="review_queue_list",
        responses={200: QueuedSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        waiting = review_queue.items(campaign=reviewable(request, slug))
        return Response(QueuedSerializer(waiting, many=True).data)


class Audits(APIView):
    """Samples of settled verdicts, drawn by lot and looked at again: the error rate."""

    @extend_schema(
        operation_id="audits_list", responses={200: AuditSerializer(many=True), **problems(*OURS)}
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = reviewable(request, slug)
        found = [_told(audit) for audit in Audit.objects.filter(campaign=campaign)[:100]]
        return Response(AuditSerializer(found, many=True).data)

    @extend_schema(
        operation_id="audits_create",
        request=AuditRequestSerializer,
        responses={201: AuditSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = reviewable(request, slug)
        asked = AuditRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = audits.draw(
            campaign=campaign,
            per=AuditPer(asked.validated_data["per"]),
            size=asked.validated_data["size"],
            by=identity.account(request),
            now=timezone.now(),
        )
        return Response(AuditSerializer(_told(made)).data, status=201)


def _told(audit: Audit) -> dict[str, object]:
    waiting = audits.to_check(audit=audit).count()
    return {"audit": audit, "waiting": waiting, "rate": audits.rate(audit=audit)}


class KnownAnswers(APIView):
    """What known answers measured: never public, never in any other place of the API."""

    @extend_schema(
        operation_id="known_answers_retrieve",
        responses={200: KnownAnswersSerializer, **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = known_answers.results(campaign=reviewable(request, slug))
        told = {
            "count": len(found.each),
            "microtasks": found.microtasks,
            "answers": found.answers,
            "right": found.right,
        }
        return Response(KnownAnswersSerializer(told).data)


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
        return Response(AnnouncementSerializer(made).data, status=201)
