"""Records by the thousand: a line each in, a result each out."""

from collections.abc import Iterator
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.views import APIView

from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.exports import AnyRenderer
from crowd import sentences
from crowd.rules.problems import Problem
from crowd.services import records

NDJSON = "application/x-ndjson"
AT_ONCE = 500  # lines that are sent together
BLOCK = 64 * 1024  # bytes that are read together


class Lines(BaseParser):
    """JSON Lines, read by the view as they come."""

    media_type = NDJSON

    def parse(self, stream: Any, *args: Any, **kwargs: Any) -> Any:
        return stream


def lines_of(request: HttpRequest) -> Iterator[bytes]:
    """The lines of a body, as they come, the last one without its end.

    Read in blocks: Granian's `readline` leaves the end of each line behind, and takes that for an
    empty line the next time, which would be the end of the body.
    """
    begun: list[bytes] = []
    while block := request.read(BLOCK):
        first, end, more = block.partition(b"\n")
        begun.append(first)
        if end:
            yield b"".join(begun)
            *lines, last = more.split(b"\n")
            yield from lines
            begun = [last]
    yield b"".join(begun)


class Records(APIView):
    """Load records into a campaign: one JSON object a line.

    The lines become the rows of one document, which is then split like any other. The reply says
    of each line whether it was taken, and last which document was made; a line that can't be read
    does not stop the others. Only for the campaign's team.
    """

    names_itself = True  # records by their digest
    parser_classes = (Lines,)
    renderer_classes = (AnyRenderer,)

    @extend_schema(
        operation_id="records_create",
        request={NDJSON: OpenApiTypes.STR},
        responses={
            (200, NDJSON): OpenApiTypes.STR,
            **problems(*IDENTITY, *CHANGE, *BODY, "permission_denied", "not_found"),
        },
    )
    def post(self, request: Request, slug: str) -> StreamingHttpResponse:
        campaign = editable(request, slug)
        if (request.content_type or "").split(";")[0].strip() != NDJSON:
            raise UnsupportedMediaType(request.content_type or "")
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.TAMIS_MAX_UPLOAD_BYTES:
            raise RequestDataTooBig
        now = timezone.now()
        name = f"records-{now:%Y-%m-%dT%H-%M-%S}.jsonl"
        taken = records.take(
            campaign=campaign, lines=lines_of(request._request), name=name, now=now
        )
        return StreamingHttpResponse(_told(taken), content_type=NDJSON)


def _told(taken: records.Taken) -> Iterator[bytes]:
    waiting: list[bytes] = []
    for number, problem in taken.lines:
        waiting.append(orjson.dumps({"line": number, "problem": _said(problem)}))
        if len(waiting) == AT_ONCE:
            yield b"\n".join(waiting) + b"\n"
            waiting = []
    document = taken.document.pk if taken.document else None
    refused = len(taken.problems)
    last = {"document": document, "taken": len(taken.numbers) - refused, "refused": refused}
    yield b"\n".join([*waiting, orjson.dumps(last)]) + b"\n"


def _said(problem: Problem | None) -> dict[str, str] | None:
    if problem is None:
        return None
    return {"code": problem.code, "detail": sentences.sentence(problem)}
