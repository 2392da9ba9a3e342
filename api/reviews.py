"""For a campaign's team: decide what people can't agree on, and what becomes of odd answers."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.shapes.reviews import (
    DecisionRequestSerializer,
    ReviewRequestSerializer,
    ReviewSerializer,
    SuspicionSerializer,
)
from crowd.models import Campaign, Flag, MicroTask, User
from crowd.services import flags, reviews


class Reviews(APIView):
    """Decide one micro-task: a reviewer's answer weighs as truth, and is named in the verdict."""

    @extend_schema(
        operation_id="reviews_create",
        request=ReviewRequestSerializer,
        responses={
            201: ReviewSerializer,
            **problems(
                *IDENTITY, *CHANGE, *BODY, "not_found", "permission_denied", "invalid_answer"
            ),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        microtask, reviewer = _find(request, pk)
        asked = ReviewRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        review = reviews.decide(
            microtask=microtask,
            reviewer=reviewer,
            values=asked.validated_data["values"],
            badly_cut=asked.validated_data["badly_cut"],
            now=timezone.now(),
        )
        return created(ReviewSerializer(review).data, at=f"/microtasks/{pk}/review")

    @extend_schema(
        operation_id="reviews_withdraw",
        request=None,
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found", "permission_denied")},
    )
    def delete(self, request: Request, pk: int) -> Response:
        microtask, reviewer = _find(request, pk)
        reviews.withdraw(microtask=microtask, by=reviewer, now=timezone.now())
        return Response(status=204)


class Flags(APIView):
    """Odd series of answers, held out of decisions until someone has looked. Never public."""

    @extend_schema(
        operation_id="flags_list",
        responses={
            200: SuspicionSerializer(many=True),
            **problems(*IDENTITY, "not_found", "permission_denied"),
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        campaign = campaigns.find(request, slug)
        _reviewer(request, campaign)
        found = flags.of_campaign(campaign)
        return Response(SuspicionSerializer(found, many=True).data)


class OneFlag(APIView):
    """Let a person's answers decide again, or hold them out again. Twice is harmless."""

    @extend_schema(
        operation_id="flags_decide",
        request=DecisionRequestSerializer,
        responses={
            204: None,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "permission_denied"),
        },
    )
    def patch(self, request: Request, pk: int) -> Response:
        flag = get_object_or_404(Flag.objects.select_related("campaign", "contributor"), pk=pk)
        campaign = campaigns.find(request, flag.campaign.slug)
        reviewer = _reviewer(request, campaign)
        asked = DecisionRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        decide = flags.hold_again if asked.validated_data["state"] == "held" else flags.restore
        decide(flag=flag, by=reviewer, now=timezone.now())
        return Response(status=204)


def _find(request: Request, pk: int) -> tuple[MicroTask, User]:
    visible = MicroTask.objects.filter(campaign__in=campaigns.visible(request))
    microtask = get_object_or_404(visible.select_related("campaign", "step"), pk=pk)
    return microtask, _reviewer(request, microtask.campaign)


def _reviewer(request: Request, campaign: Campaign) -> User:
    user = identity.account(request)
    if user is None and request.auth is None:
        raise NotAuthenticated
    if user is None or not reviews.may_review(campaign=campaign, user=user):
        raise PermissionDenied
    return user
