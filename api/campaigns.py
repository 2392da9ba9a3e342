"""Campaigns: what they ask, and how far they are."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import authentication, identity
from api.described import problems
from api.pagination import NewestFirst
from api.shapes.campaigns import (
    CampaignInFullSerializer,
    CampaignSerializer,
    FlowSerializer,
    ProgressSerializer,
)
from api.sparse import FIELDS, Sparse
from crowd.models import Campaign
from crowd.services import campaigns, flow, progress


def find(request: Request, slug: str) -> Campaign:
    """The campaign at this address, if whoever asks may see it.

    Raises:
        Http404: there is none, or it is someone else's draft.
    """
    return get_object_or_404(visible(request), slug=slug)


def visible(request: Request) -> QuerySet[Campaign]:
    """Public campaigns and drafts of the account's own teams, as far as its key reaches."""
    found: QuerySet[Campaign] = campaigns.visible_to(user=identity.account(request))
    key = authentication.key_of(request)
    return found.filter(pk=key.campaign_id) if key and key.campaign_id else found


class Campaigns(Sparse, ListAPIView[Campaign]):
    """Every campaign you may see, the newest first."""

    queryset = Campaign.objects.none()
    orderings = ("title", "made_at")
    serializer_class = shape = CampaignSerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Campaign]:
        return visible(self.request)

    @extend_schema(
        operation_id="campaigns_list",
        parameters=[FIELDS],
        responses={200: CampaignSerializer(many=True), **problems("invalid_parameter")},
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class OneCampaign(Sparse):
    """One campaign with its steps, questions and progress."""

    shape = CampaignInFullSerializer

    @extend_schema(
        parameters=[FIELDS],
        responses={200: CampaignInFullSerializer, **problems("invalid_parameter", "not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = get_object_or_404(visible(request).prefetch_related("steps__questions"), slug=slug)
        return Response(CampaignInFullSerializer(found).data)


class CampaignProgress(APIView):
    """How far a campaign is, in micro-tasks."""

    @extend_schema(responses={200: ProgressSerializer, **problems("not_found")})
    def get(self, request: Request, slug: str) -> Response:
        return Response(ProgressSerializer(progress.of_campaign(find(request, slug))).data)


class CampaignFlow(APIView):
    """Whether answers move on: how far the cross-check is behind, and how full the queues are."""

    @extend_schema(responses={200: FlowSerializer, **problems("not_found")})
    def get(self, request: Request, slug: str) -> Response:
        found = flow.of_campaign(campaign=find(request, slug), now=timezone.now())
        return Response(FlowSerializer(found).data)
