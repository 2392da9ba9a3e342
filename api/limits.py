"""How often one key or guest may ask: a limit that no person and no decent script will meet."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api import authentication
from crowd.services import rates


class PerIdentity(BaseThrottle):
    """Counts by key or guest's token. Browsers' cookies and nobody at all are not counted: there
    would only be their address to go by, and forty people can share one.
    """

    seconds: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        who = _who(request)
        if who is None or settings.TAMIS_API_RATE == 0:
            return True
        standing = rates.count(who=who, limit=settings.TAMIS_API_RATE, now=timezone.now())
        if standing is None:
            return True
        request._request.rate = standing  # type: ignore[attr-defined]
        self.seconds = standing.seconds
        return not standing.refused

    def wait(self) -> float | None:
        return self.seconds


def _who(request: Request) -> str | None:
    key = authentication.key_of(request)
    if key is not None:
        return key.name
    guest = authentication.guest_named_in(request)
    return f"guest-{guest}" if guest else None
