"""Errors as RFC 9457 problem documents: what is wrong, where, and what to do about it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core import exceptions as django
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, RawPostDataException, UnreadablePostError
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import exceptions as drf
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback

from api import pointers
from api.authentication import CHALLENGE
from api.kinds import KINDS
from api.permissions import ScopeMissing
from api.pointers import Error
from api.storable import Unreadable
from crowd import sentences
from crowd.rules.problems import Problem
from crowd.services.answers import InvalidAnswer
from crowd.services.setup_files import InvalidSetup
from crowd.services.step_descriptions import InvalidStep

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
HEADERS: Mapping[int, dict[str, str]] = {
    401: {"WWW-Authenticate": CHALLENGE},
    503: {"Retry-After": str(RETRY_SECONDS)},
}
WAITS = {"still_working": 1, "too_many_kept": 3600}  # seconds
TOO_LARGE = (django.RequestDataTooBig, django.TooManyFieldsSent, django.TooManyFilesSent)


class Refusal(Exception):
    """What a view answers instead of a result.

    Attributes:
        code: one of `kinds.KINDS`.
        errors: the single things that are wrong.
    """

    def __init__(self, code: str, errors: Sequence[Error] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.errors = list(errors)


def handle(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Turn whatever a view raised into a problem document (settings: EXCEPTION_HANDLER)."""
    request: Request = context["request"]
    code, detail, errors = _told(exc, request)
    if code == "error":
        logger.error("%s %s failed", request.method, request.path, exc_info=exc)
        # Django tells its error reporters, and its test client, in the same way.
        got_request_exception.send(sender=None, request=request)
    set_rollback()
    request.accepted_renderer = JSONRenderer()  # whatever was asked for: errors are JSON
    request.accepted_media_type = MEDIA_TYPE
    status = KINDS[code].status
    return Response(
        document(code=code, detail=detail, errors=errors),
        status=status,
        headers=_headers(exc, status),
        content_type=MEDIA_TYPE,
    )


def _headers(exc: Exception, status: int) -> dict[str, str] | None:
    wait = getattr(exc, "wait", None)
    if isinstance(exc, Problem) and exc.code in WAITS:
        return {"Retry-After": str(WAITS[exc.code])}
    if isinstance(exc, drf.Throttled) and wait is not None:
        return {"Retry-After": str(wait)}
    return HEADERS.get(status)


def document(*, code: str, detail: str = "", errors: Sequence[Error] = ()) -> dict[str, Any]:
    """One problem document, in the language of the moment.

    Args:
        code: one of `kinds.KINDS`.
        detail: of this occasion; else the kind's own.
    """
    kind = KINDS[code]
    told = {
        "type": settings.TAMIS_ORIGIN + reverse("api:problem", args=[code]),
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.detail),
        "code": code,
    }
    return {**told, "errors": list(errors)} if errors else told


def error(problem: Problem, *path: str | int) -> Error:
    """A problem of the domain, with where it is in the body."""
    told = {"code": problem.code, "detail": sentences.sentence(problem)}
    return {"pointer": pointers.pointer(path), **told}


def _told(exc: Exception, request: Request) -> tuple[str, str, list[Error]]:
    """Code, detail and errors of an exception."""
    match exc:
        case Refusal():
            return exc.code, "", exc.errors
        case InvalidSetup() | InvalidStep():
            return "invalid", "", list(_of_places(exc))
        case InvalidAnswer():
            return "invalid_answer", "", list(_of_answer(exc))
        case Problem():
            return exc.code if exc.code in KINDS else "invalid", "", [error(exc)]
        case drf.ValidationError():
            in_query = request.method in SAFE_METHODS
            code = "invalid_parameter" if in_query else "invalid"
            return code, "", list(pointers.of_fields(exc.detail, in_query=in_query))
        case Unreadable():
            return "parse_error", str(exc.detail), exc.errors
        case ScopeMissing():
            told = _("This key lacks the scope “%(scope)s”. Make one that has it in your account.")
            return "scope_missing", told % {"scope": exc.scope.value}, []
        case drf.APIException():
            return _code_of(exc), "", []
        case _:
            return _of_django(exc), "", []


def _code_of(exc: drf.APIException) -> str:
    code = str(exc.get_codes())
    return code if code in KINDS else "error"


def _of_django(exc: Exception) -> str:
    match exc:
        case Http404() | django.ObjectDoesNotExist():
            return "not_found"
        case django.PermissionDenied():
            return "permission_denied"
        case OperationalError() | InterfaceError():
            logger.warning("PostgreSQL is away: %s", exc)
            return "unavailable"
        case UnreadablePostError() | RawPostDataException():  # now, or when first looked at
            return "parse_error"
    if isinstance(exc, TOO_LARGE):
        return "too_large"
    return "bad_request" if isinstance(exc, django.SuspiciousOperation) else "error"


def _of_places(exc: InvalidSetup | InvalidStep) -> Iterator[Error]:
    """Places like "steps.0.title" as pointers."""
    for place, problem in dict(exc.problems).items():
        yield error(problem, *place.split(".")) if place else error(problem)


def _of_answer(exc: InvalidAnswer) -> Iterator[Error]:
    for key, problem in exc.problems.items():
        # What is wrong with an answer as a whole is its id: another answer has it.
        yield error(problem, "values", key) if key else error(problem, "id")
