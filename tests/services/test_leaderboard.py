"""Boards show who chose to be shown, in the order of the ledger; Valkey may forget them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crowd import valkey
from crowd.models import Award, Campaign, Contributor
from crowd.models.contributors import ContributorKind
from crowd.services import contributors, leaderboard, news, notes, scores, weeks
from crowd.services.leaderboard import Board
from tasks import ranks
from tests import builders
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # of the week of NOW


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=1)


def give(drive: Drive, person: Contributor, amount: float, *, now: datetime = NOW) -> Award:
    """A row of the ledger about a micro-task of its own."""
    document = builders.document(drive.campaign, rows=1)
    made = Drive(campaign=drive.campaign, document=document)
    (excerpt,) = builders.add_excerpts(made, 1)
    microtask = drive.campaign.microtasks.get(excerpt=excerpt)
    for by in (person, builders.guest()):
        builders.say(microtask, "a", by=by)
    builders.settle(now=now)
    Award.objects.filter(answer__microtask=microtask).exclude(contributor=person).delete()
    row = Award.objects.get(answer__microtask=microtask)
    row.points, row.made_at = Decimal(str(amount)), now
    row.save()
    return row


def refresh(*people: Contributor, now: datetime = NOW) -> None:
    scores.refresh(contributor_ids=[person.pk for person in people], now=now)


def board(
    campaign: Campaign | None = None,
    *,
    period: str = "all",
    me: Contributor | None = None,
    now: datetime = NOW,
    limit: int = 10,
) -> Board:
    return leaderboard.board(campaign=campaign, period=period, contributor=me, now=now, limit=limit)


def company(drive: Drive, *, now: datetime = NOW) -> None:
    """Five listed people with nothing to show for it, so that every board is open."""
    people = [builders.guest(f"Company {number}") for number in range(leaderboard.FEWEST)]
    for person in people:
        give(drive, person, -9, now=now)
    refresh(*people, now=now)


def shown(rows: Sequence[leaderboard.Row]) -> list[tuple[int, str, int]]:
    return [(row.rank, row.pseudonym, row.points) for row in rows]


def test_a_board_ranks_people_by_their_points(drive: Drive) -> None:
    ana, bo = builders.guest("Ana"), builders.guest("Bo")
    give(drive, ana, 0.5)
    give(drive, bo, 1.25)
    give(drive, ana, 0.25)
    refresh(ana, bo)
    seen = board(drive.campaign, me=ana)
    assert shown(seen.rows) == [(1, "Bo", 12), (2, "Ana", 8)]
    assert seen.you is not None
    assert (seen.you.rank, seen.you.is_you) == (2, True)
    assert (seen.neighbours, seen.total_listed) == ([], 2)


def test_the_sites_board_adds_up_campaigns_and_a_campaigns_does_not(drive: Drive) -> None:
    other, ana = builders.drive(), builders.guest("Ana")
    give(drive, ana, 1)
    give(other, ana, 2)
    refresh(ana)
    assert board(None).is_closed
    company(drive)
    assert shown(board(None).rows)[0] == (1, "Ana", 30)
    assert shown(board(other.campaign).rows) == [(1, "Ana", 20)]


def test_who_has_not_chosen_to_be_listed_is_on_no_board(drive: Drive) -> None:
    nameless, named, unasked = builders.guest(), builders.guest(), builders.guest()
    contributors.choose_name(contributor=named, pseudonym="Discreet", listed=False)
    contributors.choose_name(contributor=unasked, pseudonym="Unasked", listed=None)
    players = [nameless, named, unasked]
    for person in players:
        give(drive, person, 1)
    refresh(*players)
    assert board(drive.campaign) == Board(period="all")
    assert board(drive.campaign, me=named).you is None


def test_machines_and_who_plays_without_the_game_are_on_no_board(drive: Drive) -> None:
    machine, calm = builders.guest("Machine"), builders.guest("Calm")
    for person in (machine, calm):
        give(drive, person, 1)
    Contributor.objects.filter(pk=machine.pk).update(kind=ContributorKind.MACHINE)
    Contributor.objects.filter(pk=calm.pk).update(no_game=True)
    refresh(machine, calm)
    assert board(drive.campaign).rows == []


def test_who_leaves_the_boards_is_gone_at_once(drive: Drive) -> None:
    ana, bo = builders.guest("Ana"), builders.guest("Bo")
    give(drive, ana, 2)
    give(drive, bo, 1)
    refresh(ana, bo)
    contributors.choose_name(contributor=ana, pseudonym="Ana", listed=False)
    assert [row.pseudonym for row in board(drive.campaign).rows] == ["Bo"]
    refresh(ana)
    seen = board(drive.campaign)
    assert (shown(seen.rows), seen.total_listed) == ([(1, "Bo", 10)], 1)


def test_choosing_to_be_listed_shows_what_was_earned_before(
    drive: Drive, django_capture_on_commit_callbacks: Any
) -> None:
    ana = builders.guest()
    give(drive, ana, 1)
    refresh(ana)
    with django_capture_on_commit_callbacks(execute=True):
        contributors.choose_name(contributor=ana, pseudonym="Ana", listed=True)
    news.tell(now=NOW)
    assert shown(board(drive.campaign).rows) == [(1, "Ana", 10)]


def test_a_new_name_shows_at_once(drive: Drive) -> None:
    ana = builders.guest("Ana")
    give(drive, ana, 1)
    refresh(ana)
    contributors.choose_name(contributor=ana, pseudonym="Anouk", listed=True)
    assert [row.pseudonym for row in board(drive.campaign).rows] == ["Anouk"]


def test_an_account_and_the_guests_it_was_are_one_row(
    drive: Drive, django_capture_on_commit_callbacks: Any
) -> None:
    own, guest = builders.account(), builders.guest("Pinson")
    contributors.choose_name(contributor=own, pseudonym="Ana", listed=True)
    give(drive, own, 1)
    give(drive, guest, 2)
    refresh(own, guest)
    assert board(drive.campaign).total_listed == 2
    with django_capture_on_commit_callbacks(execute=True):
        contributors.sign_in(user=own.user, guest=guest, language="fr", now=NOW)
    news.tell(now=NOW)
    seen = board(drive.campaign, me=own)
    assert shown(seen.rows) == [(1, "Ana", 30)]
    assert seen.total_listed == 1


def test_a_week_begins_on_monday_at_midnight_utc(drive: Drive) -> None:
    ana = builders.guest("Ana")
    give(drive, ana, 1, now=MONDAY - timedelta(microseconds=1))
    give(drive, ana, 2, now=MONDAY)
    refresh(ana, now=NOW)
    assert weeks.week_start(NOW) == weeks.week_start(MONDAY) == MONDAY
    company(drive)
    assert shown(board(drive.campaign, period="week").rows)[0] == (1, "Ana", 20)
    assert shown(board(drive.campaign, period="all").rows)[0] == (1, "Ana", 30)


def test_a_new_week_begins_with_an_empty_board(drive: Drive) -> None:
    ana = builders.guest("Ana")
    give(drive, ana, 1)
    refresh(ana)
    company(drive)
    assert board(drive.campaign, period="week", now=NOW + timedelta(days=7)).rows == []
    assert board(drive.campaign, period="week", now=NOW + timedelta(days=4)).rows != []


def test_the_sites_board_and_a_weeks_open_with_five_listed_people(drive: Drive) -> None:
    people = [builders.guest(f"Player {number}") for number in range(4)]
    for person in people:
        give(drive, person, 1)
    refresh(*people)
    for closed in (board(None), board(None, period="week"), board(drive.campaign, period="week")):
        assert (closed.is_closed, closed.rows, closed.you) == (True, [], None)
        assert closed.total_listed == 4
    assert len(board(drive.campaign).rows) == 4
    give(drive, fifth := builders.guest("Player 5"), 1)
    refresh(fifth)
    for opened in (board(None), board(None, period="week"), board(drive.campaign, period="week")):
        assert (opened.is_closed, len(opened.rows)) == (False, 5)


def test_points_of_a_campaign_without_a_board_are_on_none(drive: Drive) -> None:
    personal, ana = builders.drive(game="personal"), builders.guest("Ana")
    give(drive, ana, 1)
    give(personal, ana, 5)
    refresh(ana)
    company(drive)
    assert shown(board(None).rows)[0] == (1, "Ana", 10)


def test_who_is_not_in_the_top_sees_their_neighbours(drive: Drive) -> None:
    people = [builders.guest(f"Player {number}") for number in range(8)]
    for number, person in enumerate(people):
        give(drive, person, 8 - number)
    refresh(*people)
    seen = board(drive.campaign, me=people[5], limit=2)
    assert [row.rank for row in seen.rows] == [1, 2]
    assert [(row.rank, row.is_you) for row in seen.neighbours] == [
        (4, False),
        (5, False),
        (6, True),
        (7, False),
        (8, False),
    ]
    assert seen.you == seen.neighbours[2]
    near = board(drive.campaign, me=people[2], limit=2)
    assert [row.rank for row in near.neighbours] == [3, 4, 5]
    last = board(drive.campaign, me=people[7], limit=2)
    assert [row.rank for row in last.neighbours] == [6, 7, 8]
    assert board(drive.campaign, me=builders.guest(), limit=2).neighbours == []


def test_points_below_zero_show_as_none(drive: Drive) -> None:
    ana, bo = builders.guest("Ana"), builders.guest("Bo")
    give(drive, ana, -1)
    give(drive, bo, -2)
    refresh(ana, bo)
    assert shown(board(drive.campaign).rows) == [(1, "Ana", 0), (2, "Bo", 0)]


def test_another_period_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="year"):
        board(period="year")


def test_written_twice_or_late_the_scores_are_right(drive: Drive) -> None:
    ana = builders.guest("Ana")
    give(drive, ana, 1)
    for _ in range(3):
        refresh(ana)
    assert shown(board(drive.campaign).rows) == [(1, "Ana", 10)]


def everything(drive: Drive) -> dict[str, Any]:
    return {
        f"{name} {period}": shown(board(campaign, period=period).rows)
        for name, campaign in {"site": None, "campaign": drive.campaign}.items()
        for period in scores.PERIODS
    }


def test_boards_rebuilt_from_the_ledger_equal_those_written_as_awards_came(drive: Drive) -> None:
    people = [builders.guest(f"Player {number}") for number in range(4)]
    for number, person in enumerate(people):
        give(drive, person, number, now=MONDAY - timedelta(days=1))
        give(drive, person, 1.5 * number, now=NOW)
        refresh(person)
    contributors.choose_name(contributor=people[3], pseudonym="", listed=False)
    refresh(people[3])
    before = everything(drive)
    valkey.client().flushdb()
    assert scores.is_lost()
    ranks.catch_up.run()
    scores.rebuild(now=NOW)
    assert everything(drive) == before
    assert not scores.is_lost()


def test_one_award_after_a_loss_does_not_pass_for_the_whole_board(drive: Drive) -> None:
    ana, bo = builders.guest("Ana"), builders.guest("Bo")
    give(drive, ana, 2)
    give(drive, bo, 1)
    scores.rebuild(now=NOW)
    valkey.client().flushdb()
    refresh(bo)
    assert scores.is_lost()
    ranks.catch_up.run()
    assert shown(board(drive.campaign).rows) == [(1, "Ana", 20), (2, "Bo", 10)]


def test_scores_a_dead_worker_did_not_write_are_caught_up_with(drive: Drive) -> None:
    ana = builders.guest("Ana")
    scores.rebuild(now=NOW)
    give(drive, ana, 1)
    ranks.catch_up.run()
    assert shown(board(drive.campaign).rows) == [(1, "Ana", 10)]


def test_a_settlement_reaches_the_board_through_the_news(
    drive: Drive, django_capture_on_commit_callbacks: Any
) -> None:
    ana = builders.guest("Ana")
    drive.say("a", by=ana)
    drive.say("a")
    with django_capture_on_commit_callbacks(execute=True):
        builders.settle(now=NOW + MINUTE)
    news.tell(now=NOW + MINUTE)
    (row,) = board(drive.campaign).rows
    assert (row.pseudonym, row.points) == ("Ana", round(builders.points(ana) * 10))
    assert notes.take("contributors") == notes.take("campaigns") == []
