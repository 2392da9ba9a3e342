"""Accounts: sign-in links made by an admin, accounts without e-mail, API keys."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from crowd.models import ApiKey, User
from crowd.models.users import digest
from crowd.rules.problems import Problem

KEY_PREFIX = "tamis_"  # so that a key found in a public place is recognised for what it is


class _LinkTokens(PasswordResetTokenGenerator):
    """A token holds until it is used: signing in changes `last_login`, which it is made from."""

    key_salt = "crowd.services.accounts.link"


_tokens = _LinkTokens()


def make_link(*, user: User, origin: str) -> str:
    """A link that signs this account in, once, within Django's PASSWORD_RESET_TIMEOUT (3 days).

    Args:
        origin: scheme and host of the site, such as https://tamis.example.org.
    """
    name = urlsafe_base64_encode(str(user.pk).encode())
    return f"{origin}/sign-in/{name}/{_tokens.make_token(user)}/"


@transaction.atomic
def use_link(*, name: str, token: str, now: datetime) -> User:
    """The account of a sign-in link, which from now on is used up.

    Raises:
        Problem: forged, used or too old.
    """
    try:
        pk = int(force_str(urlsafe_base64_decode(name)))
    except (ValueError, UnicodeDecodeError):
        raise Problem("link_invalid") from None
    # Rival: the same link opened twice at once; the second finds the token used up.
    user = User.objects.select_for_update().filter(pk=pk, is_active=True).first()
    if user is None or not _tokens.check_token(user, token):
        raise Problem("link_invalid")
    user.last_login = now
    user.save(update_fields=["last_login"])
    return user


def open_without_email() -> User:
    """A new account that lives by its passkey, for sites that send no e-mail."""
    return User.objects.create_user()


def admin(*, email: str) -> User:
    """The administrator with this address, made if need be."""
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        return User.objects.create_superuser(email)
    if not (found.is_staff and found.is_superuser):
        found.is_staff = found.is_superuser = True
        found.save(update_fields=["is_staff", "is_superuser"])
    return found


def make_key(*, user: User, name: str, now: datetime, days: int | None = None) -> str:
    """A new API key, shown this once; only its digest is kept.

    Args:
        days: until it expires; None never.
    """
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=days) if days else None
    ApiKey.objects.create(
        user=user, name=name, digest=digest(secret), made_at=now, expires_at=expires_at
    )
    return secret


def of_key(*, secret: str, now: datetime) -> User | None:
    """Whom an API key acts for; None when unknown, expired or revoked."""
    key = ApiKey.objects.usable(secret=secret, now=now).select_related("user").first()
    if key is None or not key.user.is_active:
        return None
    if key.last_used_on != now.date():  # once a day is enough to tell which keys are dead
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=now.date())
    return key.user
