"""Pages that wait to be placed, and cuts that volunteers found bad: for the reviewers."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.shapes.layouts import (
    BadCutSerializer,
    CutSerializer,
    MendedSerializer,
    MendSerializer,
    PageMatchSerializer,
    PlacingSerializer,
)
from crowd.models import Campaign, Excerpt, PageMatch, Zone
from crowd.services import campaigns, cuts, placing

OURS = (*IDENTITY, "permission_denied", "not_found")


class UnmatchedPages(ListAPIView[PageMatch]):
    """Pages that could not be registered to their layout: nothing is cut from them until placed."""

    queryset = PageMatch.objects.none()
    serializer_class = PageMatchSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[PageMatch]:
        return placing.unmatched(campaign=reviewable(self.request, self.kwargs["slug"]))

    @extend_schema(
        operation_id="unmatched_pages",
        responses={200: PageMatchSerializer(many=True), **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class PlacePage(APIView):
    """Say by hand how a page lies on its layout's reference."""

    @extend_schema(
        operation_id="unmatched_pages_place",
        request=PlacingSerializer,
        responses={200: PageMatchSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, pk: int) -> Response:
        match = _match(request, pk)
        asked = PlacingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        points = [(pair["reference"], pair["page"]) for pair in asked.validated_data["points"]]
        page = asked.validated_data["reference_page"]
        placing.place(match=match, reference_page=page, points=points)
        return Response(PageMatchSerializer(match).data)


class IgnorePage(APIView):
    """Nothing is to be cut from this page."""

    @extend_schema(
        operation_id="unmatched_pages_ignore",
        request=None,
        responses={200: PageMatchSerializer, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, pk: int) -> Response:
        match = _match(request, pk)
        placing.ignore(match=match)
        return Response(PageMatchSerializer(match).data)


class BadCuts(ListAPIView[Excerpt]):
    """Excerpts that left play because volunteers found them badly cut."""

    queryset = Excerpt.objects.none()
    serializer_class = BadCutSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Excerpt]:
        return cuts.badly_cut(campaign=reviewable(self.request, self.kwargs["slug"]))

    @extend_schema(
        operation_id="bad_cuts_list",
        responses={200: BadCutSerializer(many=True), **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class MendCut(APIView):
    """Cut one excerpt anew from its page; answers to the earlier cut are set aside."""

    @extend_schema(
        operation_id="excerpts_mend",
        request=MendSerializer,
        responses={200: CutSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, pk: int) -> Response:
        excerpt = _excerpt(request, pk)
        asked = MendSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        box = asked.validated_data["box"]
        mended = cuts.mend(
            excerpt=excerpt, box=box, by=identity.account(request), now=timezone.now()
        )
        return Response(CutSerializer(mended, context={"request": request}).data)


class KeepCut(APIView):
    """The cut is right as it is: others are asked."""

    @extend_schema(
        operation_id="excerpts_keep_cut",
        request=None,
        responses={204: None, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, pk: int) -> Response:
        cuts.keep(excerpt=_excerpt(request, pk), by=identity.account(request), now=timezone.now())
        return Response(status=204)


class MendZone(APIView):
    """Draw a zone anew and cut all its excerpts by it; workers do it."""

    @extend_schema(
        operation_id="zones_mend",
        request=MendSerializer,
        responses={202: MendedSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, pk: int) -> Response:
        _known(request)
        shown = Zone.objects.drawn().filter(
            layout__campaign__in=campaign_views.visible(request).values("pk")
        )
        zone = get_object_or_404(shown.select_related("layout__campaign"), pk=pk)
        reviewable(request, zone.layout.campaign.slug)
        asked = MendSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        box = asked.validated_data["box"]
        number = cuts.mend_zone(
            zone=zone, box=box, by=identity.account(request), now=timezone.now()
        )
        return Response(MendedSerializer({"excerpts": number}).data, status=202)


def reviewable(request: Request, slug: str) -> Campaign:
    """A campaign whose reports and cuts whoever asks may decide.

    Raises:
        Http404, NotAuthenticated, PermissionDenied: not visible, or not theirs.
    """
    campaign = campaign_views.find(request, slug)
    _known(request)
    if not campaigns.may_review(campaign=campaign, user=identity.account(request)):
        raise PermissionDenied
    return campaign


def _known(request: Request) -> None:
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated


def _match(request: Request, pk: int) -> PageMatch:
    _known(request)
    shown = PageMatch.objects.filter(
        document__campaign__in=campaign_views.visible(request).values("pk")
    )
    match = get_object_or_404(shown.select_related("document__layout", "document__campaign"), pk=pk)
    reviewable(request, match.document.campaign.slug)
    return match


def _excerpt(request: Request, pk: int) -> Excerpt:
    _known(request)
    shown = Excerpt.objects.filter(campaign__in=campaign_views.visible(request).values("pk"))
    excerpt = get_object_or_404(shown.select_related("document", "campaign", "zone"), pk=pk)
    reviewable(request, excerpt.campaign.slug)
    return excerpt
