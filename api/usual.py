"""The usual turn: a guest's answer comes in, the next micro-task goes out, past everything that
Django REST framework would do for a request of any other kind.

A request around the request, negotiation, authentication, permissions and a response that is
rendered later cost as much as taking the answer does (docs/performance.md). Whatever is not usual
(other media types, a query, a key, cookies alone, what does not fit, a limit that is reached) is
left to the view, as if nobody had looked.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import RequestDataTooBig
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.utils.json import strict_constant

from api import authentication, created, limits
from api.renderers import QuickNegotiation
from api.shapes.answers import AnswerRequestSerializer, ReceiptSerializer
from api.shapes.light import checked, shown
from api.storable import Unreadable, check_body
from crowd.services import turns
from crowd.services.answers import InvalidAnswer
from crowd.services.turns import Turn

_decoder = json.JSONDecoder(parse_constant=strict_constant)  # as Django REST framework reads it
JSON = "application/json"
ALLOWED = "POST, OPTIONS"


def turn(request: HttpRequest, assignment_id: int) -> HttpResponse | None:
    """The reply to the usual turn; None: the view is to answer, and to say what is wrong."""
    public_id = authentication.guest_named_in(request) if _is_plain(request) else None
    if public_id is None or not limits.may_ask(request):
        return None
    sent = _sent(request)
    taken = _taken(public_id, assignment_id, sent) if sent and sent["next"] else None
    return _told(request, taken) if taken else None


def said(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What `turns` and `answers` take of a checked request, at this moment."""
    return {
        "answer_id": sent["id"],
        "values": sent["values"],
        "badly_cut": sent["badly_cut"],
        "now": timezone.now(),
    }


def _is_plain(request: HttpRequest) -> bool:
    meta = request.META
    return (
        request.method == "POST"
        and meta.get("CONTENT_TYPE") == JSON
        and meta.get("HTTP_ACCEPT") in QuickNegotiation.ANYTHING
        and not meta.get("QUERY_STRING")
    )


def _sent(request: HttpRequest) -> dict[str, Any] | None:
    try:
        data = _decoder.decode(request.body.decode())
        check_body(data)
    except (ValueError, RecursionError, OSError, RequestDataTooBig, Unreadable):
        return None  # no JSON of ours, or cut short on its way
    return checked(AnswerRequestSerializer, data)


def _taken(public_id: UUID, assignment_id: int, sent: Mapping[str, Any]) -> Turn | None:
    try:
        return turns.take_recent(public_id=public_id, assignment_id=assignment_id, **said(sent))
    except (InvalidAnswer, Error):
        return None  # sent once more by the view, the same answer is recognised


def _told(request: HttpRequest, taken: Turn) -> HttpResponse:
    receipt = taken.receipt
    told = {"answer": receipt.answer, "outcome": receipt.outcome.value, "next": taken.next}
    content = orjson.dumps(shown(ReceiptSerializer, told, request=request))
    at = f"/assignments/{receipt.answer.assignment_id}"
    return created.written(content, at=at, allowed=ALLOWED)
