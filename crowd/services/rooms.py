"""Rooms: people who answer together, join by a code, and see on a screen what they have done."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery

from crowd.models import Answer, Campaign, Contributor, MicroTask, Room, Seat
from crowd.rules.problems import Problem
from crowd.services import notes, progress

# Neither I, L, O nor 0, 1, so that nobody reads one for another from a screen.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 6
MOST_TEAMS, LONGEST_NAME = 12, 40


@dataclass(frozen=True, kw_only=True)
class TeamTally:
    """What one team of a room has given."""

    name: str
    people: int
    answers: int


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a room has done: answers given, and what became of the micro-tasks they were about.

    `total` counts micro-tasks that someone here has answered; `settled`, `contested` and
    `set_aside` those of them that are, as everyone may know.
    """

    people: int
    answers: int
    total: int
    settled: int
    contested: int
    set_aside: int
    teams: list[TeamTally]


@transaction.atomic
def open_room(
    *, campaign: Campaign, title: str, teams: Sequence[str], trusted: bool, now: datetime
) -> Room:
    """A new room with a code of its own.

    Raises:
        Problem: `room_teams` (too many, alike, or too long).
    """
    return Room.objects.create(
        campaign=campaign,
        code=_new_code(),
        title=" ".join(title.split())[:200],
        teams=team_names(teams),
        trusted=trusted,
        opened_at=now,
    )


def change(*, room: Room, title: str, teams: Sequence[str], trusted: bool) -> None:
    """Rename a room or its teams, or say whether its people decide as independent people.

    A team keeps its place in the list; one that has members can't be taken away.

    Raises:
        Problem: `room_teams`, `room_team_in_use`.
    """
    names = team_names(teams)
    used = room.seats.filter(team__gte=len(names)).order_by("team").values_list("team", flat=True)
    if used:
        raise Problem("room_team_in_use", name=room.teams[used[0]])
    room.title, room.teams, room.trusted = " ".join(title.split())[:200], names, trusted
    room.save(update_fields=["title", "teams", "trusted"])
    notes.note(room_ids=[room.pk])


@transaction.atomic
def close(*, room: Room, now: datetime) -> None:
    """Nobody can join any more, and nobody sits there any more; what was answered stays."""
    if Room.objects.open().filter(pk=room.pk).update(closed_at=now):
        Contributor.objects.filter(room=room).update(room=None)
        room.closed_at = now
        notes.note(room_ids=[room.pk])


def by_code(*, code: str) -> Room | None:
    """The room of a code as people type it: in small letters, with spaces."""
    typed = "".join(code.split()).replace("-", "").upper()
    return Room.objects.select_related("campaign").filter(code=typed).first()


@transaction.atomic
def join(*, room: Room, contributor: Contributor, team: int | None, now: datetime) -> None:
    """Sit down in a room, or at another team's table; who sat elsewhere leaves that room.

    Raises:
        Problem: `room_closed`, `room_team_unknown`.
    """
    # Rival: the facilitator closing the room at this moment.
    held = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    if not held.is_open:
        raise Problem("room_closed")
    if held.teams and (team is None or not 0 <= team < len(held.teams)):
        raise Problem("room_team_unknown")
    Seat.objects.update_or_create(
        room=held,
        contributor=contributor,
        defaults={"team": team if held.teams else None},
        create_defaults={"team": team if held.teams else None, "joined_at": now},
    )
    contributor.room = held
    contributor.save(update_fields=["room"])
    notes.note(room_ids=[held.pk])


def leave(*, contributor: Contributor) -> None:
    """Go on alone. What was answered in the room stays the room's."""
    contributor.room = None
    contributor.save(update_fields=["room"])


def take_over(*, guest: Contributor, into: Contributor) -> None:
    """An account that a guest becomes part of sits where the guest sat."""
    if guest.room_id is None or into.room_id is not None:
        return
    seat = Seat.objects.filter(room=guest.room_id, contributor=guest).first()
    if seat is not None:
        Seat.objects.get_or_create(
            room_id=guest.room_id,
            contributor=into,
            defaults={"team": seat.team, "joined_at": seat.joined_at},
        )
    into.room_id = guest.room_id
    into.save(update_fields=["room"])


def of(*, contributor: Contributor | None, campaign: Campaign) -> Room | None:
    """The open room of this campaign in which someone sits."""
    if contributor is None or contributor.room_id is None:
        return None
    return Room.objects.open().filter(pk=contributor.room_id, campaign=campaign).first()


def smallest_team(*, room: Room) -> int | None:
    """The team with the fewest people, which newcomers are offered first."""
    if not room.teams:
        return None
    people = _per_team(room.seats.values_list("team").annotate(Count("pk")))
    return min(range(len(room.teams)), key=lambda number: people.get(number, 0))


def tally(*, room: Room) -> Tally:
    """What a room has done so far."""
    answers = Answer.objects.counting().filter(assignment__room=room)
    about = MicroTask.objects.filter(pk__in=answers.values("microtask"))
    return Tally(
        people=room.seats.aggregate(people=Count(progress.PERSON, distinct=True))["people"],
        answers=answers.count(),
        teams=_teams(room),
        **progress.shares(about),
    )


def team_names(names: Sequence[str]) -> list[str]:
    """Names as they were typed, without empty ones.

    Raises:
        Problem: `room_teams`.
    """
    tidy = [" ".join(name.split()) for name in names if name.strip()]
    alike = len({name.casefold() for name in tidy}) < len(tidy)
    if alike or len(tidy) > MOST_TEAMS or any(len(name) > LONGEST_NAME for name in tidy):
        raise Problem("room_teams", most=MOST_TEAMS, longest=LONGEST_NAME)
    return tidy


def _teams(room: Room) -> list[TeamTally]:
    seats = room.seats
    people = _per_team(seats.values_list("team").annotate(n=Count(progress.PERSON, distinct=True)))
    team = Seat.objects.filter(room=room, contributor=OuterRef("contributor")).values("team")
    given = Answer.objects.counting().filter(assignment__room=room).annotate(team=Subquery(team))
    answers = _per_team(given.order_by().values_list("team").annotate(Count("pk")))
    return [
        TeamTally(name=name, people=people.get(number, 0), answers=answers.get(number, 0))
        for number, name in enumerate(room.teams)
    ]


def _per_team(counted: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    return {team: count for team, count in counted if team is not None}


def _new_code() -> str:
    """One that no room has had: an old sheet of codes must not lead into another room."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if not Room.objects.filter(code=code).exists():
            return code
