"""JSON that comes in: no larger, deeper or stranger than anything Tamis asks for."""

from collections.abc import Mapping
from json import JSONDecodeError
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from api.storable import Unreadable, check_body


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
        check_body(data)
        return data


def _why(cause: BaseException | None) -> str:
    if isinstance(cause, JSONDecodeError):
        where = {"line": cause.lineno, "column": cause.colno}
        return _("This JSON can't be read (line %(line)s, column %(column)s).") % where
    return _("This JSON can't be read.")
