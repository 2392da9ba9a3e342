"""Ways into a team: links that are used once, or by several people until a day comes."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crowd.models.campaigns import Campaign, Role
from crowd.models.users import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def usable(self, *, now: datetime) -> "InvitationQuerySet":
        """Neither used up, nor revoked, nor too old."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now)


class Invitation(models.Model):
    """A link that gives a role. Only the digest of its secret is kept."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("campaign")
    )
    role = models.CharField(
        _("role"), max_length=10, choices=[each for each in Role.choices if each[0] != Role.OWNER]
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # For whom: their mail has the link. Blank: whoever is shown it.
    email = models.EmailField(_("e-mail"), blank=True)
    for_several = models.BooleanField(_("for several people"), default=False)
    made_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    used_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("used by"),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role=Role.OWNER.value), name="nobody_is_invited_as_owner"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="an_invitation_lasts_a_while"
            ),
            models.CheckConstraint(
                condition=Q(for_several=False) | Q(used_at=None),
                name="a_link_for_several_is_never_used_up",
            ),
        ]

    def __str__(self) -> str:
        return self.email or str(self.pk)


class LaunchState(models.TextChoices):
    WAITING = "waiting", _("waiting for an answer")
    GRANTED = "granted", _("may launch")
    REFUSED = "refused", _("refused")


class LaunchPermit(models.Model):
    """Who asked to launch campaigns on this site, or was invited to, and what was answered."""

    # One of the two: an account that asked, or an address that was invited.
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="launch_permit",
        verbose_name=_("account"),
    )
    email = models.EmailField(_("e-mail"), null=True, blank=True, unique=True)
    about = models.TextField(_("about the campaign"), blank=True, max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=LaunchState, default=LaunchState.WAITING
    )
    made_at = models.DateTimeField(_("made"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        verbose_name = _("permit to launch")
        verbose_name_plural = _("permits to launch")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, email__isnull=False) | Q(user__isnull=False, email=None),
                name="a_permit_is_for_an_account_or_an_address",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="permits_decided_and_no_others_have_a_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.email)
