"""Accounts: an e-mail address or a passkey, never a name one has to invent."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Accounts by e-mail address; without one when the account lives by its passkey."""

    def create_user(self, email: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, **fields: Any) -> "User":
        fields.pop("password", None)
        return self.create_user(email, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Who signs in. What a person did hangs on their contributor, not on this."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    is_staff = models.BooleanField(_("may enter the administration"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_email_address"),
        ]

    def __str__(self) -> str:
        return self.email or str(_("Account %(id)s")) % {"id": self.pk}


class Scope(models.TextChoices):
    """What a key may do."""

    READ = "read", _("read what the account may see")
    CONTRIBUTE = "contribute", _("take part as the account: claim, answer, correct")
    MANAGE = "manage", _("manage the account's campaigns: documents, rooms, reviews, exports")


def every_scope() -> list[str]:
    """What keys could do before scopes were: everything."""
    return [scope.value for scope in Scope]


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, *, secret: str, now: datetime) -> "ApiKeyQuerySet":
        """The key with this secret, unless it expired or was revoked."""
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=now), digest=digest(secret), revoked_at=None
        )


def digest(secret: str) -> str:
    """What is kept of a secret: its SHA-256 (the secrets are random, so no slow hash is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKey(models.Model):
    """A script's way in, acting for an account. Only its digest is kept."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(
        models.CharField(max_length=10, choices=Scope.choices),
        default=every_scope,
        verbose_name=_("scopes"),
    )
    # When given, everything else is out of its reach.
    campaign = models.ForeignKey(
        "crowd.Campaign",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="api_keys",
        verbose_name=_("campaign"),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    # To the hour: services.accounts does not write on every request.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    scopes__contained_by=[scope.value for scope in Scope], scopes__len__gt=0
                ),
                name="a_key_has_known_scopes",
            ),
        ]

    def __str__(self) -> str:
        return self.name
