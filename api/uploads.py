"""Files given as answers: sent first, then named by the answer."""

from typing import cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import assignments, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.targets import SendingSerializer, UploadedSerializer
from crowd.models import Upload
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import uploads


class Uploads(APIView):
    """Send one file (a photo, or a PDF) for an upload question of an assignment of yours.

    Sent again with the same id, it is the same file. It is drawn anew without metadata, and seen by
    nobody but you, those who check it, and the team, until its check publishes it.
    """

    names_itself = True  # a file by its UUID
    scope = Scope.CONTRIBUTE
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="uploads_create",
        request={"multipart/form-data": SendingSerializer},
        responses={
            201: UploadedSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found", "files_refused"),
        },
    )
    def post(self, request: Request) -> Response:
        identity.known(request)
        asked = SendingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        sent = asked.validated_data
        held = assignments.find(request, sent["assignment"])
        try:
            made = uploads.take(
                assignment=held,
                question=sent["question"],
                upload_id=sent["id"],
                file=sent["file"].file,
                now=timezone.now(),
            )
        except Problem as problem:
            raise Refusal("files_refused", [error(problem, "file")]) from problem
        told = UploadedSerializer(made, context={"request": request}).data
        return created(told, at=f"/uploads/{made.pk}")


class OneUpload(APIView):
    """One file you may see: yours, published, or lent to you to check."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(responses={200: UploadedSerializer, **problems("not_found")})
    def get(self, request: Request, pk: UUID) -> Response:
        made = _seen(request, pk)
        return Response(UploadedSerializer(made, context={"request": request}).data)

    @extend_schema(
        operation_id="uploads_delete",
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found", "not_now")},
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take a file back before an answer names it."""
        contributor = identity.known(request)
        mine = get_object_or_404(Upload, pk=pk, contributor=contributor)
        if not uploads.discard(upload=mine):
            raise Refusal("not_now")
        return Response(status=204)


class UploadPage(APIView):
    """The largest picture of one page of a file you may see."""

    @extend_schema(
        responses={(200, "image/webp"): OpenApiTypes.BINARY, **problems("not_found")},
    )
    def get(self, request: Request, pk: UUID, page: int) -> HttpResponseBase:
        made = _seen(request, pk)
        if not 1 <= page <= len(made.pages):
            raise Http404
        width = max(made.pages[page - 1]["widths"])
        try:
            stored = default_storage.open(f"{made.key(page)}/{width}.webp")
        except FileNotFoundError:
            raise Http404 from None
        name = f"proof-{str(made.pk)[:8]}-{page}.webp"
        response = FileResponse(
            stored, content_type="image/webp", as_attachment=True, filename=name
        )
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return cast(HttpResponseBase, response)


def _seen(request: Request, pk: UUID) -> Upload:
    sent = Upload.objects.select_related("microtask__campaign", "microtask__step")
    upload = get_object_or_404(sent, pk=pk)
    who = identity.contributor(request)
    if not uploads.may_see(upload=upload, contributor=who, user=identity.account(request)):
        raise Http404
    return upload
