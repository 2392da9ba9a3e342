"""Teams: found one, join it, leave it. What one earns goes to the team one was in then."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from crowd.models import Award, Contributor, Team, TeamPlace
from crowd.rules.problems import Problem
from crowd.services import board_names, contributors, notes, points

SHORTEST, LONGEST = 2, 40
CODE_LENGTH = 16
TAKEN = {"leave", "with"}  # addresses beside those of teams


@dataclass(frozen=True, kw_only=True)
class TeamSummary:
    """A team and what it has come to.

    Attributes:
        members: how many are in it now.
        points: as shown, of all who were in it when they earned them.
        answers: how many answers these came from.
    """

    team: Team
    members: int
    points: int
    answers: int


@transaction.atomic
def found(*, founder: Contributor, name: str, is_open: bool, now: datetime) -> Team:
    """A new team, with its founder in it.

    Raises:
        Problem: the name is taken, too short or long, or an address.
    """
    name = checked_name(name)
    try:
        with transaction.atomic():
            team = Team.objects.create(
                name=name,
                slug=_slug(name),
                is_open=is_open,
                code=get_random_string(CODE_LENGTH),
                founder=founder,
                made_at=now,
            )
    except IntegrityError as taken:
        raise Problem("team_name_taken") from taken
    join(team=team, contributor=founder, now=now, code=team.code)
    return team


@transaction.atomic
def join(*, team: Team, contributor: Contributor, now: datetime, code: str = "") -> None:
    """Be in this team from now on, and in no other.

    Args:
        code: from the invitation link; an open team asks for none.

    Raises:
        Problem: the team takes only who has its link.
    """
    if not team.is_open and code != team.code:
        raise Problem("team_closed", name=team.name)
    # Rival: the same person's other tab. One team at a time.
    person = contributors.hold(contributor_id=contributor.pk)
    current = TeamPlace.objects.current().filter(contributor=person[0])
    if current.filter(team=team).exists():
        return
    current.update(until=now)
    TeamPlace.objects.create(team=team, contributor_id=person[0], since=now)


@transaction.atomic
def leave(*, contributor: Contributor, now: datetime) -> None:
    """Be in no team from now on. What was earned for one stays with it."""
    person = contributors.hold(contributor_id=contributor.pk)
    TeamPlace.objects.current().filter(contributor=person[0]).update(until=now)


def rename(*, team: Team, name: str) -> None:
    """Give a team another name; its address stays.

    Raises:
        Problem: as in `found`.
    """
    before, team.name = team.name, checked_name(name)
    try:
        with transaction.atomic():
            team.save(update_fields=["name"])
    except IntegrityError as taken:
        team.name = before
        raise Problem("team_name_taken") from taken
    board_names.changed()


def arrange(*, team: Team, is_open: bool, new_link: bool) -> None:
    """Open a team to everyone or to its link alone; make the link anew."""
    team.is_open = is_open
    if new_link:
        team.code = get_random_string(CODE_LENGTH)
    team.save(update_fields=["is_open", "code"])


def forget(*, contributor_ids: Iterable[int]) -> None:
    """Take people out of every team at once; what they earned stays with the teams, nameless."""
    people = list(contributor_ids)
    TeamPlace.objects.filter(contributor__in=people).delete()
    Team.objects.filter(founder__in=people).update(founder=None)
    notes.note(contributor_ids=people)


def of(*, contributor: Contributor) -> Team | None:
    """The team someone is in."""
    person = contributor.joined_into_id or contributor.pk
    return Team.objects.filter(places__contributor=person, places__until=None).first()


def may_arrange(*, team: Team, contributor: Contributor | None) -> bool:
    """Whether this is the founder, or the account the founder has become part of."""
    if contributor is None or team.founder is None:
        return False
    founder = team.founder.joined_into_id or team.founder_id
    return founder == (contributor.joined_into_id or contributor.pk)


def by_code(*, code: str) -> Team | None:
    """The team that an invitation link leads to."""
    return Team.objects.filter(code=code).first()


def all_of_them() -> QuerySet[Team]:
    """All teams, those with most people first; each with `members`."""
    now_in = Count("places", filter=Q(places__until=None))
    return Team.objects.annotate(members=now_in).order_by("-members", "name")


def summary(*, team: Team) -> TeamSummary:
    """What a team has come to."""
    earned = Award.objects.filter(team=team).aggregate(
        points=Sum("points"), answers=Count("answer", distinct=True)
    )
    return TeamSummary(
        team=team,
        members=team.places.filter(until=None).count(),
        points=points.shown(earned["points"] or Decimal(0)),
        answers=earned["answers"],
    )


def members_shown(*, team: Team) -> QuerySet[Contributor]:
    """Those in a team now who chose to be listed; the others are only counted."""
    inside = TeamPlace.objects.current().filter(team=team).values("contributor")
    return Contributor.objects.listed().filter(pk__in=inside).order_by("pseudonym")


def checked_name(typed: str) -> str:
    """A team's name as it is kept.

    Raises:
        Problem: too short or long, or an address.
    """
    name = contributors.plain_name(typed)
    if not SHORTEST <= len(name) <= LONGEST:
        raise Problem("team_name_length", least=SHORTEST, most=LONGEST)
    if contributors.is_an_address(name):
        raise Problem("team_name_characters")
    return name


def _slug(name: str) -> str:
    plain = slugify(unicodedata.normalize("NFKD", name))[:40] or "team"
    slug, number = plain, 1
    while slug in TAKEN or Team.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{plain}-{number}"
    return slug
