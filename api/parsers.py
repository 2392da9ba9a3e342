"""JSON that comes in: no larger, deeper or stranger than anything Tamis asks for."""

from collections.abc import Mapping
from json import JSONDecodeError
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20  # objects and lists inside one another


class Unreadable(ParseError):
    """A body that can't be read; its detail says why in the reader's language."""


class PlainJson(JSONParser):
    """JSON that can be stored: bounded, and every text of it valid Unicode."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        length = parser_context["request"].META.get("CONTENT_LENGTH") if parser_context else None
        # Without a length there is no body: WSGI servers read as many bytes as they are told.
        if int(length or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            data = super().parse(stream, media_type, parser_context)
        except ParseError as wrong:
            raise Unreadable(_why(wrong.__context__)) from wrong
        except RecursionError:
            raise Unreadable(_("This JSON is nested too deeply.")) from None
        _check(data)
        return data


def _why(cause: BaseException | None) -> str:
    if isinstance(cause, JSONDecodeError):
        where = {"line": cause.lineno, "column": cause.colno}
        return _("This JSON can't be read (line %(line)s, column %(column)s).") % where
    return _("This JSON can't be read.")


def _check(data: Any) -> None:
    """Refuse what PostgreSQL could not store, or what could only be meant as an attack."""
    level = [data]
    for _depth in range(DEEPEST):
        if not level:
            return
        for text in level:
            if isinstance(text, str):
                _check_text(text)
        dicts = [each for each in level if isinstance(each, dict)]
        lists = [each for each in level if isinstance(each, list)]
        level = [inner for each in dicts for pair in each.items() for inner in pair]
        level += [inner for each in lists for inner in each]
    raise Unreadable(_("This JSON is nested too deeply."))


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unreadable(_("A text holds half of a surrogate pair (like \\ud800).")) from None
