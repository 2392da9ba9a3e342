"""Contributors: who this browser is, without ever asking for a name."""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce

from crowd import prepared
from crowd.models import Contributor, User
from crowd.models.contributors import ContributorKind
from crowd.rules.problems import Problem
from crowd.services import board_names, bursts, joining, names, notes

SALT = "tamis.contributor"
SHORTEST_NAME, LONGEST_NAME = 2, 40


def start_guest(*, language: str, now: datetime, address: str = "") -> tuple[Contributor, str]:
    """A new guest and the signed token that is their identity in one browser.

    Args:
        address: whence the request came, to notice bursts; it is not kept.
    """
    guest = Contributor.objects.create(kind=ContributorKind.GUEST, language=language, made_at=now)
    bursts.notice(guest=guest, address=address, now=now)
    return guest, token_of(contributor=guest)


def token_of(*, contributor: Contributor) -> str:
    """The token that names this contributor; signed, so that none can be guessed."""
    return signing.dumps(str(contributor.public_id), salt=SALT)


def from_token(*, token: str) -> Contributor | None:
    """The guest a token names; None when forged, unknown, or when an account has taken over."""
    public_id = named_by(token=token)
    if public_id is None:
        return None
    found = prepared.rows(_GUEST, {"public_id": public_id})
    return prepared.instance(Contributor, found[0]) if found else None


@lru_cache(maxsize=10_000)
def named_by(*, token: str) -> uuid.UUID | None:
    """The `public_id` in a token, None when it is forged; whether it holds is not asked."""
    try:
        return uuid.UUID(str(signing.loads(token, salt=SALT)))
    except (signing.BadSignature, ValueError):
        return None


IS_A_GUEST = "num_nulls(c.user_id, c.joined_into_id, c.forgotten_at) = 3"
# One contributor and no more: what nearly everyone is, and what the fast statements ask for. Who
# joins changes the rows of both (`joining`), so that a statement that waited for it sees it.
# Said so that no index is taken for it: whoever is asked about is known by their number.
IS_ALONE = "num_nulls(joined_into_id, forgotten_at) = 2 AND NOT has_joined"
_GUEST = f"""
    SELECT {prepared.columns(Contributor, "c")} FROM crowd_contributor c
    WHERE c.public_id = %(public_id)s AND {IS_A_GUEST}
"""  # noqa: S608 (constants)


def of_user(*, user: User) -> Contributor | None:
    """The contributor an account has, if it ever took part."""
    return Contributor.objects.filter(user=user).first()


def is_alone(*, contributor: Contributor) -> bool:
    """Whether a person is this one contributor for certain."""
    return contributor.user_id is None and looks_alone(contributor=contributor)


def looks_alone(*, contributor: Contributor) -> bool:
    """Whether a person was this one contributor when it was read; whether they still are, only a
    statement that asks for `IS_ALONE` can tell.
    """
    return contributor.joined_into_id is None and not contributor.has_joined


def person_ids(*, contributor: Contributor) -> list[int]:
    """Every contributor row that is this same person: who speaks for them first, then the guests
    of other browsers who have joined.
    """
    if is_alone(contributor=contributor):
        return [contributor.pk]
    account = contributor.joined_into_id or contributor.pk
    joined = Contributor.objects.filter(joined_into=account).order_by("pk")
    return [account, *joined.values_list("pk", flat=True)]


def people(*, contributor_ids: Iterable[int]) -> dict[int, int]:
    """Each contributor → who speaks for them: their account, or they themselves."""
    found = Contributor.objects.filter(pk__in=list(contributor_ids))
    return dict(found.values_list("pk", Coalesce("joined_into_id", "pk")))


def hold(*, contributor_id: int) -> list[int]:
    """Lock a person until the transaction ends: what their tabs do at once happens in turn.

    Returns:
        `person_ids`, as they are now.
    """
    rows = Contributor.objects.select_for_update(no_key=True).only(
        "pk", "user", "joined_into", "has_joined"
    )
    held = rows.get(pk=contributor_id)
    if held.joined_into_id is not None:  # a request of the guest that an account was made of
        held = rows.get(pk=held.joined_into_id)
    return person_ids(contributor=held)


@transaction.atomic
def sign_in(*, user: User, guest: Contributor | None, language: str, now: datetime) -> Contributor:
    """The account's contributor, after what was done as a guest has become theirs."""
    # Two tabs signing in at once: the account's row makes the second wait for the first.
    User.objects.select_for_update().get(pk=user.pk)
    own = Contributor.objects.select_for_update(no_key=True).filter(user=user).first()
    guest = _still_a_guest(guest)
    if own is None and guest is not None:
        guest.user, guest.kind = user, ContributorKind.ACCOUNT
        guest.save(update_fields=["user", "kind"])
        return guest
    if own is None:
        return Contributor.objects.create(
            kind=ContributorKind.ACCOUNT, user=user, language=language, made_at=now
        )
    if guest is not None:
        joining.join(guest=guest, into=own, now=now)
    return own


def _still_a_guest(guest: Contributor | None) -> Contributor | None:
    """The guest, locked; None when an account has taken over in the meantime."""
    if guest is None:
        return None
    # Rivals: another tab of that browser signing in elsewhere, or answering at this moment.
    guests = Contributor.objects.filter(pk=guest.pk, user=None, joined_into=None)
    return guests.select_for_update(no_key=True).first()


def speak(*, contributor: Contributor, language: str) -> None:
    """Choose the language that mails and sentences for this person are in."""
    contributor.language = language
    contributor.save(update_fields=["language"])


def language_of(*, user: User, otherwise: str = "en") -> str:
    """The language an account chose; `otherwise` where it never came in."""
    said = of_user(user=user)
    return said.language if said else otherwise


def choose_name(*, contributor: Contributor, pseudonym: str, listed: bool | None) -> None:
    """Take a pseudonym and choose whether boards may show it; "" takes it back.

    Args:
        listed: None leaves the question open.

    Raises:
        Problem: the name is taken, was taken away from someone, too short or long, missing
            though listed, or an address.
    """
    name = plain_name(pseudonym)
    if not name and listed:
        raise Problem("pseudonym_missing")
    if name and not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Problem("pseudonym_length", least=SHORTEST_NAME, most=LONGEST_NAME)
    if is_an_address(name):
        raise Problem("pseudonym_characters")
    if name and name != contributor.pseudonym and names.is_refused(name=name):
        raise Problem("pseudonym_refused")
    try:
        with transaction.atomic():
            contributor.pseudonym, contributor.listed = name or None, listed
            contributor.save(update_fields=["pseudonym", "listed"])
    except IntegrityError as taken:
        contributor.refresh_from_db(fields=["pseudonym", "listed"])
        raise Problem("pseudonym_taken") from taken
    tell_boards(contributor=contributor)


def tell_boards(*, contributor: Contributor) -> None:
    """After a choice about being listed: boards show this person, or count them no longer."""
    board_names.changed()
    notes.note(contributor_ids=[contributor.pk])


def is_an_address(name: str) -> bool:
    """Whether a name would lead somewhere: an e-mail address, or one on the web."""
    return re.search(r"@|://|www\.", name) is not None


def plain_name(typed: str) -> str:
    """Composed letters, single spaces, and no invisible characters to look like someone else."""
    composed = unicodedata.normalize("NFC", " ".join(typed.split()))
    return "".join(each for each in composed if unicodedata.category(each)[0] != "C").strip()
