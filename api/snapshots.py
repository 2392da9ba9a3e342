"""Snapshots: the open data of one moment, in every format, under an address that stays."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, identity
from api.described import CHANGE, IDENTITY, problems
from api.documents import editable
from api.exports import AnyRenderer
from api.pagination import NewestFirst
from api.problems import Refusal
from api.shapes.exports import SnapshotSerializer
from crowd.models import Campaign, Snapshot, SnapshotFile
from crowd.services import campaigns as teams
from crowd.services import exports, snapshot_files, snapshots

OURS = (*IDENTITY, "permission_denied", "not_found")


def found(request: Request, campaign: Campaign) -> QuerySet[Snapshot]:
    """Those that are ready; for the campaign's team those on their way, too."""
    user = identity.account(request)
    every = campaign.snapshots.prefetch_related("files").select_related("campaign")
    if user is not None and teams.may_look(campaign=campaign, user=user):
        return every
    return every.filter(state="ready")


class Snapshots(ListAPIView[Snapshot]):
    """The snapshots of a campaign, the newest first. Its team may ask for one."""

    queryset = Snapshot.objects.none()
    serializer_class = SnapshotSerializer
    pagination_class = NewestFirst
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Snapshot]:
        return found(self.request, campaigns.find(self.request, self.kwargs["slug"]))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "slug": self.kwargs.get("slug")}

    @extend_schema(
        operation_id="snapshots_list",
        responses={
            200: SnapshotSerializer(many=True),
            **problems("invalid_parameter", "not_found"),
        },
    )
    def get(self, request: Request, slug: str) -> Response:
        return self.list(request)

    @extend_schema(
        operation_id="snapshots_ask",
        request=None,
        responses={202: SnapshotSerializer, **problems(*OURS, *CHANGE)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Have one made now; asked again meanwhile, the same is answered."""
        campaign = editable(request, slug)
        made = snapshots.ask(campaign=campaign, user=identity.account(request), now=timezone.now())
        return Response(_shape(made, request), status=202)


class OneSnapshot(APIView):
    """One snapshot: what is in it, and its files with their digests."""

    @extend_schema(responses={200: SnapshotSerializer, **problems("not_found")})
    def get(self, request: Request, slug: str, key: str) -> Response:
        campaign = campaigns.find(request, slug)
        snapshot = get_object_or_404(found(request, campaign), key=key)
        return Response(_shape(snapshot, request))

    @extend_schema(responses={204: None, **problems(*OURS, *CHANGE)})
    def delete(self, request: Request, slug: str, key: str) -> Response:
        """Let go of one that the team asked for, or of a nightly one. Only for its team."""
        campaign = editable(request, slug)
        snapshot_files.remove(snapshot=get_object_or_404(campaign.snapshots, key=key))
        return Response(status=204)


class SnapshotFileView(APIView):
    """One file of a snapshot. It never changes, but for what is withdrawn from it.

    While it holds something that must not be public any more: 410, until it has been written anew,
    with a tombstone and another digest. The entity tag is the SHA-256.
    """

    renderer_classes = (AnyRenderer,)
    http_method_names = ("get", "head")

    @extend_schema(
        operation_id="snapshot_file",
        parameters=[
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="ETag.")
        ],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            304: None,
            **problems("not_found", "withdrawn"),
        },
    )
    def get(self, request: Request, slug: str, key: str, name: str) -> HttpResponseBase:
        campaign = campaigns.find(request, slug)
        file = get_object_or_404(
            SnapshotFile.objects.select_related("snapshot"),
            snapshot__campaign=campaign,
            snapshot__key=key,
            snapshot__state="ready",
            format=name,
        )
        if snapshots.is_withdrawn(file.snapshot):
            raise Refusal("withdrawn")
        tag = f'"{file.sha256}"'
        unchanged = get_conditional_response(request._request, etag=tag)
        return unchanged or _sent(campaign, file, tag)


def _sent(campaign: Campaign, file: SnapshotFile, tag: str) -> HttpResponseBase:
    try:
        stored = default_storage.open(str(file.file.name))
    except FileNotFoundError:
        raise Http404 from None  # written anew this very moment
    known = exports.FORMATS.get(file.format)
    ending, media_type = (
        (known.ending, known.media_type) if known else (f"{file.format}.zip", "application/zip")
    )
    reply = FileResponse(
        stored,
        as_attachment=True,
        filename=f"{campaign.slug}-{file.snapshot.key}.{ending}",
        content_type=media_type,
    )
    reply.headers["ETag"] = tag
    # Kept by browsers and proxies, and asked for anew each time: a withdrawal holds at once.
    reply.headers["Cache-Control"] = "no-cache"
    return reply


def _shape(snapshot: Snapshot, request: Request) -> Any:
    context = {"request": request, "slug": snapshot.campaign.slug}
    return SnapshotSerializer(snapshot, context=context).data
