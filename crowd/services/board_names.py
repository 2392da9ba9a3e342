"""Names on boards, kept by each process until anybody's changes: a board that is looked at again
and again asks PostgreSQL nothing, and who leaves the boards is gone from them at once all the same.

"Until": a number in Valkey, without which there are no boards either, grows with every change.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from crowd import valkey
from crowd.models import Contributor, Team

VERSION = "board-names"  # the key of that number
KEPT_SECONDS = 60.0  # should a change ever not be told
MOST = 20_000  # names a process keeps

Name = tuple[str, str]
"""A pseudonym or a team's name, and a team's address ("" for people)."""


@dataclass
class _Kept:
    version: str = ""
    read_at: float = 0.0
    names: dict[tuple[bool, int], Name | None] = field(default_factory=dict)


_kept = _Kept()


def of(*, ids: Sequence[int], teams: bool = False) -> dict[int, Name]:
    """The names of those of these people, or of these teams, who are on boards.

    Raises:
        valkey.Unreachable: boards are away for a moment.
    """
    if not ids:
        return {}
    _renew(str(valkey.client().get(VERSION)))
    names = _kept.names
    missing = [each for each in ids if (teams, each) not in names]
    if missing:
        found = _read(missing, teams=teams)
        names.update({(teams, each): found.get(each) for each in missing})
    told = {each: names.get((teams, each)) for each in ids}
    return {each: name for each, name in told.items() if name is not None}


def changed() -> None:
    """Somebody's name, or wish to be listed, is another one: no process shows the one before."""
    _grow()
    transaction.on_commit(_grow)  # what was read before the commit is read again


def _grow() -> None:
    with contextlib.suppress(*valkey.Unreachable):
        valkey.client().incr(VERSION)


def _renew(version: str) -> None:
    global _kept  # noqa: PLW0603 (replaced whole: threads that read the old one go on with it)
    now = time.monotonic()
    old = version != _kept.version or now - _kept.read_at > KEPT_SECONDS
    if old or len(_kept.names) > MOST:
        _kept = _Kept(version=version, read_at=now)


def _read(ids: Sequence[int], *, teams: bool) -> dict[int, Name]:
    if teams:
        found = Team.objects.filter(pk__in=ids).values_list("pk", "name", "slug")
        return {pk: (name, slug) for pk, name, slug in found}
    listed = Contributor.objects.listed().filter(pk__in=ids)
    return {pk: (name or "", "") for pk, name in listed.values_list("pk", "pseudonym")}
