"""What comes in must be what PostgreSQL can hold: the one place that refuses the rest.

That is: texts without NUL and without halves of surrogate pairs, numbers that are finite, and
nothing nested deeper than anything Tamis asks for. Bodies go through `check_body` (the parsers call
it), addresses and their parameters through `Storable`, which every view asks first.
"""

import math
from collections.abc import Iterator
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.pointers import Error, pointer

DEEPEST = 20  # objects and lists inside one another
NUL = "\x00"
Place = tuple[str | int, ...]


class Unreadable(ParseError):
    """A body that can't be read; its detail says why in the reader's language.

    Attributes:
        errors: the places in it that can't be kept, if that is why.
    """

    def __init__(self, detail: str, errors: list[Error] | None = None) -> None:
        super().__init__(detail)
        self.errors = errors or []


class Storable(BasePermission):
    """Refuses addresses and parameters that nothing can be found by."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if any(isinstance(given, str) and NUL in given for given in view.kwargs.values()):
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            wrong = {name: [_told(NUL)] for name, given in request.GET.items() if NUL in given}
            raise ValidationError(wrong or {"": [_told(NUL)]}, code="unstorable")
        return True


def check_body(data: Any) -> None:
    """Refuse what could not be stored as it was sent.

    Raises:
        Unreadable: it is nested too deeply, or `errors` says where something can't be kept.
    """
    level = [data]
    for _depth in range(DEEPEST):
        if not level:
            return
        if any(map(_is_wrong, level)):
            raise _refusal(data)
        dicts = [each for each in level if isinstance(each, dict)]
        lists = [each for each in level if isinstance(each, list)]
        level = [inner for each in dicts for pair in each.items() for inner in pair]
        level += [inner for each in lists for inner in each]
    raise Unreadable(_("This JSON is nested too deeply."))


def _is_wrong(value: Any) -> bool:
    if isinstance(value, str):
        return NUL in value or not (value.isascii() or _is_unicode(value))
    return isinstance(value, float) and not math.isfinite(value)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refusal(data: Any) -> Unreadable:
    """Looked for only once it is known that something is there: finding places takes longer."""
    wrong = [(place, value) for place, value in _leaves(data, ()) if _is_wrong(value)]
    errors = [
        {"pointer": pointer(place), "code": "unstorable", "detail": _told(value)}
        for place, value in wrong
    ]
    return Unreadable(_("Something in this JSON can't be kept: see “errors”."), errors)


def _leaves(data: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Every text and number with its place; a member's name stands at the place of its object."""
    if len(place) >= DEEPEST:
        return
    if isinstance(data, dict):
        for name, inner in data.items():
            yield place, name
            yield from _leaves(inner, (*place, "…" if _is_wrong(name) else name))
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            yield from _leaves(inner, (*place, index))
    else:
        yield place, data


def _told(value: Any) -> str:
    if isinstance(value, float):
        return _("This number is beyond what can be kept.")
    if NUL in value:
        return _("This text holds a NUL character (\\u0000), which can't be kept.")
    return _("A text holds half of a surrogate pair (like \\ud800).")
