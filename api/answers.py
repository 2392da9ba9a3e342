"""Answers come in, and the next micro-task goes out in the same reply."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import examples, identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.shapes.answers import AnswerRequestSerializer, ReceiptSerializer
from crowd.services import answers, assignments, turns
from crowd.services.answers import Outcome


class Answers(APIView):
    """Answer one of your assignments.

    `id` is yours to make. Sent again, after a lost reply or a double click, the same answer comes
    back with 200 and nothing is counted twice. 200 also says that it came late: it is kept, but
    was not needed any more. With `next`, the reply brings the next assignment along.
    """

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
        now = timezone.now()
        who = identity.known(request)
        held = assignments.to_answer(contributor=who, assignment_id=pk)
        asked = AnswerRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sent = asked.validated_data
        said = {
            "assignment": held,
            "answer_id": sent["id"],
            "values": sent["values"],
            "badly_cut": sent["badly_cut"],
            "now": now,
        }
        if sent["next"]:
            turn = turns.take(contributor=who, **said)
            receipt, claim = turn.receipt, turn.next
        else:
            receipt, claim = answers.submit(**said), None
        told = {"answer": receipt.answer, "outcome": receipt.outcome.value, "next": claim}
        return Response(
            ReceiptSerializer(told, context={"request": request}).data,
            status=201 if receipt.outcome is Outcome.ACCEPTED else 200,
        )

