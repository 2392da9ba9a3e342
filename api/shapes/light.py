"""Shapes used again and again: built once, where building one takes longer than filling it.

Django REST framework copies every field of a serializer for every reply. In the volunteer's loop
that was the largest part of the reply's cost; a serializer that only shows can be kept.
"""

import threading
from typing import Any, cast

from rest_framework import serializers
from rest_framework.request import Request

Shape = type[serializers.Serializer[Any]]

_kept = threading.local()


def shown(shape: Shape, what: Any, *, request: Request) -> dict[str, Any]:
    """`what` in this shape."""
    kept: dict[Shape, Any] = vars(_kept)
    if shape not in kept:
        kept[shape] = shape()
    kept[shape]._context = {"request": request}
    return cast("dict[str, Any]", kept[shape].to_representation(what))
