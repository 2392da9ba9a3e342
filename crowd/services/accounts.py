"""Accounts: sign-in links made by an admin, accounts without e-mail, API keys."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from crowd.models import ApiKey, Campaign, User
from crowd.models.users import digest, every_scope
from crowd.rules.problems import Problem
from crowd.services import campaigns

KEY_PREFIX = "tamis_"  # so that a key found in a public place is recognised for what it is
TOLD_EVERY = timedelta(hours=1)  # which keys are dead is told without a write at each request
MOST_KEYS = 100  # of one account
LONGEST_KEY_NAME, LONGEST_KEY_LIFE = 100, 3660  # characters, days


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


def make_key(
    *,
    user: User,
    name: str,
    now: datetime,
    days: int | None = None,
    scopes: Collection[str] | None = None,
    campaign: Campaign | None = None,
) -> str:
    """A new API key, shown this once; only its digest is kept.

    Args:
        days: until it expires; None never.
        scopes: of `Scope`; None: all of them.
        campaign: the only one it reaches; None: all that the account does.

    Raises:
        Problem: no name, no scope or one that is none, a life that is none, a campaign whose team
            the account is not in, or too many keys.
    """
    name, wanted = " ".join(name.split()), set(every_scope() if scopes is None else scopes)
    if not 0 < len(name) <= LONGEST_KEY_NAME:
        raise Problem("key_name", most=LONGEST_KEY_NAME)
    if not wanted or not wanted <= set(every_scope()):
        raise Problem("key_scopes", known=", ".join(every_scope()))
    if days is not None and not 0 < days <= LONGEST_KEY_LIFE:
        raise Problem("key_days", most=LONGEST_KEY_LIFE)
    if campaign is not None and not campaigns.may_look(campaign=campaign, user=user):
        raise Problem("key_campaign")
    if keys_of(user=user).count() >= MOST_KEYS:
        raise Problem("keys_too_many", most=MOST_KEYS)
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(
        user=user,
        name=name,
        scopes=[scope for scope in every_scope() if scope in wanted],
        campaign=campaign,
        digest=digest(secret),
        made_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    return secret


def keys_of(*, user: User) -> QuerySet[ApiKey]:
    """An account's keys but those it revoked, the latest first."""
    return user.api_keys.filter(revoked_at=None).select_related("campaign").order_by("-pk")


def revoke_key(*, user: User, key_id: int, now: datetime) -> None:
    """End a key at once. Twice is harmless.

    Raises:
        ApiKey.DoesNotExist: the account has no such key.
    """
    key = user.api_keys.get(pk=key_id)
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def key_of(*, secret: str, now: datetime) -> ApiKey | None:
    """The key with this secret; None when unknown, expired, revoked, or of a closed account."""
    key = ApiKey.objects.usable(secret=secret, now=now).select_related("user").first()
    if key is None or not key.user.is_active:
        return None
    if key.last_used_at is None or now - key.last_used_at >= TOLD_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def of_key(*, secret: str, now: datetime) -> User | None:
    """Whom an API key acts for; None as of `key_of`."""
    key = key_of(secret=secret, now=now)
    return key.user if key else None
