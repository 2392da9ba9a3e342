"""For a campaign's team: changes after launch, to policies, questions and words, weighed first."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.shapes.amendments import (
    AmendmentSerializer,
    PolicyRequestSerializer,
    QuestionRequestSerializer,
    StepRequestSerializer,
)
from crowd.models import Amendment, Question, Step
from crowd.services import amendments

OURS = (*IDENTITY, "permission_denied", "not_found")


class Amendments(APIView):
    """Weigh another policy: what would it settle, open again and cost? Nothing changes yet."""

    @extend_schema(
        operation_id="amendments_list",
        responses={200: AmendmentSerializer(many=True), **problems(*OURS)},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = amendments.of_campaign(editable(request, slug))[:100]
        return Response(AmendmentSerializer(found, many=True).data)

    @extend_schema(
        operation_id="amendments_create",
        request=PolicyRequestSerializer,
        responses={202: AmendmentSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = editable(request, slug)
        asked = PolicyRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        policy = dict(asked.validated_data)
        step = get_object_or_404(Step, campaign=campaign, key=policy.pop("step"))
        by, now = identity.account(request), timezone.now()
        made = amendments.propose_policy(step=step, policy=policy, by=by, now=now)
        return Response(AmendmentSerializer(made).data, status=202)


class QuestionAmendments(APIView):
    """Weigh a correction of a question: which answers would it set aside? Nothing changes yet.

    Other words, with the same answers to choose from, keep every answer. Options that only go set
    aside the answers that chose them; all else asks everyone anew.
    """

    @extend_schema(
        operation_id="question_amendments_create",
        request=QuestionRequestSerializer,
        responses={202: AmendmentSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = editable(request, slug)
        asked = QuestionRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = dict(asked.validated_data)
        step = get_object_or_404(Step, campaign=campaign, key=changed.pop("step"))
        question = get_object_or_404(Question, step=step, key=changed.pop("question"))
        means_else = changed.pop("means_else")
        made = amendments.propose_question(
            question=question,
            changed=changed,
            means_else=means_else,
            by=identity.account(request),
            now=timezone.now(),
        )
        return Response(AmendmentSerializer(made).data, status=202)


class StepAmendments(APIView):
    """Weigh a correction of a step's title, instructions or example. Nothing changes yet.

    Every answer stays, unless you say that the earlier words led people astray.
    """

    @extend_schema(
        operation_id="step_amendments_create",
        request=StepRequestSerializer,
        responses={202: AmendmentSerializer, **problems(*OURS, *CHANGE, *BODY)},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = editable(request, slug)
        asked = StepRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = dict(asked.validated_data)
        step = get_object_or_404(Step, campaign=campaign, key=changed.pop("step"))
        means_else = changed.pop("means_else")
        by, now = identity.account(request), timezone.now()
        made = amendments.propose_step(
            step=step, changed=changed, means_else=means_else, by=by, now=now
        )
        return Response(AmendmentSerializer(made).data, status=202)


class OneAmendment(APIView):
    """One change after launch: what it comes to. POST applies it, DELETE drops it."""

    @extend_schema(
        operation_id="amendments_retrieve",
        responses={200: AmendmentSerializer, **problems(*OURS)},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(AmendmentSerializer(_amendment(request, pk)).data)

    @extend_schema(
        operation_id="amendments_apply",
        request=None,
        responses={202: AmendmentSerializer, **problems(*OURS, *CHANGE, "invalid")},
    )
    def post(self, request: Request, pk: int) -> Response:
        found, by = _amendment(request, pk), identity.account(request)
        applied = amendments.apply(amendment=found, by=by, now=timezone.now())
        return Response(AmendmentSerializer(applied).data, status=202)

    @extend_schema(
        operation_id="amendments_drop",
        request=None,
        responses={204: None, **problems(*OURS, *CHANGE)},
    )
    def delete(self, request: Request, pk: int) -> Response:
        amendments.drop(amendment=_amendment(request, pk))
        return Response(status=204)


def _amendment(request: Request, pk: int) -> Amendment:
    found = get_object_or_404(Amendment.objects.select_related("campaign", "step"), pk=pk)
    editable(request, found.campaign.slug)
    return found
