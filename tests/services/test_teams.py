"""Teams: who is in one, and where the points of each answer go."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from crowd.models import Award, Contributor, Team, TeamPlace
from crowd.rules.problems import Problem
from crowd.services import contributors, leaderboard, scores, teams
from tests import builders
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db


def founded(name: str = "Herons", *, is_open: bool = True) -> tuple[Team, Contributor]:
    founder = builders.guest()
    return teams.found(founder=founder, name=name, is_open=is_open, now=NOW), founder


def answer(drive: Drive, person: Contributor, *, about: int, minutes: int) -> None:
    """Someone's answer at a moment, confirmed at once by another person."""
    drive.say("a", by=person, about=about, now=NOW + minutes * MINUTE)
    drive.say("a", about=about, now=NOW + minutes * MINUTE)
    builders.settle(now=NOW + minutes * MINUTE)


def test_its_founder_is_in_a_new_team_and_may_arrange_it() -> None:
    team, founder = founded()
    assert teams.of(contributor=founder) == team
    assert teams.may_arrange(team=team, contributor=founder)
    assert not teams.may_arrange(team=team, contributor=builders.guest())
    assert not teams.may_arrange(team=team, contributor=None)


@pytest.mark.parametrize("name", ["", "x", "y" * 41, "a@b.org", "www.herons"])
def test_names_that_are_too_short_too_long_or_addresses_are_refused(name: str) -> None:
    with pytest.raises(Problem):
        founded(name)
    assert not Team.objects.exists()


def test_two_teams_cannot_have_one_name() -> None:
    founded("Herons")
    with pytest.raises(Problem, match="team_name_taken"):
        founded("herons")


def test_names_alike_in_their_addresses_have_different_ones() -> None:
    first, second = founded("Hérons")[0], founded("Herons!")[0]
    assert first.slug != second.slug


def test_an_open_team_takes_everyone_and_a_closed_one_who_has_its_link() -> None:
    opened, closed, ana = founded("Open")[0], founded("Closed", is_open=False)[0], builders.guest()
    teams.join(team=opened, contributor=ana, now=NOW + MINUTE)
    with pytest.raises(Problem, match="team_closed"):
        teams.join(team=closed, contributor=ana, now=NOW + MINUTE)
    assert teams.of(contributor=ana) == opened
    teams.join(team=closed, contributor=ana, now=NOW + MINUTE, code=closed.code)
    assert teams.of(contributor=ana) == closed
    before = closed.code
    teams.arrange(team=closed, is_open=False, new_link=True)
    assert teams.by_code(code=before) is None


def test_points_go_to_the_team_one_was_in_when_answering() -> None:
    (herons, ana), (finches, _) = founded("Herons"), founded("Finches")
    drive = builders.drive(excerpts=4)
    answer(drive, ana, about=1, minutes=1)
    teams.join(team=finches, contributor=ana, now=NOW + 2 * MINUTE)
    answer(drive, ana, about=2, minutes=3)
    teams.leave(contributor=ana, now=NOW + 4 * MINUTE)
    answer(drive, ana, about=3, minutes=5)
    rows = Award.objects.filter(contributor=ana).order_by("pk")
    assert [row.team for row in rows] == [herons, finches, None]


def test_a_correction_goes_where_the_award_went() -> None:
    herons, ana = founded("Herons")
    drive = builders.drive(at_most=7)
    answer(drive, ana, about=1, minutes=1)
    teams.leave(contributor=ana, now=NOW + 2 * MINUTE)
    TeamPlace.objects.all().delete()
    builders.say(drive.microtask(), "b", by=builders.guest(), now=NOW + 3 * MINUTE)
    other = drive.microtask().answers.exclude(contributor=ana).first()
    other.set_aside_at, other.set_aside_reason, other.counted_at = NOW, "joined", None
    other.save()
    builders.settle(now=NOW + 4 * MINUTE)
    drive.say("a", now=NOW + 5 * MINUTE)
    builders.settle(now=NOW + 5 * MINUTE)
    rows = list(Award.objects.filter(contributor=ana))
    assert len(rows) > 1
    assert {row.team for row in rows} == {herons}


def test_a_guest_who_signs_in_keeps_the_team_unless_the_account_has_one() -> None:
    herons, guest = founded("Herons")
    own = builders.account()
    contributors.sign_in(user=own.user, guest=guest, language="fr", now=NOW + MINUTE)
    assert teams.of(contributor=own) == herons
    assert teams.may_arrange(team=Team.objects.get(pk=herons.pk), contributor=own)
    finches, other = founded("Finches")
    contributors.sign_in(user=own.user, guest=other, language="fr", now=NOW + 2 * MINUTE)
    assert teams.of(contributor=own) == herons
    assert finches.places.filter(until=None).count() == 0


def test_forgotten_people_are_in_no_team_and_their_points_stay() -> None:
    herons, ana = founded("Herons")
    answer(builders.drive(), ana, about=1, minutes=1)
    teams.forget(contributor_ids=[ana.pk])
    assert teams.of(contributor=ana) is None
    assert not TeamPlace.objects.filter(contributor=ana).exists()
    assert teams.summary(team=herons).answers == 1


def test_teams_have_boards_of_their_own() -> None:
    (herons, ana), (finches, bo) = founded("Herons"), founded("Finches")
    drive = builders.drive(excerpts=3)
    answer(drive, ana, about=1, minutes=1)
    answer(drive, ana, about=2, minutes=1)
    answer(drive, bo, about=3, minutes=1)
    Award.objects.filter(team=herons).update(points=2)
    Award.objects.filter(team=finches).update(points=1)
    scores.rebuild(now=NOW)
    board = leaderboard.board(
        campaign=drive.campaign, period="all", who="teams", contributor=bo, now=NOW
    )
    assert [(row.pseudonym, row.points, row.slug) for row in board.rows] == [
        ("Herons", 40, "herons"),
        ("Finches", 10, "finches"),
    ]
    assert board.you == board.rows[1]


def test_only_listed_members_are_named() -> None:
    team, _ = founded()
    ana = builders.guest("Ana")
    teams.join(team=team, contributor=ana, now=NOW + timedelta(days=1))
    assert list(teams.members_shown(team=team)) == [ana]
    assert teams.summary(team=team).members == 2


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_join_two_teams_at_once_leave_one_place() -> None:
    (herons, _), (finches, _), ana = founded("Herons"), founded("Finches"), builders.guest()
    wrong: list[BaseException] = []

    def join(team: Team) -> None:
        try:
            teams.join(team=team, contributor=ana, now=NOW + MINUTE)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    tabs = [threading.Thread(target=join, args=[team]) for team in (herons, finches) * 3]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert wrong == []
    assert TeamPlace.objects.current().filter(contributor=ana).count() == 1
