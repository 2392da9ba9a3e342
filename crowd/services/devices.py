"""Devices: the same person on a phone and on a laptop, made one by a code that lives for minutes.

One device shows the code, the other one opens it. Codes are in Valkey alone: lost, a new one is
made. Whoever has an account speaks for both; of two guests, the one whose code it is.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from crowd import valkey
from crowd.models import Contributor, User
from crowd.rules.problems import Problem
from crowd.services import contributors, joining

LIVES = timedelta(minutes=10)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
LENGTH = 8  # of 32 letters: 2^40, for ten minutes


@dataclass(frozen=True, kw_only=True)
class Code:
    """What one device shows. It works once."""

    letters: str
    until: datetime

    @property
    def spaced(self) -> str:
        """Easier to read aloud."""
        return f"{self.letters[:4]} {self.letters[4:]}"


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Who speaks for both devices from now on.

    Attributes:
        person: the account, or the guest whose code it was.
        account_for_shower: the device that showed the code was a guest and belongs to the account
            of the one that opened it.
    """

    person: Contributor
    account_for_shower: bool


def make_code(*, contributor: Contributor, now: datetime) -> Code:
    """A new code for this person; an earlier one of theirs works no more.

    Raises:
        Problem: `codes_away` (Valkey is), `joining_staff`.
    """
    _refuse_staff(contributor.user)
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    try:
        client = valkey.client()
        earlier = client.get(_of_person(contributor.pk))
        if earlier:
            client.delete(_of_code(earlier))
        client.set(_of_code(letters), contributor.pk, ex=LIVES)
        client.set(_of_person(contributor.pk), letters, ex=LIVES)
    except valkey.Unreachable:
        raise Problem("codes_away") from None
    return Code(letters=letters, until=now + LIVES)


def whose(*, letters: str) -> Contributor:
    """Who shows this code now. Asking does not use it up.

    Raises:
        Problem: `codes_away`, `code_unknown` (wrong, used or too old).
    """
    try:
        found = valkey.client().get(_of_code(_plain(letters)))
    except valkey.Unreachable:
        raise Problem("codes_away") from None
    return _alive(found)


def join(
    *, letters: str, contributor: Contributor | None, user: User | None, now: datetime
) -> Joined:
    """Make whoever opens a code and whoever shows it one person. The code is used up.

    Args:
        contributor: who opens it, as far as they have taken part.
        user: their account, if they are signed in.

    Raises:
        Problem: `codes_away`, `code_unknown`, `joining_yourself`, `joining_two_accounts`,
            `joining_staff`.
    """
    _check(whose(letters=letters), contributor, user)
    try:
        # Rival: the same code opened on another device at this moment; one of us has it.
        found = valkey.client().getdel(_of_code(_plain(letters)))
    except valkey.Unreachable:
        raise Problem("codes_away") from None
    shower = _alive(found)
    if shower.user is not None:
        return Joined(person=_into_account(shower.user, contributor, now), account_for_shower=False)
    if user is not None:
        person = _into_account(user, shower, now)
        _remember(shower, user)
        return Joined(person=person, account_for_shower=True)
    return Joined(person=_two_guests(shower, contributor, now), account_for_shower=False)


def account_of(*, guest_token: str) -> User | None:
    """The account that this browser's guest was joined to from another device just now; once.

    It answers to the token of the device that showed the code, and for minutes only: then the
    token is worth nothing, as it should be.
    """
    public_id = contributors.named_by(token=guest_token)
    people = Contributor.objects.filter(forgotten_at=None)
    people = people.select_related("joined_into__user", "user")
    guest = people.filter(public_id=public_id).first() if public_id else None
    speaker = guest and (guest.joined_into or guest)
    if guest is None or speaker is None or speaker.user is None or not speaker.user.is_active:
        return None
    try:
        return speaker.user if valkey.client().getdel(_of_shower(guest.pk)) else None
    except valkey.Unreachable:
        return None


def was_joined(*, guest_token: str) -> bool:
    """Whether `account_of` would find an account now."""
    public_id = contributors.named_by(token=guest_token)
    guest = Contributor.objects.filter(public_id=public_id).first() if public_id else None
    try:
        return guest is not None and bool(valkey.client().exists(_of_shower(guest.pk)))
    except valkey.Unreachable:
        return False


def _into_account(user: User, guest: Contributor | None, now: datetime) -> Contributor:
    language = guest.language if guest else "en"
    return contributors.sign_in(user=user, guest=guest, language=language, now=now)


@transaction.atomic
def _two_guests(shower: Contributor, opener: Contributor | None, now: datetime) -> Contributor:
    if opener is None:
        return shower
    # Rivals: either of them answering, or signing in. In order of number, so that two devices
    # that open each other's code wait for one another only once.
    rows = Contributor.objects.filter(pk__in=[shower.pk, opener.pk]).order_by("pk")
    held = {each.pk: each for each in rows.select_for_update(no_key=True)}
    shower, opener = held[shower.pk], held[opener.pk]
    for each in (shower, opener):
        if each.user_id is not None or each.joined_into_id is not None:
            raise Problem("code_unknown")  # either has become someone else's meanwhile
    joining.join(guest=opener, into=shower, now=now)
    return shower


def _check(shower: Contributor, contributor: Contributor | None, user: User | None) -> None:
    opened_by = {contributor.pk, contributor.joined_into_id} if contributor else set()
    if shower.pk in opened_by:
        raise Problem("joining_yourself")
    if shower.user is not None and user is not None:
        raise Problem("joining_two_accounts")
    _refuse_staff(shower.user)
    _refuse_staff(user)


def _refuse_staff(user: User | None) -> None:
    # What such an account may do is worth a passkey or a code by e-mail on each device.
    if user is not None and (user.is_staff or user.is_superuser):
        raise Problem("joining_staff")


def _alive(found: str | None) -> Contributor:
    people = Contributor.objects.filter(joined_into=None, forgotten_at=None)
    shower = people.select_related("user").filter(pk=int(found)).first() if found else None
    if shower is None:
        raise Problem("code_unknown")
    return shower


def _remember(shower: Contributor, user: User) -> None:
    try:
        valkey.client().set(_of_shower(shower.pk), user.pk, ex=LIVES)
    except valkey.Unreachable:
        return  # that device signs in by itself


def _plain(letters: str) -> str:
    return "".join(each for each in letters.upper() if each in LETTERS)[:LENGTH]


def _of_code(letters: str) -> str:
    return valkey.key("joining-code", letters)


def _of_person(contributor_id: int) -> str:
    return valkey.key("joining-code-of", contributor_id)


def _of_shower(contributor_id: int) -> str:
    return valkey.key("joined-to", contributor_id)
