"""Names: what anyone may be told of who someone is, and names that nobody may take."""

import hashlib
import secrets
import unicodedata
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crowd.models import Contributor, RefusedName, Team
from crowd.services import board_names


def shown(contributor: Contributor | None) -> str:
    """The pseudonym of who chose one and to be listed (DESIGN, rule 6); "A volunteer" otherwise.

    Names that were taken away are gone from the row itself, so that nothing here, and no board,
    export or socket, has to know of it.
    """
    if contributor is None or not contributor.listed or contributor.forgotten_at:
        return _("A volunteer")
    return contributor.pseudonym or _("A volunteer")


def is_refused(*, name: str) -> bool:
    """Whether a name was taken away from someone: whoever wants it must choose another."""
    return RefusedName.objects.filter(digest=_digest(name)).exists()


def refuse(*, name: str, now: datetime) -> None:
    """Nobody may take this name from now on, whatever its case."""
    RefusedName.objects.get_or_create(digest=_digest(name), defaults={"made_at": now})


def rename(*, subject: Contributor | Team, name: str = "", now: datetime) -> str:
    """Give a person or a team another name than the one they chose, which nobody may take again.

    Args:
        name: "" for a neutral one.

    Returns:
        The name they have now.

    Raises:
        IntegrityError: someone else has it.
    """
    field = "name" if isinstance(subject, Team) else "pseudonym"
    with transaction.atomic():
        # Rivals: another moderator, and the person choosing another name at this moment.
        held = type(subject).objects.select_for_update(no_key=True, of=("self",)).get(pk=subject.pk)
        before = getattr(held, field)
        if before:
            refuse(name=before, now=now)
        _give(held, field, name)
    board_names.changed()
    return str(getattr(held, field) or "")


def _give(held: Contributor | Team, field: str, name: str) -> None:
    for _try in range(20):
        setattr(held, field, name or _neutral(held))
        try:
            with transaction.atomic():
                held.save(update_fields=[field])
            return
        except IntegrityError:
            if name:
                raise
    raise AssertionError("twenty numbers of five digits were all taken")


def _neutral(held: Contributor | Team) -> str:
    number = secrets.randbelow(90_000) + 10_000
    if isinstance(held, Team):
        return _("Team %(number)s") % {"number": number}
    with translation.override(held.language):
        return _("Volunteer %(number)s") % {"number": number}


def _digest(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return hashlib.sha256(" ".join(folded.split()).encode()).hexdigest()
