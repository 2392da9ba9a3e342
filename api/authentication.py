"""Who asks: a key or an app, a guest's token, or a browser by its cookies. Never an address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from crowd.models import Contributor, User
from crowd.services import accounts, apps, contributors

Who = tuple[User | None, Contributor | None]
"""`request.user` and `request.auth`: the account, and the guest whose token came along."""

CHALLENGE = 'Bearer realm="Tamis"'


PREFIXES = (accounts.KEY_PREFIX, apps.TOKEN_PREFIX)


@dataclass(frozen=True, kw_only=True)
class Key:
    """What a program shows to act for an account: a key it was given, or the token of an app.

    Attributes:
        name: the same for all that count as one, of whatever is counted or kept.
        scopes: of `Scope`.
        campaign_id: the only one it reaches; None: all that the account does.
    """

    name: str
    user: User
    scopes: Collection[str]
    campaign_id: int | None


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer tamis_…` acts for the account that made the key, `tamisapp_…` for the
    one that allowed the app.
    """

    def authenticate(self, request: Request) -> Who | None:
        secret = _bearer(request)
        if secret is None or not secret.startswith(PREFIXES):
            return None
        key = _key(secret, timezone.now())
        if key is None:
            raise AuthenticationFailed
        request._request.api_key = key  # type: ignore[attr-defined]
        return key.user, None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class GuestTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with the token that `POST /contributors` gave."""

    def authenticate(self, request: Request) -> Who | None:
        token = _bearer(request)
        if token is None:
            return None
        guest = contributors.from_token(token=token)
        if guest is None:
            raise AuthenticationFailed
        return None, guest

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class BrowserAuthentication(SessionAuthentication):
    """The cookies of our own pages; what changes anything must carry the page's CSRF token too."""

    def authenticate(self, request: Request) -> Who | None:
        user = getattr(request._request, "user", None)  # DRF's own `request.user` asks us
        signed_in = cast(User, user) if user is not None and user.is_authenticated else None
        token = request.COOKIES.get(settings.TAMIS_GUEST_COOKIE)
        guest = contributors.from_token(token=token) if token else None
        if signed_in is None and guest is None:
            return None
        self.enforce_csrf(request)
        return signed_in, guest

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refused:
            raise PermissionDenied(code="csrf_failed") from refused

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def guest_named_in(request: Request | HttpRequest) -> UUID | None:
    """Whom the token in the request names, unproved: what is read by it must ask for a guest."""
    token = _bearer(request)
    return contributors.named_by(token=token) if token else None


def key_of(request: Request) -> Key | None:
    """The key a request came with; None of browsers and guests, for whom nothing is looked up."""
    secret = _bearer(request)
    if secret is None or not secret.startswith(PREFIXES):
        return None
    request.user  # noqa: B018 (asks who it is, unless that was asked before)
    # A request that another copy of it has signed in (an address that is not there) has no key.
    return cast(Key | None, getattr(request._request, "api_key", None))


def _key(secret: str, now: datetime) -> Key | None:
    if secret.startswith(apps.TOKEN_PREFIX):
        token = apps.token_of(secret=secret, now=now)
        if token is None:
            return None
        # Not by the token's own number: a new one every hour is still the same app.
        name = f"app-{token.application_id}-{token.user_id}"
        return Key(name=name, user=token.user, scopes=token.scope.split(), campaign_id=None)
    held = accounts.key_of(secret=secret, now=now)
    if held is None:
        return None
    return Key(
        name=f"key-{held.pk}", user=held.user, scopes=held.scopes, campaign_id=held.campaign_id
    )


def _bearer(request: Request | HttpRequest) -> str | None:
    scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None
