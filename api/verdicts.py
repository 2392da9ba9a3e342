"""Verdicts: what is concluded, how sure, and on what proof."""

import django_filters
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from api import campaigns
from api.described import problems
from api.filters import Filters
from api.shapes.verdicts import VerdictInFullSerializer, VerdictSerializer
from api.sparse import FIELDS, Sparse
from crowd.models import Verdict, VerdictAnswer
from crowd.models.verdicts import OUTCOMES


class VerdictFilters(Filters):
    step = django_filters.CharFilter("step__key", help_text="Key of a step.")
    min_confidence = django_filters.NumberFilter(
        "confidence", "gte", min_value=0, max_value=1, help_text="At least this sure, 0 to 1."
    )
    outcome = django_filters.ChoiceFilter(choices=OUTCOMES, help_text="How it ended.")
    since = django_filters.IsoDateTimeFilter(
        "made_at", "gte", help_text="Made at this moment or later (ISO 8601)."
    )


class Verdicts(Sparse, ListAPIView[Verdict]):
    """The current verdicts of one campaign, in the order they were made."""

    queryset = Verdict.objects.none()
    orderings = ("confidence", "made_at")
    serializer_class = shape = VerdictSerializer
    filterset_class = VerdictFilters

    def get_queryset(self) -> QuerySet[Verdict]:
        campaign = campaigns.find(self.request, self.kwargs["slug"])
        of_campaign = Verdict.objects.public().filter(microtask__campaign=campaign)
        return of_campaign.select_related("microtask__step")

    @extend_schema(
        operation_id="verdicts_list",
        parameters=[FIELDS],
        responses={200: VerdictSerializer(many=True), **problems("invalid_parameter", "not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class OneVerdict(Sparse):
    """One verdict with its proof: every answer it stands on, without a name.

    A revision keeps its address after another has replaced it; while its micro-task is open again
    there is nothing to see.
    """

    shape = VerdictInFullSerializer

    @extend_schema(
        parameters=[FIELDS],
        responses={200: VerdictInFullSerializer, **problems("invalid_parameter", "not_found")},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(VerdictInFullSerializer(get_object_or_404(_shown(), pk=pk)).data)


def _shown() -> QuerySet[Verdict]:
    # Sorted by the clients' random ids: the order tells nothing of who answered when.
    proof = VerdictAnswer.objects.select_related("answer").order_by("answer_id")
    return (
        Verdict.objects.shown()
        .select_related("microtask__step", "microtask__campaign")
        .prefetch_related(
            Prefetch("proof", proof),
            Prefetch("microtask__verdicts", Verdict.objects.order_by("revision")),
        )
    )
