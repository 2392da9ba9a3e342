"""What a team does with one document: stop, go on, try again, split in another way, remove."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.problems import Refusal
from api.shapes.documents import DocumentSerializer, KeptSerializer, PlanSerializer
from crowd.models import Document
from crowd.rules.lifecycle import ForbiddenMove
from crowd.services import changes, documents

OURS = (*IDENTITY, *CHANGE, "permission_denied", "not_found", "not_now")


class StopDocument(APIView):
    """Split no further: what is there stays, and can be played."""

    @extend_schema(request=None, responses={200: DocumentSerializer, **problems(*OURS)})
    def post(self, request: Request, pk: int) -> Response:
        return _moved(documents.stop, request, pk)


class ResumeDocument(APIView):
    """Go on splitting where it was stopped."""

    @extend_schema(request=None, responses={200: DocumentSerializer, **problems(*OURS)})
    def post(self, request: Request, pk: int) -> Response:
        return _moved(documents.resume, request, pk)


class RetryDocument(APIView):
    """Try again what failed: the whole document, or the parts that were left out of it."""

    @extend_schema(request=None, responses={200: DocumentSerializer, **problems(*OURS)})
    def post(self, request: Request, pk: int) -> Response:
        return _moved(documents.retry, request, pk)


class Splitting(APIView):
    """Split a document in another way; what people have answered stays."""

    @extend_schema(
        operation_id="documents_split",
        request=PlanSerializer,
        responses={200: KeptSerializer, **problems(*OURS, *BODY)},
    )
    def put(self, request: Request, pk: int) -> Response:
        document = found(request, pk)
        asked = PlanSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        plan = documents.parse(document=document, described=asked.validated_data)
        try:
            kept = changes.written(
                documents.resplit,
                campaign=document.campaign,
                user=identity.account(request),
                what="documents.cut_otherwise",
                details={"name": document.name},
                now=timezone.now(),
                document=document,
                plan=plan,
            )
        except ForbiddenMove as refused:
            raise Refusal("not_now") from refused
        return Response(KeptSerializer(kept).data)


def found(request: Request, pk: int) -> Document:
    """A document that whoever asks may change.

    Raises:
        Http404, NotAuthenticated, PermissionDenied: not visible, or not theirs.
    """
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated
    shown = Document.objects.filter(campaign__in=campaign_views.visible(request))
    document = get_object_or_404(shown.select_related("campaign"), pk=pk)
    editable(request, document.campaign.slug)
    return document


def _moved(verb: Callable[..., Any], request: Request, pk: int) -> Response:
    document = found(request, pk)
    try:
        changes.written(
            verb,
            campaign=document.campaign,
            user=identity.account(request),
            what=f"documents.{verb.__name__}",
            details={"name": document.name},
            now=timezone.now(),
            document=document,
        )
    except ForbiddenMove as refused:
        raise Refusal("not_now") from refused
    return Response(DocumentSerializer(document).data)
