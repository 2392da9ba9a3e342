"""How often one key or guest may ask: a limit that no person and no decent script will meet."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api import authentication
from crowd.services import rates
from crowd.services.rates import Standing


class PerIdentity(BaseThrottle):
    """Counts by key or guest's token. Browsers' cookies and nobody at all are not counted: there
    would only be their address to go by, and forty people can share one.
    """

    seconds: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        standing = _counted(request._request, _who(request))
        self.seconds = standing.seconds if standing else None
        return standing is None or not standing.refused

    def wait(self) -> float | None:
        return self.seconds


def may_ask(request: HttpRequest) -> bool:
    """Count a guest's request, and say whether it is within the limit."""
    guest = authentication.guest_named_in(request)
    standing = _counted(request, _of(guest)) if guest else None
    return standing is None or not standing.refused


def _counted(request: HttpRequest, who: str | None) -> Standing | None:
    """How they stand with this request, which is counted once however often that is asked."""
    standing: Standing | None = getattr(request, "rate", None)
    if standing is None and who is not None and settings.TAMIS_API_RATE:
        standing = rates.count(who=who, limit=settings.TAMIS_API_RATE, now=timezone.now())
        request.rate = standing  # type: ignore[attr-defined]
    return standing


def _who(request: Request) -> str | None:
    key = authentication.key_of(request)
    if key is not None:
        return key.name
    guest = authentication.guest_named_in(request)
    return _of(guest) if guest else None


def _of(guest: UUID) -> str:
    return f"guest-{guest}"
