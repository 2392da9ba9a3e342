"""Drafts: what is typed and not sent yet, kept for whichever device goes on with it."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.assignments import find
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal
from api.shapes.drafts import DraftSerializer, KeptDraftSerializer, TypedSerializer
from crowd.models.users import Scope
from crowd.services import drafts


class Drafts(APIView):
    """What one has typed of an assignment. Nobody else reads it, and it counts for nothing."""

    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="drafts_retrieve",
        responses={200: DraftSerializer, **problems(*IDENTITY, "not_found")},
    )
    def get(self, request: Request, pk: int) -> Response:
        """What was kept last."""
        draft = drafts.of_assignment(assignment=find(request, pk))
        if draft is None:
            raise Refusal("not_found")
        return Response(DraftSerializer(draft).data)

    @extend_schema(
        operation_id="drafts_update",
        request=TypedSerializer,
        responses={
            200: KeptDraftSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "not_now"),
        },
    )
    def put(self, request: Request, pk: int) -> Response:
        """Keep this instead: the newest wins, and what it replaced unseen is given back."""
        held = find(request, pk)
        asked = TypedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sent = asked.validated_data
        kept = drafts.save(
            assignment=held, fields=sent["typed"], seen=sent["seen"], now=timezone.now()
        )
        if kept is None:
            raise Refusal("not_now")
        return Response(KeptDraftSerializer(kept).data)

    @extend_schema(
        operation_id="drafts_destroy",
        request=None,
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Forget it. There is none: nothing happens."""
        drafts.discard(assignment=find(request, pk))
        return Response(status=204)
