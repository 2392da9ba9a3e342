"""Reports of personal data: anyone who sees an excerpt makes one, the campaign's team reviews."""

from django.db.models import QuerySet
from django.http import Http404
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
from api.cuts import reviewable
from api.described import BODY, CHANGE, IDENTITY, problems
from api.shapes.reports import ReportedSerializer, ReportingSerializer, ReportSerializer
from crowd.models import Excerpt, Report
from crowd.models.users import Scope
from crowd.services import reports

OURS = (*IDENTITY, "permission_denied", "not_found")


class ReportExcerpt(APIView):
    """“There is personal data here”: the excerpt is hidden at once, within bounds, and reviewed."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="excerpts_report",
        request=ReportingSerializer,
        responses={
            201: ReportedSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found"),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        shown = Excerpt.objects.filter(campaign__in=campaign_views.visible(request).values("pk"))
        excerpt = get_object_or_404(shown.select_related("campaign"), pk=pk)
        if not reports.may_report(excerpt=excerpt, contributor=contributor):
            raise Http404
        asked = ReportingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        made = reports.personal_data(
            excerpt=excerpt, contributor=contributor, note=asked.validated_data["note"], now=now
        )
        return created(ReportedSerializer(made).data, at=f"/excerpts/{pk}")


class Reports(ListAPIView[Report]):
    """The reports that wait for review."""

    queryset = Report.objects.none()
    serializer_class = ReportSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Report]:
        return reports.waiting(campaign=reviewable(self.request, self.kwargs["slug"]))

    @extend_schema(
        operation_id="reports_list",
        responses={200: ReportSerializer(many=True), **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class UpholdReport(APIView):
    """There is personal data: the excerpt stays hidden for good."""

    @extend_schema(
        operation_id="reports_uphold",
        request=None,
        responses={200: ReportSerializer, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, pk: int) -> Response:
        report = _found(request, pk)
        reports.uphold(report=report, by=identity.account(request), now=timezone.now())
        return Response(ReportSerializer(report).data)


class DismissReport(APIView):
    """There is none: the excerpt is shown and asked about again."""

    @extend_schema(
        operation_id="reports_dismiss",
        request=None,
        responses={200: ReportSerializer, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, pk: int) -> Response:
        report = _found(request, pk)
        reports.dismiss(report=report, by=identity.account(request), now=timezone.now())
        return Response(ReportSerializer(report).data)


def _found(request: Request, pk: int) -> Report:
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated
    shown = Report.objects.filter(
        excerpt__campaign__in=campaign_views.visible(request).values("pk")
    )
    report = get_object_or_404(shown.select_related("excerpt__campaign"), pk=pk)
    reviewable(request, report.excerpt.campaign.slug)
    return report
