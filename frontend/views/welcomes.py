"""A volunteer's own invitation link: whoever comes by it is welcomed, nobody is followed."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crowd.services import welcomes
from frontend.visitor import WELCOME_COOKIE, TamisRequest

KEPT = timedelta(days=30)


@never_cache
@require_safe
def welcome(request: TamisRequest, code: str) -> HttpResponse:
    """To the campaigns; the link is remembered in this browser until a first answer."""
    response = redirect("home")
    if request.visitor.contributor is None and welcomes.inviter_of(code=code) is not None:
        response.set_cookie(
            WELCOME_COOKIE,
            code,
            max_age=KEPT,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
