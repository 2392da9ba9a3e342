"""Corrections: what one has said may be said otherwise, until others have settled it."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.assignments import find
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal
from api.shapes.answers import CorrectionRequestSerializer, CorrectionSerializer
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import corrections
from crowd.services.answers import Outcome


class Corrections(APIView):
    """Put another answer in the place of the one this assignment was answered with.

    The one before is kept and does not count any more. `id` is yours to make: sent again, the same
    correction comes back with 200 and nothing changes. Until the micro-task is settled; after that
    the answer stays as it was.
    """

    names_itself = True  # a correction by its UUID
    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="corrections_create",
        request=CorrectionRequestSerializer,
        responses={
            201: CorrectionSerializer,
            200: CorrectionSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "invalid_answer"),
            **problems("answer_settled"),
        },
    )
    def post(self, request: Request, pk: int) -> Response:
        held = find(request, pk)
        asked = CorrectionRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sent = asked.validated_data
        try:
            receipt = corrections.correct(
                assignment=held,
                answer_id=sent["id"],
                values=sent["values"],
                badly_cut=sent["badly_cut"],
                now=timezone.now(),
            )
        except Problem as problem:
            known = problem.code != "answer_missing_here"
            raise Refusal("answer_settled" if known else "not_found") from problem
        told = CorrectionSerializer({"answer": receipt.answer, "outcome": receipt.outcome.value})
        if receipt.outcome is Outcome.REPEATED:
            return Response(told.data)
        return created(told.data, at=f"/assignments/{pk}")
