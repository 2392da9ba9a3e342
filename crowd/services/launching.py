"""Who may launch a campaign on this site, and a campaign's first and its opening moment."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from crowd import later
from crowd.models import Campaign, LaunchPermit, Membership, User
from crowd.models.campaigns import Role
from crowd.models.invitations import LaunchState
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.rules.wording import storable
from crowd.services import campaigns, causes, changes, contributors, mails, readiness

ANYONE, INVITED, APPROVED = "anyone", "invited", "approved"
LONGEST_ABOUT = 2000  # characters
LONGEST_SLUG = 60


def may_launch(*, user: User | None) -> bool:
    """Whether an account may start a campaign here (setting `TAMIS_LAUNCHING`)."""
    if user is None or not user.is_active:
        return False
    if user.is_staff or user.is_superuser or settings.TAMIS_LAUNCHING == ANYONE:
        return True
    return permits(user=user).filter(state=LaunchState.GRANTED.value).exists()


def may_ask(*, user: User | None) -> bool:
    """Whether asking for it leads anywhere here."""
    return settings.TAMIS_LAUNCHING == APPROVED and not may_launch(user=user)


def permits(*, user: User) -> QuerySet[LaunchPermit]:
    """What is known of an account: what it asked, and whether its address was invited."""
    mine = Q(user=user)
    if user.email:
        mine |= Q(email__iexact=user.email)
    return LaunchPermit.objects.filter(mine)


@transaction.atomic
def ask(*, user: User, about: str, now: datetime) -> LaunchPermit:
    """Ask this site's staff to be allowed to launch. Asked again, the first request is returned.

    Raises:
        Problem: `launching_not_asked_for`, `request_without_words` or `note_too_long`.
    """
    about = storable(about).strip()
    if not may_ask(user=user):
        raise Problem("launching_not_asked_for")
    if not about:
        raise Problem("request_without_words")
    if len(about) > LONGEST_ABOUT:
        raise Problem("note_too_long", length=len(about), most=LONGEST_ABOUT)
    made, _new = LaunchPermit.objects.get_or_create(
        user=user, defaults={"about": about, "made_at": now}
    )
    return made


@transaction.atomic
def invite(*, email: str, by: User, now: datetime) -> LaunchPermit:
    """Let whoever has this address launch, with or without an account yet.

    Raises:
        Problem: `email_unreadable`.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Problem("email_unreadable", email=email[:100]) from None
    granted = {"state": LaunchState.GRANTED.value, "decided_at": now, "decided_by": by}
    made, _new = LaunchPermit.objects.update_or_create(
        email=email, defaults=granted, create_defaults={**granted, "made_at": now}
    )
    return made


@transaction.atomic
def decide(*, permit: LaunchPermit, granted: bool, by: User, now: datetime) -> None:
    """Answer a request, or take an answer back; the account is told by mail, if we send any."""
    held = LaunchPermit.objects.select_for_update().get(pk=permit.pk)
    state = LaunchState.GRANTED if granted else LaunchState.REFUSED
    if held.state != state.value:
        held.state, held.decided_at, held.decided_by = state.value, now, by
        held.save(update_fields=["state", "decided_at", "decided_by"])
        if held.user is not None:
            mails.send(
                to=held.user,
                template="launch_decided",
                context={"granted": granted, "link": reverse("launch")},
                language=contributors.language_of(user=held.user),
                now=now,
            )


def start(*, title: str, language: str, by: User, now: datetime) -> Campaign:
    """A draft with nothing but its title, owned by whoever starts it.

    Raises:
        Problem: `launching_not_allowed`, `cause_without_title`, `text_too_long` or
            `language_unknown`.
    """
    if not may_launch(user=by):
        raise Problem("launching_not_allowed")
    words = causes.cleaned({"title": title, "language": language})
    with transaction.atomic():
        made = _created(by=by, now=now, **words)
        Membership.objects.create(campaign=made, user=by, role=Role.OWNER)
        changes.record(campaign=made, user=by, what="campaign.made", now=now)
    return made


def _created(*, by: User, now: datetime, title: str, language: str) -> Campaign:
    """Rival: a campaign of the same title, started now. One of the two gets another address."""
    base = slugify(title)[:LONGEST_SLUG].strip("-") or "campaign"
    for number in range(1, 1000):
        slug = base if number == 1 else f"{base}-{number}"
        try:
            with transaction.atomic():
                return Campaign.objects.create(
                    slug=slug, title=title, language=language, owner=by, made_at=now
                )
        except IntegrityError:
            continue
    raise Problem("title_taken", title=title)


def open_up(*, campaign: Campaign, by: User | None, now: datetime) -> None:
    """Open a campaign that has all it needs. Open already: a second click changes nothing.

    Raises:
        Problem: the first thing it can't do without.
        lifecycle.ForbiddenMove: not from where it is.
    """
    if campaign.is_open:
        return
    for lack in readiness.missing(campaign=campaign):
        if lack.needed:
            raise lack.problem
    campaigns.move(campaign=campaign, state=CampaignState.OPEN, by=by, now=now)
    # Had a message been lost while it was set up, some excerpts would not be asked about.
    later.after_commit("tasks.microtasks.ask_about_all", queue="documents", campaign_id=campaign.pk)
