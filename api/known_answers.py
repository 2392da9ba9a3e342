"""For a campaign's team: known answers, drawn or written. Never public, in no other place."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.created import created
from api.cuts import reviewable
from api.described import BODY, CHANGE, IDENTITY, problems
from api.shapes.audits import (
    DrawRequestSerializer,
    KnownAnswersSerializer,
    ToWriteSerializer,
    WriteRequestSerializer,
)
from crowd.models import Campaign, MicroTask
from crowd.services import known_answers

OURS = (*IDENTITY, "permission_denied", "not_found")


class KnownAnswers(APIView):
    """What known answers measured. POST takes some more of what still looks unsettled to all."""

    @extend_schema(
        operation_id="known_answers_retrieve",
        responses={200: KnownAnswersSerializer, **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(_measured(reviewable(request, slug)))

    @extend_schema(
        operation_id="known_answers_draw",
        request=DrawRequestSerializer,
        responses={201: KnownAnswersSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign, by = reviewable(request, slug), identity.account(request)
        asked = DrawRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        count = asked.validated_data["count"]
        known_answers.draw(campaign=campaign, count=count, by=by, now=timezone.now())
        return created(_measured(campaign), at=f"/campaigns/{slug}/known-answers")


class ToWrite(APIView):
    """An open micro-task nobody was ever given, by lot, to be answered beforehand; or null."""

    @extend_schema(
        operation_id="known_answers_to_write",
        responses={200: ToWriteSerializer, **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = known_answers.to_write(campaign=reviewable(request, slug))
        return Response(ToWriteSerializer({"microtask": found}).data)


class WrittenAnswer(APIView):
    """Say what the right answer to a micro-task is, before anyone is asked."""

    @extend_schema(
        operation_id="known_answers_write",
        request=WriteRequestSerializer,
        responses={
            201: KnownAnswersSerializer,
            **problems(*OURS, *CHANGE, *BODY, "invalid_answer"),
        },
    )
    def put(self, request: Request, pk: int) -> Response:
        shown = MicroTask.objects.filter(campaign__in=campaign_views.visible(request))
        microtask = get_object_or_404(shown.select_related("campaign", "step"), pk=pk)
        reviewable(request, microtask.campaign.slug)
        asked = WriteRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known_answers.tell(
            microtask=microtask,
            values=asked.validated_data["values"],
            tutorial=False,
            by=identity.account(request),
            now=timezone.now(),
        )
        campaign = microtask.campaign
        return created(_measured(campaign), at=f"/campaigns/{campaign.slug}/known-answers")


def _measured(campaign: Campaign) -> dict[str, object]:
    found = known_answers.results(campaign=campaign)
    told = {
        "count": len(found.each),
        "offered": found.veiled,
        "microtasks": found.microtasks,
        "answers": found.answers,
        "right": found.right,
    }
    return dict(KnownAnswersSerializer(told).data)
