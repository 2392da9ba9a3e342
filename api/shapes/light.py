"""Shapes used again and again: built once, where building one takes longer than filling it.

Django REST framework copies every field of a serializer for every reply. In the volunteer's loop
that was the largest part of the reply's cost; a serializer that only shows can be kept.
"""

import threading
from typing import Any, cast

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

Shape = type[serializers.Serializer[Any]]


class _Kept(threading.local):
    """One serializer a shape and thread: it holds the request it shows something to."""

    def __init__(self) -> None:
        self.serializers: dict[Shape, Any] = {}


_kept = _Kept()


def shown(shape: Shape, what: Any, *, request: Request) -> dict[str, Any]:
    """`what` in this shape."""
    serializer = _kept.serializers.get(shape) or _kept.serializers.setdefault(shape, shape())
    serializer._context = {"request": request}
    return cast("dict[str, Any]", serializer.to_representation(what))


def checked(shape: Shape, data: Any) -> dict[str, Any] | None:
    """What comes in, checked by this shape; None if it does not fit: a new one says why."""
    serializer = _kept.serializers.get(shape) or _kept.serializers.setdefault(shape, shape())
    try:
        return cast("dict[str, Any]", serializer.run_validation(data))
    except ValidationError:
        return None
