"""JSON that goes out."""

from typing import Any

import orjson
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
