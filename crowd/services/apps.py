"""Apps: programs of others that act for an account, by its leave (OAuth 2)."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from oauth2_provider.models import (
    AccessToken,
    Application,
    Grant,
    RefreshToken,
    clear_expired,
    refresh_token_expire_timedelta,
)
from oauth2_provider.validators import AllowedURIValidator

from crowd.models import User
from crowd.models.users import Scope, digest
from crowd.rules.problems import Problem

# So that one found in a public place is recognised for what it is.
TOKEN_PREFIX, RENEWAL_PREFIX = "tamisapp_", "tamisrenewal_"
SCOPES = (Scope.READ, Scope.CONTRIBUTE)  # what an app may be given; managing takes a key
MOST_APPS = 20  # that one account registers
MOST_ADDRESSES = 10  # of one app
LONGEST_NAME, LONGEST_ADDRESS = 60, 300  # characters
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, kw_only=True)
class Acting:
    """An app that may act for somebody.

    Attributes:
        scopes: of `Scope`, in their order.
        last_used_at: when it last got a token; one lasts an hour.
    """

    app: Application
    scopes: Sequence[str]
    last_used_at: datetime


def register(
    *, user: User, name: str, addresses: Sequence[str], on_a_server: bool
) -> tuple[Application, str]:
    """Make an app known, and its secret, which is shown this once; "" where it could keep none.

    Args:
        addresses: where people may be sent back to: https, or http on their own device.
        on_a_server: whether it runs where nobody else can read its secret.

    Raises:
        Problem: a name or an address that is none, or too many apps.
    """
    name = " ".join(name.split())
    hidden = any(unicodedata.category(each).startswith("C") for each in name)
    if hidden or not 0 < len(name) <= LONGEST_NAME:
        raise Problem("app_name", most=LONGEST_NAME)
    if not 0 < len(addresses) <= MOST_ADDRESSES:
        raise Problem("app_addresses", most=MOST_ADDRESSES)
    for address in addresses:
        _check(address)
    if registered_by(user=user).count() >= MOST_APPS:
        raise Problem("apps_too_many", most=MOST_APPS)
    secret = secrets.token_urlsafe(32) if on_a_server else ""
    app = Application.objects.create(
        user=user,
        name=name,
        redirect_uris=" ".join(dict.fromkeys(addresses)),
        client_type=Application.CLIENT_CONFIDENTIAL if on_a_server else Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        client_secret=secret or secrets.token_urlsafe(32),  # one that nobody knows
    )
    return app, secret


def _check(address: str) -> None:
    """Refuse where nobody may be sent to with a code.

    Schemes of an app's own (`my-app:/back`) too: every program on a device can claim them.
    """
    try:
        AllowedURIValidator(["https", "http"], "", allow_path=True, allow_query=True)(address)
    except ValidationError:
        raise Problem("app_address", address=address) from None
    parts = urlsplit(address)
    at_home = parts.scheme == "http" and parts.hostname in LOOPBACK
    plain = address.isascii() and len(address) <= LONGEST_ADDRESS and "@" not in parts.netloc
    if not plain or not (at_home or parts.scheme == "https"):
        raise Problem("app_address", address=address)


def registered_by(*, user: User) -> QuerySet[Application]:
    """The apps somebody has made known, the latest first."""
    found: QuerySet[Application] = Application.objects.filter(user=user).order_by("-pk")
    return found


def remove(*, user: User, app_id: int) -> None:
    """Take an app out with all it was given, by whomever. Twice is harmless."""
    Application.objects.filter(user=user, pk=app_id).delete()


def acting_for(*, user: User, now: datetime) -> list[Acting]:
    """The apps that may act for somebody, by name."""
    live = RefreshToken.objects.filter(
        user=user,
        revoked=None,
        access_token__expires__gt=now - refresh_token_expire_timedelta(),
    ).select_related("application", "access_token")
    tokens: dict[int, list[AccessToken]] = {}
    apps: dict[int, Application] = {}
    for renewal in live:
        apps[renewal.application_id] = renewal.application
        tokens.setdefault(renewal.application_id, []).append(renewal.access_token)
    found = [
        Acting(
            app=app,
            scopes=[
                each.value for each in SCOPES if any(each in t.scope.split() for t in tokens[pk])
            ],
            last_used_at=max(token.created for token in tokens[pk]),
        )
        for pk, app in apps.items()
    ]
    return sorted(found, key=lambda each: (each.app.name.lower(), each.app.pk))


@transaction.atomic
def end(*, user: User, app_id: int) -> None:
    """From now on the app does nothing more for this account. Twice is harmless."""
    mine = {"user": user, "application": app_id}
    Grant.objects.filter(**mine).delete()
    renewals, tokens = RefreshToken.objects.filter(**mine), AccessToken.objects.filter(**mine)
    # Rival: the app renewing its token now. What it gets meanwhile goes in the next round.
    while renewals.exists() or tokens.exists():
        renewals.delete()
        tokens.delete()


def token_of(*, secret: str, now: datetime) -> AccessToken | None:
    """What an app's token stands for; None when unknown, expired, ended, or of a closed account."""
    found = AccessToken.objects.filter(
        token_checksum=digest(secret), expires__gt=now, user__is_active=True
    )
    token: AccessToken | None = found.select_related("user").first()
    return token


def sweep() -> None:
    """Delete what has expired and can't be renewed any more."""
    clear_expired()
