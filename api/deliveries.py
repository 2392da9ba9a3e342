"""Deliveries: how far their reading is, what was refused, stop and go on."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.created import created
from api.described import CHANGE, IDENTITY, problems
from api.documents import editable
from api.pagination import NewestFirst
from api.shapes.deliveries import DeliverySerializer, RefusedSerializer
from crowd.models import Delivery, Refusal
from crowd.services import deliveries

OURS = (*IDENTITY, "permission_denied", "not_found")


class Deliveries(ListAPIView[Delivery]):
    """What came to a campaign together, the newest first. Only for its team."""

    queryset = Delivery.objects.none()
    orderings = ("name", "byte_size", "received_at")
    serializer_class = DeliverySerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Delivery]:
        campaign = editable(self.request, self.kwargs["slug"])
        return campaign.deliveries.outermost().select_related("campaign")

    @extend_schema(
        operation_id="deliveries_list",
        responses={200: DeliverySerializer(many=True), **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = self.paginate_queryset(self.get_queryset()) or []
        told = DeliverySerializer(deliveries.summaries(found), many=True)
        return self.get_paginated_response(told.data)


class OneDelivery(APIView):
    """One delivery: how far its reading is. Only for its campaign's team."""

    @extend_schema(responses={200: DeliverySerializer, **problems(*OURS)})
    def get(self, request: Request, pk: int) -> Response:
        return _told(_found(request, pk))


class RefusedEntries(ListAPIView[Refusal]):
    """What of a delivery could not become documents, with one sentence each."""

    queryset = Refusal.objects.none()
    serializer_class = RefusedSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Refusal]:
        return deliveries.refusals(delivery=_found(self.request, self.kwargs["pk"]))

    @extend_schema(
        operation_id="deliveries_problems",
        responses={200: RefusedSerializer(many=True), **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, pk: int) -> Response:
        return self.list(request)


class StopDelivery(APIView):
    """Read no further: what became documents stays."""

    @extend_schema(request=None, responses={200: DeliverySerializer, **problems(*OURS, *CHANGE)})
    def post(self, request: Request, pk: int) -> Response:
        delivery = _found(request, pk)
        deliveries.stop(delivery=delivery, now=timezone.now())
        return _told(delivery)


class ResumeDelivery(APIView):
    """Read on from where it was stopped, or where it failed."""

    @extend_schema(request=None, responses={200: DeliverySerializer, **problems(*OURS, *CHANGE)})
    def post(self, request: Request, pk: int) -> Response:
        delivery = _found(request, pk)
        deliveries.resume(delivery=delivery)
        return _told(delivery)


class RetryDelivery(APIView):
    """Fetch once more what the servers of a list did not give: a delivery of its own."""

    @extend_schema(
        request=None,
        responses={201: DeliverySerializer, **problems(*OURS, *CHANGE, "invalid")},
    )
    def post(self, request: Request, pk: int) -> Response:
        made = deliveries.fetch_again(delivery=_found(request, pk), now=timezone.now())
        return created(_told(made).data, at=f"/deliveries/{made.pk}")


def _found(request: Request, pk: int) -> Delivery:
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated
    shown = Delivery.objects.filter(campaign__in=campaign_views.visible(request))
    found = get_object_or_404(shown.select_related("campaign"), pk=pk)
    editable(request, found.campaign.slug)
    return found


def _told(delivery: Delivery) -> Response:
    told = DeliverySerializer(deliveries.summaries([delivery])[0])
    return Response(told.data)
