"""Choices about how pages look, kept in a cookie."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from frontend.views import redirects
from frontend.visitor import THEME_COOKIE, THEMES

KEPT = timedelta(days=365)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Day, night, or as the device says."""
    response = redirects.SeeOther(redirects.back(request))
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=KEPT,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
