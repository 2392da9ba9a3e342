"""Shapes used again and again: built once, where building one takes longer than filling it.

Django REST framework copies every field of a serializer for every reply. In the volunteer's loop
that was the largest part of the reply's cost; a serializer that only shows can be kept.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from django.http import HttpRequest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

Shape = type[serializers.Serializer[Any]]
Write = Callable[[Any], Any]


class _Kept(threading.local):
    """One serializer a shape and thread: it holds the request it shows something to."""

    def __init__(self) -> None:
        self.serializers: dict[Shape, Any] = {}
        self.writers: dict[Shape, Write] = {}


_kept = _Kept()


def shown(shape: Shape, what: Any, *, request: Request | HttpRequest) -> dict[str, Any]:
    """`what` in this shape."""
    serializer = _kept.serializers.get(shape) or _kept.serializers.setdefault(shape, shape())
    serializer._context = {"request": request}
    write = _kept.writers.get(shape) or _kept.writers.setdefault(shape, _writer(serializer))
    return cast("dict[str, Any]", write(what))


def checked(shape: Shape, data: Any) -> dict[str, Any] | None:
    """What comes in, checked by this shape; None if it does not fit: a new one says why."""
    serializer = _kept.serializers.get(shape) or _kept.serializers.setdefault(shape, shape())
    try:
        return cast("dict[str, Any]", serializer.run_validation(data))
    except ValidationError:
        return None


def _writer(field: Any) -> Write:
    """What writes a field, as its own `to_representation` does, with less asked on the way."""
    if type(field) in _PLAIN:
        return _PLAIN[type(field)]
    its_own: Write = field.to_representation
    if getattr(its_own, "__func__", None) is not serializers.Serializer.to_representation:
        return its_own
    parts = [
        (each.field_name, each, tuple(each.source_attrs), _writer(each))
        for each in field._readable_fields
    ]

    def write(what: Any) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, each, way, write_it in parts:
            value = what
            try:
                for attribute in way:
                    value = value[attribute] if type(value) is dict else getattr(value, attribute)
            except (AttributeError, KeyError):
                value = each.get_attribute(what)  # which knows defaults, and what to say
            told[name] = None if value is None else write_it(value)
        return told

    return write


def _moment(value: datetime) -> str:
    # Times of the API are in UTC (DESIGN, rule 13), and so is what PostgreSQL gives us.
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_PLAIN: dict[type, Write] = {
    serializers.IntegerField: int,
    serializers.CharField: str,
    serializers.BooleanField: bool,
    serializers.DateTimeField: _moment,
}
