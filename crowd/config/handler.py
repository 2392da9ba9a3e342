"""Django's handler of HTTP requests, with a short way through for programs."""

from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_urlconf
from django.utils.module_loading import import_string


class Handler(WSGIHandler):
    """Django's, with a second, shorter row of middleware for programs.

    Who comes to the API with a token in a header has no use for cookies, sessions, messages or
    pages; passing them by is a good part of what a small request costs (docs/performance.md).
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async)
        chain: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for path in reversed(settings.TAMIS_MIDDLEWARE_OF_PROGRAMS):
            chain = convert_exception_to_response(import_string(path)(chain))
        self._for_programs = chain

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_a_programs(request):
            return super().get_response(request)
        set_urlconf(settings.ROOT_URLCONF)
        response: HttpResponseBase = self._for_programs(request)
        response._resource_closers.append(request.close)  # type: ignore[attr-defined]
        return response


def _is_a_programs(request: HttpRequest) -> bool:
    is_api = request.path_info.startswith("/api/")
    return is_api and "HTTP_AUTHORIZATION" in request.META and "HTTP_COOKIE" not in request.META
