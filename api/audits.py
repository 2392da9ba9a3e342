"""For a campaign's team: samples of settled verdicts, looked at again one by one."""

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
from api.problems import Refusal
from api.shapes.audits import (
    AuditRequestSerializer,
    AuditSerializer,
    CheckRequestSerializer,
    DrawnAuditSerializer,
)
from crowd.models import Audit, AuditItem
from crowd.models.audits import AuditPer
from crowd.services import audits

OURS = (*IDENTITY, "permission_denied", "not_found")
SHOWN = 100  # of the verdicts that wait, in one reply


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
        return created(AuditSerializer(_told(made)).data, at=f"/audits/{made.pk}")


class OneAudit(APIView):
    """One sample: its error rate so far, and what nobody has looked at yet."""

    @extend_schema(
        operation_id="audits_retrieve", responses={200: DrawnAuditSerializer, **problems(*OURS)}
    )
    def get(self, request: Request, pk: int) -> Response:
        shown = Audit.objects.filter(campaign__in=campaign_views.visible(request))
        found = get_object_or_404(shown.select_related("campaign"), pk=pk)
        reviewable(request, found.campaign.slug)
        items = audits.to_check(audit=found)[:SHOWN]
        return Response(DrawnAuditSerializer({**_told(found), "items": items}).data)


class OneAuditItem(APIView):
    """Say whether a drawn verdict, or answer, is right. The first word on it stands."""

    @extend_schema(
        operation_id="audit_items_check",
        request=CheckRequestSerializer,
        responses={200: AuditSerializer, **problems(*OURS, *CHANGE, *BODY, "not_now")},
    )
    def patch(self, request: Request, pk: int) -> Response:
        shown = AuditItem.objects.filter(audit__campaign__in=campaign_views.visible(request))
        item = get_object_or_404(shown.select_related("audit__campaign"), pk=pk)
        reviewable(request, item.audit.campaign.slug)
        asked = CheckRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        right, by = asked.validated_data["right"], identity.signed_in(request)
        if not audits.check(item=item, right=right, by=by, now=timezone.now()):
            raise Refusal("not_now")
        return Response(AuditSerializer(_told(item.audit)).data)


def _told(audit: Audit) -> dict[str, object]:
    waiting = audits.to_check(audit=audit).count()
    return {"audit": audit, "waiting": waiting, "rate": audits.rate(audit=audit)}
