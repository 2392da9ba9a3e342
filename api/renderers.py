"""JSON that goes out."""

from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer


class QuickJson(JSONRenderer):
    """The same JSON, written by orjson where it can."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes:
        if data is None:
            return b""
        try:
            return orjson.dumps(data)
        except TypeError:  # lazy translations, decimals, whole numbers beyond 64 bits
            return super().render(data, accepted_media_type, renderer_context)


class QuickNegotiation(DefaultContentNegotiation):
    """Django REST framework's, without its search where anything goes and JSON is what there is."""

    ANYTHING = (None, "*/*", "application/json")

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        first = renderers[0]
        simple = not format_suffix and not request.META.get("QUERY_STRING")
        anything = simple and request.META.get("HTTP_ACCEPT") in self.ANYTHING
        if anything and isinstance(first, QuickJson):
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)
