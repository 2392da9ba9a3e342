"""Documents come in, and show how far their splitting is."""

from datetime import datetime
from typing import Any, BinaryIO, cast

import django_filters
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

from api import campaigns as campaign_views
from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.filters import MOST, Filters
from api.parsers import PlainJson
from api.problems import Refusal, error
from api.shapes.choices import DOCUMENT_STATES
from api.shapes.deliveries import AddressesSerializer
from api.shapes.documents import (
    DocumentSerializer,
    ReceivedFilesSerializer,
    RemovedSerializer,
    UploadSerializer,
)
from api.sparse import FIELDS, Sparse
from crowd.models import Campaign, Delivery, Document
from crowd.rules.problems import Problem
from crowd.services import campaigns, changes, deliveries
from crowd.services import documents as verbs
from crowd.services.deliveries import Summary

REFUSED = ("permission_denied", "files_refused")


class DocumentFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=[(each, each) for each in DOCUMENT_STATES], help_text="How far its splitting is."
    )
    delivery = django_filters.NumberFilter(
        "delivery_id", min_value=1, max_value=MOST, help_text="What it came with."
    )


class Documents(Sparse, ListAPIView[Document]):
    """The documents of one campaign."""

    queryset = Document.objects.none()
    orderings = ("name", "byte_size", "received_at")
    serializer_class = shape = DocumentSerializer
    filterset_class = DocumentFilters
    parser_classes = (MultiPartParser, PlainJson)

    def get_queryset(self) -> QuerySet[Document]:
        campaign = campaign_views.find(self.request, self.kwargs["slug"])
        return campaign.documents.select_related("campaign")

    @extend_schema(
        operation_id="documents_list",
        parameters=[FIELDS],
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
            "Give a campaign documents: files (PDF, pictures, tables, texts, or archives, lists of "
            "addresses and IIIF manifests that hold such), or addresses to fetch. One broken file "
            "does not stop the others: each has its result. 201 says that at least one was taken; "
            "it is being read or split now. Only for the campaign's team."
        ),
        request={
            "multipart/form-data": UploadSerializer,
            "application/json": AddressesSerializer,
        },
        responses={
            201: ReceivedFilesSerializer,
            **problems(
                *IDENTITY, *CHANGE, *BODY, "permission_denied", "not_found", "files_refused"
            ),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = editable(request, slug)
        if isinstance(request.data, QueryDict):
            told = _take_files(campaign, request, timezone.now())
        else:
            told = _take_addresses(campaign, request, timezone.now())
        return created(ReceivedFilesSerializer(told).data, at=f"/campaigns/{slug}/documents")


class OneDocument(Sparse):
    """One document: how far its splitting is, or what is wrong with it."""

    shape = DocumentSerializer

    @extend_schema(
        parameters=[FIELDS],
        responses={200: DocumentSerializer, **problems("invalid_parameter", "not_found")},
    )
    def get(self, request: Request, pk: int) -> Response:
        shown = Document.objects.filter(campaign__in=campaign_views.visible(request))
        found = get_object_or_404(shown.select_related("campaign"), pk=pk)
        return Response(DocumentSerializer(found).data)

    @extend_schema(
        operation_id="documents_remove",
        responses={
            200: RemovedSerializer,
            **problems(*IDENTITY, *CHANGE, "permission_denied", "not_found", "invalid"),
        },
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Take it out of its campaign. Where people have answered, answers and excerpts stay."""
        shown = Document.objects.filter(campaign__in=campaign_views.visible(request))
        found = get_object_or_404(shown.select_related("campaign"), pk=pk)
        campaign, by = editable(request, found.campaign.slug), identity.account(request)
        kept = changes.written(
            verbs.remove,
            campaign=campaign,
            user=by,
            what="documents.removed",
            details={"name": found.name},
            now=timezone.now(),
            document=found,
        )
        return Response(RemovedSerializer(kept).data)


def editable(request: Request, slug: str) -> Campaign:
    """The campaign, before anything of the upload is read.

    Raises:
        NotAuthenticated, PermissionDenied: only its team may change it.
    """
    campaign = campaign_views.find(request, slug)
    if identity.account(request) is None and request.auth is None:
        raise NotAuthenticated
    if not campaigns.may_edit(campaign=campaign, user=identity.account(request)):
        raise PermissionDenied
    return campaign


def _take_files(campaign: Campaign, request: Request, now: datetime) -> dict[str, Any]:
    asked = UploadSerializer(data=_sent(request))
    asked.is_valid(raise_exception=True)
    files, source = asked.validated_data["file"], asked.validated_data["source_url"]
    together, name = None, str(files[0].name)
    brought = name if len(files) == 1 else f"{name} … ({len(files)})"
    _written(campaign, request, brought, now)
    if len(files) > 1:
        together = deliveries.begin(campaign=campaign, name=name, now=now, source_url=source)
    results = [
        _take(campaign, file, number, source_url=source, now=now, delivery=together)
        for number, file in enumerate(files)
    ]
    if all(result["problem"] for result in results):
        raise Refusal("files_refused", [result["problem"] for result in results])
    return {"delivery": _summary(together), "results": results}


def _take_addresses(campaign: Campaign, request: Request, now: datetime) -> dict[str, Any]:
    asked = AddressesSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    urls, iiif = asked.validated_data.get("urls"), asked.validated_data.get("iiif")
    try:
        if urls:
            made = deliveries.receive_urls(campaign=campaign, addresses=urls, now=now)
        else:
            made = deliveries.receive_iiif(campaign=campaign, address=iiif, now=now)
    except Problem as problem:
        raise Refusal("invalid", [error(problem, "urls" if urls else "iiif")]) from problem
    _written(campaign, request, made.name, now)
    return {"delivery": _summary(made), "results": []}


def _written(campaign: Campaign, request: Request, name: str, now: datetime) -> None:
    by, told = identity.account(request), {"name": name[-500:]}
    changes.record(campaign=campaign, user=by, what="documents.brought", details=told, now=now)


def _sent(request: Request) -> dict[str, Any]:
    fields = cast(QueryDict, request.data)
    sent = {"source_url": fields["source_url"]} if "source_url" in fields else {}
    return {"file": request.FILES.getlist("file"), **sent}


def _take(
    campaign: Campaign, file: "UploadedFile[Any]", number: int, **about: Any
) -> dict[str, Any]:
    """One entry of the answer: the document, the delivery, or the problem."""
    name, upload = file.name or str(number), cast(BinaryIO, file.file)
    told: dict[str, Any] = {"name": name, "document": None, "delivery": None, "problem": None}
    try:
        made = deliveries.take(campaign=campaign, upload=upload, name=name, **about)
    except Problem as problem:
        return {**told, "problem": error(problem, "file", number)}
    if isinstance(made, Document):
        return {**told, "document": made}
    return {**told, "delivery": _summary(made)}


def _summary(delivery: Delivery | None) -> Summary | None:
    return deliveries.summaries([delivery])[0] if delivery else None
