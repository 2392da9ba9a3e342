"""Webhooks: whom a campaign tells what happens. For those who may change the campaign."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.pagination import NewestFirst
from api.shapes.webhooks import (
    MadeWebhookSerializer,
    NewWebhookSerializer,
    SecretSerializer,
    WebhookChangeSerializer,
    WebhookDeliverySerializer,
    WebhookSerializer,
)
from crowd.models import Webhook, WebhookDelivery
from crowd.services import webhooks

OURS = (*IDENTITY, "permission_denied", "not_found")


class Webhooks(APIView):
    """The webhooks of a campaign."""

    @extend_schema(
        operation_id="webhooks_list",
        responses={200: WebhookSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = webhooks.of_campaign(campaign=editable(request, slug))
        return Response(WebhookSerializer(found, many=True).data)

    @extend_schema(
        operation_id="webhooks_create",
        request=NewWebhookSerializer,
        responses={201: MadeWebhookSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Tell an address what happens from now on. The secret in the answer is shown this once."""
        campaign = editable(request, slug)
        asked = NewWebhookSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made, secret = webhooks.make(
            campaign=campaign,
            by=identity.account(request),
            now=timezone.now(),
            **asked.validated_data,
        )
        told = {**WebhookSerializer(made).data, "secret": secret}
        return created(told, at=f"/campaigns/{slug}/webhooks/{made.pk}")


class OneWebhook(APIView):
    """One webhook."""

    @extend_schema(
        operation_id="webhooks_retrieve", responses={200: WebhookSerializer, **problems(*OURS)}
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        return Response(WebhookSerializer(_find(request, slug, pk)).data)

    @extend_schema(
        operation_id="webhooks_change",
        request=WebhookChangeSerializer,
        responses={200: WebhookSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Say anew what it is told; stop it, or let it go on with what is left waiting."""
        webhook, by, now = _find(request, slug, pk), identity.account(request), timezone.now()
        asked = WebhookChangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        if "kinds" in said:
            webhooks.choose(webhook=webhook, kinds=said["kinds"], by=by, now=now)
        if said.get("active") is True:
            webhooks.go_on(webhook=webhook, by=by, now=now)
        if said.get("active") is False:
            webhooks.stop(webhook=webhook, by=by, now=now)
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(
        operation_id="webhooks_remove", responses={204: None, **problems(*OURS, *CHANGE)}
    )
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Forget it, with all that it was told."""
        webhook = _find(request, slug, pk)
        webhooks.remove(webhook=webhook, by=identity.account(request), now=timezone.now())
        return Response(status=204)


class RotateSecret(APIView):
    """Another secret."""

    @extend_schema(
        operation_id="webhooks_rotate",
        request=None,
        responses={200: SecretSerializer, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Replace the secret. For a day the one before signs, too."""
        webhook = _find(request, slug, pk)
        secret = webhooks.rotate(webhook=webhook, by=identity.account(request), now=timezone.now())
        return Response({"secret": secret})


class PingWebhook(APIView):
    """A test."""

    @extend_schema(
        operation_id="webhooks_ping",
        request=None,
        responses={202: WebhookDeliverySerializer, **problems(*OURS, *CHANGE, "invalid")},
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        """Have an event `webhook.test` sent; its delivery says what comes of it."""
        made = webhooks.ping(webhook=_find(request, slug, pk), now=timezone.now())
        return Response(WebhookDeliverySerializer(made).data, status=202)


class WebhookDeliveries(ListAPIView[WebhookDelivery]):
    """What a webhook was told in the last thirty days, the newest first."""

    queryset = WebhookDelivery.objects.none()
    serializer_class = WebhookDeliverySerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        webhook = _find(self.request, self.kwargs["slug"], self.kwargs["pk"])
        return WebhookDelivery.objects.shown().filter(webhook=webhook)

    @extend_schema(
        operation_id="webhooks_deliveries",
        responses={
            200: WebhookDeliverySerializer(many=True),
            **problems("invalid_parameter", *OURS),
        },
    )
    def get(self, request: Request, slug: str, pk: int) -> Response:
        return self.list(request)


class ReplayDelivery(APIView):
    """One event once more."""

    @extend_schema(
        operation_id="webhooks_replay",
        request=None,
        responses={202: WebhookDeliverySerializer, **problems(*OURS, *CHANGE, "invalid")},
    )
    def post(self, request: Request, slug: str, pk: int, event: UUID) -> Response:
        """Send it once more, under the same id."""
        shown = WebhookDelivery.objects.shown().select_related("webhook")
        told = get_object_or_404(shown, webhook=_find(request, slug, pk), event=event)
        webhooks.replay(delivery=told, now=timezone.now())
        return Response(WebhookDeliverySerializer(told).data, status=202)


def _find(request: Request, slug: str, pk: int) -> Webhook:
    campaign = editable(request, slug)
    return get_object_or_404(Webhook.objects.select_related("campaign"), campaign=campaign, pk=pk)
