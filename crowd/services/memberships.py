"""Teams of campaigns: who is in, as what, and how others come in or go.

(Volunteers' own teams are another noun.) An owner always remains: whoever takes the last one's
role away waits for the campaign's row, and is refused.
"""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.urls import reverse
from django.utils import translation

from crowd.models import Campaign, Invitation, Membership, User
from crowd.models.campaigns import Role
from crowd.models.users import digest
from crowd.rules.problems import Problem
from crowd.services import changes, mails

INVITABLE = (Role.EDITOR, Role.REVIEWER, Role.READER)
RANK = {role: rank for rank, role in enumerate(Role)}  # 0: the owner, who may do most
LASTS = timedelta(days=14)


def members(*, campaign: Campaign) -> QuerySet[Membership]:
    """Who is in the team, owners first."""
    rank = Case(*(When(role=role.value, then=place) for role, place in RANK.items()))
    found = Membership.objects.filter(campaign=campaign).select_related("user")
    return found.order_by(rank, "pk")


def of_user(*, user: User) -> QuerySet[Membership]:
    """The campaigns in whose teams an account is, drafts among them, the newest first."""
    found = Membership.objects.filter(user=user).select_related("campaign")
    return found.order_by("-campaign__made_at", "-pk")


def invitations(*, campaign: Campaign, now: datetime) -> QuerySet[Invitation]:
    """Those that can still be used, the newest first."""
    return campaign.invitations.usable(now=now).order_by("-made_at", "-pk")


@transaction.atomic
def invite(
    *,
    campaign: Campaign,
    role: str,
    by: User | None,
    now: datetime,
    email: str = "",
    for_several: bool = False,
) -> tuple[Invitation, str]:
    """Make a link into the team, and send it where this site sends mails.

    Args:
        role: editor, reviewer or reader; an owner is made of a member.
        email: for whom it is; whoever has the link may use it all the same.
        for_several: it can be used again and again until it expires; else once.

    Returns:
        The invitation, and the secret of its link: shown once, only its digest is kept.

    Raises:
        Problem: `role_unknown` or `email_unreadable`.
    """
    role = _invitable(role)
    email = _address(email)
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        campaign=campaign,
        role=role,
        digest=digest(secret),
        email=email,
        for_several=for_several and not email,
        made_by=by,
        made_at=now,
        expires_at=now + LASTS,
    )
    told = {"whom": email or f"#{made.pk}", "role": role}
    changes.record(campaign=campaign, user=by, what="team.invited", details=told, now=now)
    if email:
        _send(made, secret, now)
    return made, secret


def _send(made: Invitation, secret: str, now: datetime) -> None:
    # The secret waits in the mail's row until it is sent, and is wiped there then.
    campaign = made.campaign
    mails.send(
        to=made.email,
        template="invitation",
        context={
            "campaign": campaign.title,
            "role": _named(made.role, campaign.language),
            "link": reverse("invitation", args=[secret]),
        },
        language=campaign.language,
        now=now,
    )


@transaction.atomic
def revoke(*, invitation: Invitation, by: User | None, now: datetime) -> None:
    """Take an invitation back; one that was used or taken back stays as it is."""
    # Rival: the person it was sent to, accepting now. Whoever comes first has it.
    if Invitation.objects.usable(now=now).filter(pk=invitation.pk).update(revoked_at=now):
        changes.record(
            campaign=invitation.campaign,
            user=by,
            what="team.invitation_revoked",
            details={"whom": invitation.email or f"#{invitation.pk}"},
            now=now,
        )


def invitation(*, secret: str, now: datetime) -> Invitation:
    """The invitation of a link.

    Raises:
        Problem: `invitation_unusable`.
    """
    usable = Invitation.objects.usable(now=now).select_related("campaign", "made_by")
    found = usable.filter(digest=digest(secret)).first()
    if found is None:
        raise Problem("invitation_unusable")
    return found


@transaction.atomic
def accept(*, secret: str, user: User, now: datetime) -> Membership:
    """Come into a team. Someone who is in already keeps the higher of the two roles.

    Raises:
        Problem: `invitation_unusable`.
    """
    found = invitation(secret=secret, now=now)
    campaign = _hold(found.campaign_id)
    known = Membership.objects.filter(campaign=campaign, user=user).first()
    if known is not None and RANK[Role(known.role)] <= RANK[Role(found.role)]:
        return known
    if not found.for_several:
        # Rival: someone else with the same link. One of the two updates the row.
        usable = Invitation.objects.usable(now=now).filter(pk=found.pk)
        if not usable.update(used_at=now, used_by=user):
            raise Problem("invitation_unusable")
    made, _new = Membership.objects.update_or_create(
        campaign=campaign, user=user, defaults={"role": found.role}
    )
    told = {"role": found.role, "invitation": found.pk}
    changes.record(campaign=campaign, user=user, what="team.joined", details=told, now=now)
    return made


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User | None, now: datetime) -> None:
    """Give a member another role.

    Raises:
        Problem: `role_unknown`, or `an_owner_remains`.
    """
    if role not in Role.values:
        raise Problem("role_unknown", roles=", ".join(Role.values))
    campaign = _hold(membership.campaign_id)
    held = Membership.objects.get(pk=membership.pk)
    if held.role == role:
        return  # a second click
    if held.role == Role.OWNER:
        _check_owners(campaign, but=held)
    held.role = membership.role = role
    held.save(update_fields=["role"])
    _name_owner(campaign)
    told = {"whom": str(held.user), "role": role}
    changes.record(campaign=campaign, user=by, what="team.role", details=told, now=now)


@transaction.atomic
def remove(*, membership: Membership, by: User | None, now: datetime) -> None:
    """Take someone out of the team, or leave it oneself. Gone already: nothing happens.

    Raises:
        Problem: `an_owner_remains`.
    """
    campaign = _hold(membership.campaign_id)
    held = Membership.objects.filter(pk=membership.pk).select_related("user").first()
    if held is None:
        return
    if held.role == Role.OWNER:
        _check_owners(campaign, but=held)
    user = held.user
    held.delete()
    _name_owner(campaign)
    left = by is not None and by.pk == user.pk
    what = "team.left" if left else "team.removed"
    told = {"whom": str(user)}
    changes.record(campaign=campaign, user=by, what=what, details=told, now=now)


def _hold(campaign_id: int) -> Campaign:
    """Rivals: two owners who take the role from each other at the same moment."""
    return Campaign.objects.select_for_update().get(pk=campaign_id)


def _check_owners(campaign: Campaign, *, but: Membership) -> None:
    owners = Membership.objects.filter(campaign=campaign, role=Role.OWNER).exclude(pk=but.pk)
    if not owners.exists():
        raise Problem("an_owner_remains")


def _name_owner(campaign: Campaign) -> None:
    """The campaign's own owner is always one of the team's."""
    owners = Membership.objects.filter(campaign=campaign, role=Role.OWNER).order_by("pk")
    if not owners.filter(user=campaign.owner_id).exists():
        first = owners.first()
        campaign.owner_id = first.user_id if first else None
        campaign.save(update_fields=["owner"])


def _invitable(role: str) -> str:
    if role not in {each.value for each in INVITABLE}:
        raise Problem("role_unknown", roles=", ".join(each.value for each in INVITABLE))
    return role


def _named(role: str, language: str) -> str:
    with translation.override(language):
        return str(Role(role).label)


def _address(email: str) -> str:
    email = email.strip()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Problem("email_unreadable", email=email[:100]) from None
    return email
