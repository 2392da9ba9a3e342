"""Leaderboards: the top, and you with your neighbours, of people or teams (`scores` writes them).

The site's boards and those of a week stay closed until five people are on them: among fewer, a
rank says more of who is away than of who is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from crowd import valkey
from crowd.models import Campaign, Contributor
from crowd.services import board_names, points, scores, teams
from crowd.services.scores import PEOPLE, PERIODS, SITE, TEAMS

NEIGHBOURS = 2  # on either side
FEWEST = 5  # listed people that open the site's boards and those of a week


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line; `slug` is a team's address, "" for people."""

    rank: int
    pseudonym: str
    points: int
    is_you: bool
    slug: str = ""


@dataclass(frozen=True, kw_only=True)
class Board:
    """One leaderboard as one person sees it.

    Attributes:
        who: "people" or "teams".
        rows: the top, best first.
        neighbours: you and those next to you, when you are listed and not in the top.
        you: your own row, or your team's, when it has points here.
        total_listed: how many people (or teams) are on the board.
        is_closed: too few are listed for this board to be shown.
    """

    period: str
    who: str = PEOPLE
    rows: list[Row] = field(default_factory=list)
    neighbours: list[Row] = field(default_factory=list)
    you: Row | None = None
    total_listed: int = 0
    is_closed: bool = False


def board(
    *,
    campaign: Campaign | None,
    period: str,
    contributor: Contributor | None,
    now: datetime,
    who: str = PEOPLE,
    limit: int = 10,
) -> Board:
    """The top of a board, and you with your neighbours.

    Args:
        campaign: None for the whole site.
        period: "all" or "week" (Monday to Sunday, UTC).
        who: "people" or "teams".

    Raises:
        ValueError: another period, or neither people nor teams.
        valkey.Unreachable: boards are away for a moment.
    """
    if period not in PERIODS or who not in (PEOPLE, TEAMS):
        raise ValueError(period, who)
    board_id = campaign.pk if campaign else SITE
    name, client = scores.key(who, board_id, period, now), valkey.client()
    total = int(client.zcard(name))
    if _is_closed(campaign, period, now):
        return Board(period=period, who=who, total_listed=total, is_closed=True)
    me = _me(who, contributor)
    top = client.zrevrange(name, 0, limit - 1, withscores=True)
    place = client.zrevrank(name, me) if me else None
    around: list[tuple[str, float]] = []
    if place is not None and place >= limit:
        first = max(limit, place - NEIGHBOURS)
        around = client.zrevrange(name, first, place + NEIGHBOURS, withscores=True)
    ids = [int(member) for member, _ in [*top, *around]]
    names = board_names.of(ids=ids, teams=who == TEAMS)
    rows = _rows(top, 1, names, me)
    neighbours = _rows(around, max(limit, (place or 0) - NEIGHBOURS) + 1, names, me)
    return Board(
        period=period,
        who=who,
        rows=rows,
        neighbours=neighbours,
        you=next((row for row in [*rows, *neighbours] if row.is_you), None),
        total_listed=total,
    )


def _is_closed(campaign: Campaign | None, period: str, now: datetime) -> bool:
    if campaign is not None and period != "week":
        return False
    people = scores.key(PEOPLE, campaign.pk if campaign else SITE, period, now)
    return int(valkey.client().zcard(people)) < FEWEST


def _me(who: str, contributor: Contributor | None) -> int | None:
    if contributor is None:
        return None
    if who == PEOPLE:
        return contributor.pk
    team = teams.of(contributor=contributor)
    return team.pk if team else None


def _rows(
    scored: Sequence[tuple[str, float]],
    first: int,
    names: dict[int, tuple[str, str]],
    me: int | None,
) -> list[Row]:
    return [
        Row(
            rank=rank,
            pseudonym=names[int(member)][0],
            slug=names[int(member)][1],
            points=points.shown(Decimal(str(score))),
            is_you=int(member) == me,
        )
        for rank, (member, score) in enumerate(scored, start=first)
        if int(member) in names
    ]
