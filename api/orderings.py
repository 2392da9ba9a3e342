"""`?ordering=name` or `-name`: lists in another order, cut into pages without a gap.

A page ends with a row; the next begins behind what that row was ordered by and, where several are
equal, behind its id. So rows that come or go in between shift nothing (keyset pagination).
"""

import json
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

PARAMETER = "ordering"


def offered(view: APIView | None) -> tuple[str, ...]:
    """Names of the fields, none of them nullable, that a view lets its list be ordered by."""
    return getattr(view, "orderings", ())


def asked(request: Request, view: APIView | None) -> str | None:
    """The ordering of this request, such as "-name"; None: the list's own.

    Raises:
        ValidationError: the view does not offer it.
    """
    given = request.query_params.get(PARAMETER)
    names = offered(view)
    if given is None or not names:
        return None
    if given.removeprefix("-") in names:
        return given
    message = _("There is no such order. There are: %(known)s; with - in front the other way.")
    told = message % {"known": ", ".join(names)}
    raise ValidationError({PARAMETER: [told]}, code="ordering_unknown")


def rows(queryset: QuerySet[Any], order: str, after: str | None, most: int) -> list[Any]:
    """Up to `most` rows behind where a page ended (`after`, as `end` made it).

    Raises:
        ValidationError: the page before was in another order.
    """
    name, back = order.removeprefix("-"), order.startswith("-")
    if after is not None:
        value, pk = _read(queryset.model, order, after)
        way = "lt" if back else "gt"
        equal = Q(**{name: value, f"pk__{way}": pk})
        queryset = queryset.filter(Q(**{f"{name}__{way}": value}) | equal)
    return list(queryset.order_by(order, "-pk" if back else "pk")[:most])


def end(row: Model, order: str) -> str:
    """What a cursor says of the last row of a page."""
    value = getattr(row, order.removeprefix("-"))
    if hasattr(value, "isoformat"):
        value = value.isoformat()  # to the microsecond, which the encoder leaves out
    return json.dumps([order, value, row.pk], cls=DjangoJSONEncoder)


def described(view: APIView | None) -> list[dict[str, Any]]:
    """The parameter, for the API's description."""
    names = offered(view)
    if not names:
        return []
    return [
        {
            "name": PARAMETER,
            "in": "query",
            "required": False,
            "description": "By what the list is ordered; with `-` in front, the other way.",
            "schema": {
                "type": "string",
                "enum": [way + name for name in names for way in ("", "-")],
            },
        }
    ]


def no_cursor() -> ValidationError:
    """What is answered to a cursor that no page of this list ended with."""
    message = _("This is not a cursor of ours. Leave it out to start from the beginning.")
    return ValidationError({"cursor": [message]}, code="cursor_unknown")


def _read(model: type[Model], order: str, after: str) -> tuple[Any, int]:
    try:
        said, value, pk = json.loads(after)
        if said != order or type(pk) is not int or isinstance(value, dict | list | None):
            raise no_cursor()
        column: Any = model._meta.get_field(order.removeprefix("-"))
        return column.to_python(value), pk
    except (ValueError, TypeError, DjangoValidationError):
        raise no_cursor() from None
