"""Documents come in, and show how far their splitting is."""

from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns as campaign_views
from api import identity
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.documents import DocumentSerializer, ReceivedFilesSerializer, UploadSerializer
from crowd.models import Campaign, Document
from crowd.rules.problems import Problem
from crowd.services import campaigns, intake

REFUSED = ("permission_denied", "files_refused")


class Documents(ListAPIView[Document]):
    """The documents of one campaign."""

    queryset = Document.objects.none()
    serializer_class = DocumentSerializer
    parser_classes = (MultiPartParser,)
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Document]:
        campaign = campaign_views.find(self.request, self.kwargs["slug"])
        return campaign.documents.select_related("campaign")

    @extend_schema(
        operation_id="documents_list",
        responses={
            200: DocumentSerializer(many=True),
            **problems("invalid_parameter", "not_found"),
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="documents_create",
        description=(
            "Give a campaign PDF or CSV files. One broken file does not stop the others: each has "
            "its result. 201 says that at least one was taken; it is being split now. Only for "
            "the campaign's team."
        ),
        request={"multipart/form-data": UploadSerializer},
        responses={
            201: ReceivedFilesSerializer,
            **problems(
                *IDENTITY, *CHANGE, *BODY, "permission_denied", "not_found", "files_refused"
            ),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = _editable(request, slug)
        asked = UploadSerializer(data=_sent(request))
        asked.is_valid(raise_exception=True)
        results = [
            _receive(campaign, file, number, asked.validated_data["source_url"], timezone.now())
            for number, file in enumerate(asked.validated_data["file"])
        ]
        if not any(result["document"] for result in results):
            raise Refusal("files_refused", [result["problem"] for result in results])
        return Response(ReceivedFilesSerializer({"results": results}).data, status=201)


class OneDocument(APIView):
    """One document: how far its splitting is, or what is wrong with it."""

    @extend_schema(responses={200: DocumentSerializer, **problems("not_found")})
    def get(self, request: Request, pk: int) -> Response:
        shown = Document.objects.filter(campaign__in=campaign_views.visible(request))
        found = get_object_or_404(shown.select_related("campaign"), pk=pk)
        return Response(DocumentSerializer(found).data)


def _editable(request: Request, slug: str) -> Campaign:
    """The campaign, before anything of the upload is read."""
    campaign = campaign_views.find(request, slug)
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated
    if not campaigns.may_edit(campaign=campaign, user=identity.account(request)):
        raise PermissionDenied
    return campaign


def _sent(request: Request) -> dict[str, Any]:
    fields = cast(QueryDict, request.data)
    sent = {"source_url": fields["source_url"]} if "source_url" in fields else {}
    return {"file": request.FILES.getlist("file"), **sent}


def _receive(
    campaign: Campaign, file: "UploadedFile[Any]", number: int, source_url: str, now: datetime
) -> dict[str, Any]:
    """One entry of the answer: the document, or the problem."""
    name, content = file.name or str(number), cast(BinaryIO, file.file)
    try:
        document = intake.receive(
            campaign=campaign, upload=content, name=name, now=now, source_url=source_url
        )
    except Problem as problem:
        return {"name": name, "document": None, "problem": error(problem, "file", number)}
    return {"name": name, "document": document, "problem": None}
