"""Excerpts: where they come from, what is asked about them, what is concluded so far."""

import django_filters
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from api import campaigns
from api.described import problems
from api.filters import MOST, Filters
from api.shapes.choices import EXCERPT_KINDS
from api.shapes.excerpts import ExcerptSerializer
from api.shapes.verdicts import ExcerptInFullSerializer
from api.sparse import FIELDS, Sparse
from crowd.models import Excerpt, MicroTask, Verdict
from crowd.rules.lifecycle import MicroTaskState


class ExcerptFilters(Filters):
    document = django_filters.NumberFilter(
        "document_id", min_value=1, max_value=MOST, help_text="Of this document."
    )
    kind = django_filters.ChoiceFilter(
        choices=[(each, each) for each in EXCERPT_KINDS], help_text="What it is a part of."
    )
    page = django_filters.NumberFilter(
        "page", min_value=1, max_value=MOST, help_text="Of this page of its document, from 1."
    )


class Excerpts(Sparse, ListAPIView[Excerpt]):
    """The excerpts of one campaign, but for withdrawn ones."""

    queryset = Excerpt.objects.none()
    serializer_class = shape = ExcerptSerializer
    filterset_class = ExcerptFilters
    orderings = ("position",)

    def get_queryset(self) -> QuerySet[Excerpt]:
        campaign = campaigns.find(self.request, self.kwargs["slug"])
        return campaign.excerpts.filter(hidden_at=None).select_related("document")

    @extend_schema(
        operation_id="excerpts_list",
        parameters=[FIELDS],
        responses={200: ExcerptSerializer(many=True), **problems("invalid_parameter", "not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class OneExcerpt(Sparse):
    """One excerpt with its micro-tasks, and their verdicts once settled. Never an answer."""

    shape = ExcerptInFullSerializer

    @extend_schema(
        parameters=[FIELDS],
        responses={200: ExcerptInFullSerializer, **problems("invalid_parameter", "not_found")},
    )
    def get(self, request: Request, pk: int) -> Response:
        found = get_object_or_404(_shown(request), pk=pk)
        return Response(ExcerptInFullSerializer(found, context={"request": request}).data)


def _shown(request: Request) -> QuerySet[Excerpt]:
    verdicts = Verdict.objects.public().select_related("microtask__step")
    microtasks = (
        MicroTask.objects.exclude(state=MicroTaskState.WITHDRAWN.value)
        .select_related("step")
        .prefetch_related(Prefetch("verdicts", verdicts, to_attr="public_verdicts"))
        .order_by("step__position", "about")
    )
    return (
        Excerpt.objects.filter(hidden_at=None, campaign__in=campaigns.visible(request))
        .select_related("document", "campaign")
        .prefetch_related(Prefetch("microtasks", microtasks, to_attr="shown_microtasks"))
    )
