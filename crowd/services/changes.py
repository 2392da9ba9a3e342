"""The log of a campaign: every change its team makes, in the transaction that makes it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from crowd import changed
from crowd.models import Campaign, Change, User

Made = TypeVar("Made")


def record(
    *,
    campaign: Campaign,
    user: User | None,
    what: str,
    details: Mapping[str, Any] | None = None,
    now: datetime,
) -> Change:
    """Write down one change. Call it inside the transaction of what it tells.

    Args:
        user: who did it; None: a command, or the site itself.
        what: a line of `crowd.changed.WORDS`.
        details: what that line tells and what else is worth keeping, as plain JSON values; never
            anyone's answers, nor what is personal beyond the team.

    Raises:
        KeyError: the line is unknown, or tells what the details lack.
    """
    told = dict(details or {})
    changed.words(what=what, details=told)
    return Change.objects.create(campaign=campaign, user=user, what=what, details=told, made_at=now)


@transaction.atomic
def written(
    verb: Callable[..., Made],
    *,
    campaign: Campaign,
    user: User | None,
    what: str,
    details: Mapping[str, Any] | None = None,
    now: datetime,
    **given: Any,
) -> Made:
    """Call another service's verb with what is given, and write its line, in one transaction.

    For verbs that workers and commands call as well, of whom nothing is written down.

    Raises:
        KeyError: as `record`; and all that the verb raises, with nothing written.
    """
    made = verb(**given)
    record(campaign=campaign, user=user, what=what, details=details, now=now)
    return made


def of_campaign(*, campaign: Campaign) -> QuerySet[Change]:
    """The log, newest first, with who did it."""
    return Change.objects.filter(campaign=campaign).select_related("user")
