"""Objections: whoever was not confirmed says so; the campaign's team decides."""

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
from api.problems import Refusal, error
from api.shapes.objections import (
    DecidingSerializer,
    MyObjectionSerializer,
    ObjectingSerializer,
    ObjectionSerializer,
)
from crowd.models import Objection, Verdict
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import objections

OURS = (*IDENTITY, "permission_denied", "not_found")


class ObjectToVerdict(APIView):
    """Object to a verdict that says something else than you: one more person is asked."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="verdicts_object",
        request=ObjectingSerializer,
        responses={
            201: MyObjectionSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found"),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        contributor = identity.known(request)
        verdict = get_object_or_404(Verdict.objects.public(), pk=pk)
        asked = ObjectingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            made = objections.object_to(
                verdict=verdict,
                contributor=contributor,
                reason=asked.validated_data["reason"],
                now=timezone.now(),
            )
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "")]) from problem
        except Verdict.DoesNotExist:
            raise Http404 from None
        return created(MyObjectionSerializer(made).data, at=f"/verdicts/{pk}")


class Objections(ListAPIView[Objection]):
    """The objections that wait for the team, oldest first."""

    queryset = Objection.objects.none()
    serializer_class = ObjectionSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Objection]:
        return objections.waiting(campaign=reviewable(self.request, self.kwargs["slug"]))

    @extend_schema(
        operation_id="objections_list",
        responses={200: ObjectionSerializer(many=True), **problems("invalid_parameter", *OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)


class OneObjection(APIView):
    """Decide one objection. What the verdict is to be, a review says (`microtasks/…/review`)."""

    @extend_schema(
        operation_id="objections_decide",
        request=DecidingSerializer,
        responses={200: ObjectionSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def patch(self, request: Request, pk: int) -> Response:
        if identity.account(request) is None and request.auth is None:
            raise NotAuthenticated
        shown = Objection.objects.filter(
            verdict__microtask__campaign__in=campaign_views.visible(request).values("pk")
        )
        objection = get_object_or_404(shown.select_related("verdict__microtask__campaign"), pk=pk)
        reviewable(request, objection.verdict.microtask.campaign.slug)
        asked = DecidingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        objections.decide(
            objection=objection,
            granted=asked.validated_data["granted"],
            by=identity.account(request),
            now=timezone.now(),
        )
        objection.refresh_from_db()
        return Response(ObjectionSerializer(objection).data)
