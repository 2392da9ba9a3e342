"""What was made, and where it is from now on (RFC 9110, 15.3.2)."""

from typing import Any

from django.http import HttpResponse
from rest_framework.response import Response

ROOT = "/api/v1"


def created(data: Any, *, at: str) -> Response:
    """201, with the address of what was made; of what has none of its own, where it belongs.

    Args:
        at: without `/api/v1`. Written out by whoever knows it: looking addresses up by name would
            cost the volunteer's loop more than all else it sends.
    """
    return Response(data, status=201, headers={"Location": ROOT + at})


def written(content: bytes, *, at: str, allowed: str) -> HttpResponse:
    """The same of JSON that is written already, for whoever needs no view to render it.

    Args:
        at: as above.
        allowed: what else the address takes, as views say in every reply.
    """
    headers = {"Allow": allowed, "Location": ROOT + at}
    return HttpResponse(content, status=201, content_type="application/json", headers=headers)
