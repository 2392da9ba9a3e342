"""Contributors: who this browser is, without ever asking for a name."""

import re
import uuid
from datetime import datetime

from django.core import signing
from django.db import IntegrityError, transaction

from crowd.models import Answer, Contributor, User
from crowd.models.answers import SetAside
from crowd.models.contributors import ContributorKind
from crowd.rules.problems import Problem

SALT = "tamis.contributor"
SHORTEST_NAME, LONGEST_NAME = 2, 40


def start_guest(*, language: str, now: datetime) -> tuple[Contributor, str]:
    """A new guest and the signed token that is their identity in one browser."""
    guest = Contributor.objects.create(kind=ContributorKind.GUEST, language=language, made_at=now)
    return guest, token_of(contributor=guest)


def token_of(*, contributor: Contributor) -> str:
    """The token that names this contributor; signed, so that none can be guessed."""
    return signing.dumps(str(contributor.public_id), salt=SALT)


def from_token(*, token: str) -> Contributor | None:
    """The guest a token names; None when forged, unknown, or when an account has taken over."""
    try:
        public_id = uuid.UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Contributor.objects.filter(
        public_id=public_id, user=None, joined_into=None, forgotten_at=None
    ).first()


def of_user(*, user: User) -> Contributor | None:
    """The contributor an account has, if it ever took part."""
    return Contributor.objects.filter(user=user).first()


def person_ids(*, contributor: Contributor) -> list[int]:
    """Every contributor row that is this same person: their own, and guests they were."""
    if contributor.user_id is None:
        return [contributor.pk]
    return [contributor.pk, *contributor.joined.values_list("pk", flat=True)]


@transaction.atomic
def sign_in(*, user: User, guest: Contributor | None, language: str, now: datetime) -> Contributor:
    """The account's contributor, after what was done as a guest has become theirs."""
    # Two tabs signing in at once: the account's row makes the second wait for the first.
    User.objects.select_for_update().get(pk=user.pk)
    own = of_user(user=user)
    if own is None and guest is not None:
        guest.user, guest.kind = user, ContributorKind.ACCOUNT
        guest.save(update_fields=["user", "kind"])
        return guest
    if own is None:
        return Contributor.objects.create(
            kind=ContributorKind.ACCOUNT, user=user, language=language, made_at=now
        )
    if guest is not None and guest.pk != own.pk:
        _join(guest=guest, into=own, now=now)
    return own


def _join(*, guest: Contributor, into: Contributor, now: datetime) -> None:
    """Make a guest part of an account. Of two answers to one micro-task the earlier one counts."""
    guest.joined_into, guest.pseudonym, guest.listed = into, None, None
    guest.save(update_fields=["joined_into", "pseudonym", "listed"])
    mine = person_ids(contributor=into)
    earliest: dict[int, uuid.UUID] = {}
    for answer in Answer.objects.counting().filter(contributor__in=mine).order_by("given_at", "pk"):
        if earliest.setdefault(answer.microtask_id, answer.pk) != answer.pk:
            # Unread again: the cross-check looks at its micro-task anew and revises the verdict.
            answer.set_aside_at, answer.set_aside_reason = now, SetAside.JOINED
            answer.counted_at = None
            answer.save(update_fields=["set_aside_at", "set_aside_reason", "counted_at"])


def speak(*, contributor: Contributor, language: str) -> None:
    """Choose the language that mails and sentences for this person are in."""
    contributor.language = language
    contributor.save(update_fields=["language"])


def choose_name(*, contributor: Contributor, pseudonym: str, listed: bool | None) -> None:
    """Take a pseudonym and choose whether boards may show it; "" takes it back.

    Args:
        listed: None leaves the question open.

    Raises:
        Problem: the name is taken, too short or long, missing though listed, or an address.
    """
    name = " ".join(pseudonym.split())
    if not name and listed:
        raise Problem("pseudonym_missing")
    if name and not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Problem("pseudonym_length", least=SHORTEST_NAME, most=LONGEST_NAME)
    if re.search(r"@|://|www\.", name):
        raise Problem("pseudonym_characters")
    try:
        with transaction.atomic():
            contributor.pseudonym, contributor.listed = name or None, listed
            contributor.save(update_fields=["pseudonym", "listed"])
    except IntegrityError as taken:
        contributor.refresh_from_db(fields=["pseudonym", "listed"])
        raise Problem("pseudonym_taken") from taken
