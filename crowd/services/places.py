"""Places: which team someone was in when. The lowest floor of `teams`, for the ledger."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from crowd.models import Answer, Contributor, TeamPlace


def teams_at(answers: Iterable[Answer]) -> dict[uuid.UUID, int]:
    """Answer → the team its author was in when they gave it; absent where they were in none.

    Args:
        answers: with their contributors loaded.
    """
    given = list(answers)
    people = {answer.contributor_id for answer in given}
    people |= {answer.contributor.joined_into_id or answer.contributor_id for answer in given}
    places: dict[int, list[TeamPlace]] = {}
    for place in TeamPlace.objects.filter(contributor__in=people):
        places.setdefault(place.contributor_id, []).append(place)
    if not places:
        return {}
    found = {}
    for answer in given:
        # As a guest they may have been in another team than the account they are part of now.
        for person in (answer.contributor_id, answer.contributor.joined_into_id):
            team_id = _at(places.get(person or 0, ()), answer.given_at)
            if team_id is not None:
                found[answer.pk] = team_id
                break
    return found


def _at(places: Sequence[TeamPlace], moment: datetime) -> int | None:
    for place in places:
        if place.since <= moment and (place.until is None or moment < place.until):
            return place.team_id
    return None


def merge(*, guest: Contributor, into: Contributor, now: datetime) -> None:
    """A guest becomes part of an account: their team is the account's, if it has none."""
    current = TeamPlace.objects.current()
    if not current.filter(contributor=into).exists():
        team_ids = list(current.filter(contributor=guest).values_list("team_id", flat=True))
        TeamPlace.objects.bulk_create(
            TeamPlace(team_id=team_id, contributor=into, since=now) for team_id in team_ids
        )
    current.filter(contributor=guest).update(until=now)
