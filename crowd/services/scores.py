"""Scores: sorted sets in Valkey, each score the sum of a person's or a team's ledger rows.

Scores are written whole, never incremented: written twice, late or after a loss they are right.
Only listed contributors are in them (DESIGN, rule 6). A site's board adds up the campaigns that
have one; whoever plays in a campaign without is not ranked elsewhere for it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from crowd import valkey
from crowd.models import Award, Contributor
from crowd.models.awards import AwardQuerySet
from crowd.models.campaigns import Game
from crowd.services import contributors
from crowd.services.weeks import week_name, week_start

PERIODS = ("all", "week")
PEOPLE, TEAMS = "people", "teams"
SITE = 0  # stands for "all campaigns"
WEEK_KEPT = timedelta(days=15)
NEWEST = 1000  # ledger rows that `catch_up` looks back over

Totals = dict[tuple[int, int], Decimal]
"""(person or team, board) → signed sum; board 0 is the site's."""


def refresh(*, contributor_ids: Iterable[int], now: datetime) -> None:
    """Write the scores of these people, and of teams they earned for, into every board.

    Raises:
        valkey.Unreachable: nothing was written; the boards are rebuilt when it is back.
    """
    speakers = contributors.people(contributor_ids=contributor_ids)
    people = set(speakers.values())
    if not people:
        return
    listed = set(Contributor.objects.listed().filter(pk__in=people).values_list("pk", flat=True))
    members = {**speakers, **{each: each for each in people}}
    earned = Award.objects.filter(contributor__in=members).exclude(team=None)
    team_ids = set(earned.values_list("team_id", flat=True).distinct())
    with valkey.client().pipeline() as pipe:
        for period in PERIODS:
            totals = _of_people(people, period, now)
            # A guest stands on no board once an account speaks for them.
            for member, person in members.items():
                if member not in listed:
                    for board_id in [board for who, board in totals if who == person]:
                        pipe.zrem(key(PEOPLE, board_id, period, now), member)
            _write(pipe, PEOPLE, totals, listed, period, now)
            of_teams = _of_teams(team_ids, period, now) if team_ids else {}
            _write(pipe, TEAMS, of_teams, team_ids, period, now)
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


def key(who: str, board_id: int, period: str, now: datetime) -> str:
    """The name of one sorted set.

    Args:
        who: PEOPLE or TEAMS.
        board_id: a campaign's, or SITE.
    """
    return valkey.key("board", who, board_id, week_name(now) if period == "week" else "all")


def _of_people(people: Collection[int], period: str, now: datetime) -> Totals:
    person = Coalesce(F("contributor__joined_into_id"), F("contributor_id"))
    earned = _earned(period, now).alias(person=person).filter(person__in=people)
    return _summed(
        earned.order_by()
        .values_list(person, "campaign_id", "campaign__game")
        .annotate(Sum("points"))
    )


def _of_teams(team_ids: Collection[int], period: str, now: datetime) -> Totals:
    earned = _earned(period, now).filter(team__in=team_ids).order_by()
    summed = earned.values_list("team_id", "campaign_id", "campaign__game").annotate(Sum("points"))
    return _summed((team or 0, *rest) for team, *rest in summed)


def _earned(period: str, now: datetime) -> AwardQuerySet:
    if period == "week":
        return Award.objects.filter(made_at__gte=week_start(now))
    return Award.objects.all()


def _summed(rows: Iterable[Any]) -> Totals:
    """Rows of (person or team, campaign, its game, sum)."""
    totals: Totals = {}
    for who, campaign_id, game, total in rows:
        totals[who, campaign_id] = total
        if game == Game.COMPETITIVE:
            totals[who, SITE] = totals.get((who, SITE), Decimal(0)) + total
    return totals


def _write(
    pipe: Any, who: str, totals: Totals, listed: Collection[int], period: str, now: datetime
) -> None:
    for member in listed:  # whose campaigns are played another way now
        if (member, SITE) not in totals:
            pipe.zrem(key(who, SITE, period, now), member)
    for (member, board_id), total in totals.items():
        if member in listed:
            name = key(who, board_id, period, now)
            pipe.zadd(name, {str(member): float(total)})
            if period == "week":
                pipe.expire(name, WEEK_KEPT)


def _built() -> str:
    return valkey.key("boards-built")
