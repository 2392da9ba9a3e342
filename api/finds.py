"""Finds: excerpts that volunteers show to others, and words that should not stand anywhere."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.finds import (
    ComplainingSerializer,
    ComplaintSerializer,
    FindSerializer,
    MarkedSerializer,
    MarkingSerializer,
)
from crowd.models import Excerpt, Find
from crowd.models.complaints import About
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import complaints, finds


class Finds(ListAPIView[Find]):
    """The finds that a campaign shows, oldest first."""

    queryset = Find.objects.none()
    serializer_class = FindSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Find]:
        campaign = campaign_views.find(self.request, self.kwargs["slug"])
        return finds.shown(campaign=campaign).order_by("pk")

    @extend_schema(
        operation_id="finds_list",
        responses={200: FindSerializer(many=True), **problems("invalid_parameter", "not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class MarkFind(APIView):
    """“Look at this!”: the campaign's team looks first. Said again, the sentence is replaced."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="excerpts_find",
        request=MarkingSerializer,
        responses={201: MarkedSerializer, **problems(*IDENTITY, *CHANGE, *BODY, "not_found")},
    )
    def post(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        shown = Excerpt.objects.filter(
            campaign__in=campaign_views.visible(request).values("pk"), hidden_at=None
        )
        excerpt = get_object_or_404(shown.exclude(campaign__state="draft"), pk=pk)
        asked = MarkingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sentence = asked.validated_data["sentence"]
        try:
            made = finds.mark(excerpt=excerpt, contributor=contributor, sentence=sentence, now=now)
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "sentence")]) from problem
        return created(MarkedSerializer(made).data, at=f"/contributors/me/finds/{made.pk}")


class Complaints(APIView):
    """Report words: a pseudonym or a team by its name, a find or a comment by its number."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="complaints_create",
        request=ComplainingSerializer,
        responses={201: ComplaintSerializer, **problems(*IDENTITY, *CHANGE, *BODY, "not_found")},
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        contributor = identity.taking_part(request, now=now)
        asked = ComplainingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        campaign = campaign_views.find(request, said["campaign"]) if said["campaign"] else None
        subject = complaints.found(
            about=About(said["about"]), name=said["which"].strip(), campaign=campaign
        )
        if subject is None:
            raise Http404
        try:
            made = complaints.complain(
                subject=subject,
                contributor=contributor,
                campaign=campaign,
                note=said["note"],
                now=now,
            )
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "")]) from problem
        return created(ComplaintSerializer(made).data, at="/complaints")
