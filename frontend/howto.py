"""The "how to" panel of a step: it opens by itself once, then waits to be asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from crowd.models import Step

COOKIE = "tamis_how"
REMEMBERED = 60  # steps
AGE = 365 * 24 * 3600  # seconds


def is_new(request: HttpRequest, step: Step) -> bool:
    """Whether this browser has never been shown how this step goes."""
    return str(step.pk) not in _shown(request)


def remember(request: HttpRequest, response: HttpResponse, step: Step) -> None:
    """Write down that it has been shown now."""
    shown = [*_shown(request), str(step.pk)][-REMEMBERED:]
    response.set_cookie(COOKIE, ".".join(shown), max_age=AGE, samesite="Lax", httponly=True)


def _shown(request: HttpRequest) -> list[str]:
    return [each for each in request.COOKIES.get(COOKIE, "").split(".") if each.isdecimal()]
