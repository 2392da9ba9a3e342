"""Leaderboards: sorted sets in Valkey, each score the sum of a person's ledger rows.

Scores are written whole, never incremented: written twice, late or after a loss they are right.
Only listed contributors are in them (DESIGN, rule 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from crowd import valkey
from crowd.models import Award, Campaign, Contributor
from crowd.services import contributors, points

PERIODS = ("all", "week")
SITE = 0  # stands for "all campaigns"
NEIGHBOURS = 2  # on either side
WEEK_KEPT = timedelta(days=15)
NEWEST = 1000  # ledger rows that `catch_up` looks back over


@dataclass(frozen=True, kw_only=True)
class Row:
    rank: int
    pseudonym: str
    points: int
    is_you: bool


@dataclass(frozen=True, kw_only=True)
class Board:
    """One leaderboard as one person sees it.

    Attributes:
        rows: the top, best first.
        neighbours: you and those next to you, when you are listed and not in the top.
        you: your own row, when you are listed and have points here.
        total_listed: how many people are on the board.
    """

    period: str
    rows: list[Row] = field(default_factory=list)
    neighbours: list[Row] = field(default_factory=list)
    you: Row | None = None
    total_listed: int = 0


def board(
    *,
    campaign: Campaign | None,
    period: str,
    contributor: Contributor | None,
    now: datetime,
    limit: int = 10,
) -> Board:
    """The top of a board, and you with your neighbours.

    Args:
        campaign: None for the whole site.
        period: "all" or "week" (Monday to Sunday, UTC).

    Raises:
        ValueError: another period.
        valkey.Unreachable: boards are away for a moment.
    """
    if period not in PERIODS:
        raise ValueError(period)
    name = _key(campaign.pk if campaign else SITE, period, now)
    client = valkey.client()
    top = client.zrevrange(name, 0, limit - 1, withscores=True)
    place = client.zrevrank(name, contributor.pk) if contributor else None
    around: list[tuple[str, float]] = []
    if place is not None and place >= limit:
        first = max(limit, place - NEIGHBOURS)
        around = client.zrevrange(name, first, place + NEIGHBOURS, withscores=True)
    names = _names([int(member) for member, _ in [*top, *around]])
    me = contributor.pk if contributor else None
    rows = _rows(top, 1, names, me)
    neighbours = _rows(around, max(limit, (place or 0) - NEIGHBOURS) + 1, names, me)
    return Board(
        period=period,
        rows=rows,
        neighbours=neighbours,
        you=next((row for row in [*rows, *neighbours] if row.is_you), None),
        total_listed=int(client.zcard(name)),
    )


def refresh(*, contributor_ids: Iterable[int], now: datetime) -> None:
    """Write the scores of these people into every board they belong to.

    Raises:
        valkey.Unreachable: nothing was written; the boards are rebuilt when it is back.
    """
    speakers = contributors.people(contributor_ids=contributor_ids)
    people = set(speakers.values())
    listed = set(Contributor.objects.listed().filter(pk__in=people).values_list("pk", flat=True))
    totals = {period: _totals(people, period, now) for period in PERIODS}
    with valkey.client().pipeline() as pipe:
        for period in PERIODS:
            # A guest stands on no board once an account speaks for them.
            for member, person in {**speakers, **{each: each for each in people}}.items():
                if member not in listed:
                    for board_id in _boards_of(totals[period], person):
                        pipe.zrem(_key(board_id, period, now), member)
            for (person, board_id), total in totals[period].items():
                if person in listed:
                    pipe.zadd(_key(board_id, period, now), {str(person): float(total)})
                    if period == "week":
                        pipe.expire(_key(board_id, period, now), WEEK_KEPT)
        pipe.execute()


def rebuild(*, now: datetime) -> int:
    """Throw all boards away and sum the ledger anew.

    Returns:
        How many people have points.
    """
    client = valkey.client()
    for name in client.scan_iter(match=valkey.key("board", "*"), count=1000):
        client.delete(name)
    people = sorted(set(Award.objects.values_list("contributor_id", flat=True).distinct()))
    for start in range(0, len(people), 1000):
        refresh(contributor_ids=people[start : start + 1000], now=now)
    client.set(_built(), 1)
    return len(people)


def catch_up(*, now: datetime) -> None:
    """Write again the scores of whoever was awarded last: a worker may have died before telling."""
    newest = Award.objects.order_by("-pk").values_list("contributor_id", flat=True)[:NEWEST]
    refresh(contributor_ids=set(newest), now=now)


def is_lost() -> bool:
    """Whether Valkey has forgotten the boards (it was flushed or replaced)."""
    return not valkey.client().exists(_built())


def _totals(people: set[int], period: str, now: datetime) -> dict[tuple[int, int], Decimal]:
    """(person, board) → signed sum; board 0 is the site's."""
    awards = Award.objects.annotate(
        person=Coalesce(F("contributor__joined_into_id"), F("contributor_id"))
    ).filter(person__in=people)
    if period == "week":
        awards = awards.filter(made_at__gte=week_start(now))
    totals: dict[tuple[int, int], Decimal] = {}
    for person, campaign_id, total in awards.values_list("person", "campaign_id").annotate(
        Sum("points")
    ):
        totals[person, campaign_id] = total
        totals[person, SITE] = totals.get((person, SITE), Decimal(0)) + total
    return totals


def _boards_of(totals: dict[tuple[int, int], Decimal], person: int) -> list[int]:
    return [board_id for who, board_id in totals if who == person]


def week_start(now: datetime) -> datetime:
    """Monday, midnight UTC, of this week."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


def _names(ids: Sequence[int]) -> dict[int, str]:
    # Asked of PostgreSQL at every look: who leaves the boards is gone from them at once.
    listed = Contributor.objects.listed().filter(pk__in=ids)
    return {pk: name or "" for pk, name in listed.values_list("pk", "pseudonym")}


def _rows(
    scored: Sequence[tuple[str, float]], first: int, names: dict[int, str], me: int | None
) -> list[Row]:
    return [
        Row(
            rank=rank,
            pseudonym=names[int(member)],
            points=points.shown(Decimal(str(score))),
            is_you=int(member) == me,
        )
        for rank, (member, score) in enumerate(scored, start=first)
        if int(member) in names
    ]


def _key(board_id: int, period: str, now: datetime) -> str:
    if period == "week":
        year, week, _ = now.astimezone(UTC).isocalendar()
        return valkey.key("board", board_id, f"{year}-W{week:02}")
    return valkey.key("board", board_id, "all")


def _built() -> str:
    return valkey.key("boards-built")
