"""What every page needs: who visits, which colours, and headers that keep foreign code out."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from frontend.visitor import THEME_COOKIE, THEMES, Visitor

Handler = Callable[[HttpRequest], HttpResponseBase]


class ContributorMiddleware:
    """Puts `visitor` and `theme` on the request; the guest cookie is written here and only here."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visitor = Visitor(request)
        theme = request.COOKIES.get(THEME_COOKIE, THEMES[0])
        request.visitor = visitor  # type: ignore[attr-defined]
        request.theme = theme if theme in THEMES else THEMES[0]  # type: ignore[attr-defined]
        response = self.get_response(request)
        visitor.leave_cookie(response)
        return response


class SecurityHeadersMiddleware:
    """No page of ours makes a browser contact another origin (DESIGN, rule 9).

    A view that set a policy of its own (originals, the API's documentation) keeps it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request))
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response


def _policy(request: HttpRequest) -> str:
    return "; ".join(
        [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self'{_sockets(request)}",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            # Where the answer to a page's form leads (`views.apps`), if that is not here.
            f"form-action 'self' {getattr(request, 'sends_to', '')}".strip(),
        ]
    )


def _sockets(request: HttpRequest) -> str:
    # Another port is another origin; older Safari counts not even ws: to the same as 'self'.
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    if settings.TAMIS_SOCKETS_PORT:
        host = f"{split_domain_port(host)[0]}:{settings.TAMIS_SOCKETS_PORT}"
    return f" ws://{host} wss://{host}"
