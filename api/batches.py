"""Batches: twenty micro-tasks at once, to be answered without a connection."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, identity
from api.described import CHANGE, IDENTITY, problems
from api.shapes.batches import BatchReplySerializer, BatchSerializer
from crowd.models import Batch
from crowd.models.users import Scope
from crowd.services import assignments, batches


class Batches(APIView):
    """Take some micro-tasks of a campaign along.

    Up to twenty, for four hours; you have one batch at a time: asked again, you get the open one,
    with what is still to be answered. Each is answered like any other assignment, late ones too.
    When there is nothing for you, `batch` is null and `nothing` says why.
    """

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="batches_take",
        request=None,
        responses={200: BatchReplySerializer, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign, now = campaigns.find(request, slug), timezone.now()
        contributor = identity.taking_part(request, now=now)
        batch = batches.take_along(contributor=contributor, campaign=campaign, now=now)
        why = None
        if batch is None:
            why = assignments.why_nothing_for(contributor=contributor, campaign=campaign)
        told = {"batch": batch, "reason": why}
        return Response(BatchReplySerializer(told, context={"request": request}).data)


class MyBatch(APIView):
    """Your open batch, with what is still to be answered."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="batches_mine",
        responses={200: BatchSerializer, **problems(*IDENTITY, "not_found")},
    )
    def get(self, request: Request) -> Response:
        return Response(BatchSerializer(_mine(request), context={"request": request}).data)

    @extend_schema(
        operation_id="batches_return",
        request=None,
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def delete(self, request: Request) -> Response:
        """Give back what is not answered; anyone may be given it."""
        batches.give_back(batch=_mine(request), now=timezone.now())
        return Response(status=204)


def _mine(request: Request) -> Batch:
    batch = batches.of_contributor(contributor=identity.known(request))
    if batch is None:
        raise Http404
    return batch
