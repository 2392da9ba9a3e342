"""Lists, a page at a time: the cursor says which row came last, so nothing is skipped or doubled
when rows come in between."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from api import orderings

Id = TypeVar("Id", int, UUID)

PAGE, LARGEST_PAGE = 100, 1000


class ByCursor(BasePagination):
    """Oldest first: who keeps a copy reads on where they stopped."""

    newest_first = False
    next_url: str | None = None

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        limit, order = limit_of(request), orderings.asked(request, view)
        if order is not None:
            rows = orderings.rows(queryset, order, _cursor(request), limit + 1)
            ends = [orderings.end(row, order) for row in rows[limit - 1 : limit]]
            self.next_url = _next(request, ends[0]) if len(rows) > limit else None
            return rows[:limit]
        after = cursor_of(request, int)
        if after is not None:
            queryset = queryset.filter(**{"pk__lt" if self.newest_first else "pk__gt": after})
        rows = list(queryset.order_by("-pk" if self.newest_first else "pk")[: limit + 1])
        self.next_url = next_page(request, rows, limit)
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        return page(data, self.next_url)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": following},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return PARAMETERS + orderings.described(view)


class NewestFirst(ByCursor):
    """For people: what is new comes first."""

    newest_first = True


PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "cursor",
        "in": "query",
        "required": False,
        "description": "As in `next` of the page before.",
        "schema": {"type": "string"},
    },
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "Rows of one page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
    },
]


def page(results: Any, next_url: str | None) -> Response:
    """The shape of every list."""
    return Response({"results": results, "next": next_url})


def next_page(request: Request, rows: Sequence[Model], limit: int) -> str | None:
    """The address of the page after this one; None when `rows` has no more than `limit`."""
    if len(rows) <= limit:
        return None
    return _next(request, str(rows[limit - 1].pk))


def _next(request: Request, end: str) -> str:
    cursor = base64.urlsafe_b64encode(end.encode()).decode().rstrip("=")
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)


def limit_of(request: Request) -> int:
    """How many rows are asked for.

    Raises:
        ValidationError: not a number from 1 to LARGEST_PAGE.
    """
    given = request.query_params.get("limit", str(PAGE))
    if given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= LARGEST_PAGE:
        return int(given)
    message = _("Give a number from 1 to %(most)s.") % {"most": LARGEST_PAGE}
    raise ValidationError({"limit": [message]}, code="limit_invalid")


def cursor_of(request: Request, kind: type[Id]) -> Id | None:
    """The id that the page before ended with.

    Raises:
        ValidationError: not a cursor of ours.
    """
    given = _cursor(request)
    try:
        return None if given is None else kind(given)
    except ValueError:
        raise orderings.no_cursor() from None


def _cursor(request: Request) -> str | None:
    given = request.query_params.get("cursor")
    if not given:
        return None
    try:
        return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode()
    except (ValueError, binascii.Error):
        raise orderings.no_cursor() from None
