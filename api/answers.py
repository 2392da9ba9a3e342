"""Answers come in, and the next micro-task goes out in the same reply."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import authentication, examples, identity, usual
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.permissions import within_reach
from api.shapes.answers import AnswerRequestSerializer, ReceiptSerializer
from api.shapes.light import shown
from crowd.models import Assignment, Contributor
from crowd.models.users import Scope
from crowd.services import answers, assignments, turns
from crowd.services.answers import Outcome, Receipt
from crowd.services.assignments import Claim


class Answers(APIView):
    """Answer one of your assignments.

    `id` is yours to make. Sent again, after a lost reply or a double click, the same answer comes
    back with 200 and nothing is counted twice. 200 also says that it came late: it is kept, but
    was not needed any more. With `next`, the reply brings the next assignment along.
    """

    names_itself = True  # an answer by its UUID
    scope = Scope.CONTRIBUTE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The usual turn goes a shorter way."""
        told = usual.turn(request, kwargs["pk"])
        return told or super().dispatch(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Who asks is looked up together with what they answer."""

    @extend_schema(
        operation_id="answers_create",
        request=AnswerRequestSerializer,
        responses={
            201: ReceiptSerializer,
            200: ReceiptSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "invalid_answer"),
        },
        examples=[examples.ANSWER, examples.CANT_TELL, examples.ACCEPTED, examples.INVALID],
    )
    def post(self, request: Request, pk: int) -> Response:
        who, held = _who_and_what(request, pk)
        asked = AnswerRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = usual.said(asked.validated_data)
        if asked.validated_data["next"]:
            turn = turns.take(contributor=who, assignment=held, **said)
            return _told(request, turn.receipt, turn.next)
        return _told(request, answers.submit(assignment=held, **said), None)


def _told(request: Request, receipt: Receipt, claim: Claim | None) -> Response:
    told = {"answer": receipt.answer, "outcome": receipt.outcome.value, "next": claim}
    data = shown(ReceiptSerializer, told, request=request)
    if receipt.outcome is not Outcome.ACCEPTED:
        return Response(data)
    return created(data, at=f"/assignments/{receipt.answer.assignment_id}")


def _who_and_what(request: Request, pk: int) -> tuple[Contributor, Assignment]:
    """Who asks, and the assignment of theirs that they mean.

    Raises:
        NotAuthenticated, Assignment.DoesNotExist: nobody we know; unknown, or someone else's.
    """
    public_id = authentication.guest_named_in(request)
    if public_id is not None:
        found = assignments.to_answer_as_guest(public_id=public_id, assignment_id=pk)
        if found is not None:
            return found
    who = identity.known(request)
    held = assignments.to_answer(contributor=who, assignment_id=pk)
    within_reach(request, campaign_id=held.microtask.campaign_id)
    return who, held
