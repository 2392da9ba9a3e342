"""How the API describes itself: helpers for the views' part of the OpenAPI document."""

from itertools import groupby
from typing import Any

from drf_spectacular.utils import OpenApiResponse

from api.kinds import KINDS
from api.shapes.problems import ProblemSerializer

PROBLEM = "application/problem+json"
ALWAYS = ("authentication_failed", "scope_missing", "throttled", "not_acceptable", "unavailable")

# Kinds of problem that go together: who may ask, what is changed, what is sent.
IDENTITY = ("not_authenticated",)
CHANGE = ("csrf_failed", "bad_request")
BODY = ("parse_error", "too_large", "unsupported_media_type", "invalid")


def problems(*codes: str) -> dict[Any, OpenApiResponse]:
    """The responses of one operation that are problem documents, besides those any may have.

    Args:
        codes: keys of `kinds.KINDS`.
    """
    ordered = sorted({*codes, *ALWAYS}, key=_status)
    return {(status, PROBLEM): _response(list(same)) for status, same in groupby(ordered, _status)}


def _status(code: str) -> int:
    return KINDS[code].status


def _response(codes: list[str]) -> OpenApiResponse:
    named = ", ".join(f"`{code}`" for code in sorted(codes))
    return OpenApiResponse(ProblemSerializer, description=f"A problem: {named}.")
