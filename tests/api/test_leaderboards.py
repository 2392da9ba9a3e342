"""Leaderboards by API: only who chose to be listed, the top, and you with your neighbours."""

import pytest

from crowd import valkey
from tests.api.caller import Caller, volunteer
from tests.api.conftest import cross_check

BOARD = "/campaigns/letters/leaderboard"


def player(name: str, answers: int, *, listed: bool = True) -> Caller:
    """Someone who gave so many answers."""
    someone = volunteer()
    someone.patch("/contributors/me", {"pseudonym": name, "listed": listed})
    for _ in range(answers):
        claimed = someone.claim("letters")["assignment"]
        # Always saying the same earns nothing: every other letter asks for something.
        asks = "yes" if claimed["microtask"]["excerpt"]["position"] % 2 else "no"
        someone.answer(claimed, {"asks": asks})
    return someone


@pytest.fixture
def players(campaign) -> list[Caller]:
    """Ada, Ben and Cleo are listed, with 5, 3 and 1 answers; Dora has 5 and is not."""
    people = [player("Ada", 5), player("Dora", 5, listed=False)]
    cross_check()
    people += [player("Ben", 0), player("Cleo", 0)]
    return people


def test_only_who_chose_to_be_listed_is_on_a_board(players, nobody):
    board = nobody.get(BOARD).json()
    assert [row["pseudonym"] for row in board["rows"]] == ["Ada"]
    assert board["total_listed"] == 1
    assert (board["you"], board["neighbours"]) == (None, [])


def test_the_sites_board_and_a_weeks_are_closed_until_five_are_listed(players, nobody):
    for board in (nobody.get("/leaderboard").json(), nobody.get(BOARD, period="week").json()):
        assert (board["is_closed"], board["rows"], board["total_listed"]) == (True, [], 1)


def test_you_see_your_own_row(players):
    ada, dora, *_ = players
    board = ada.get(BOARD).json()
    assert board["you"] == board["rows"][0]
    assert board["you"]["is_you"] is True
    assert board["you"]["rank"] == 1
    assert dora.get(BOARD).json()["you"] is None


def test_who_leaves_the_boards_is_gone_at_once(players, nobody):
    players[0].patch("/contributors/me", {"pseudonym": "Ada", "listed": False})
    assert "Ada" not in nobody.get(BOARD).content.decode()


def test_a_board_that_was_looked_at_a_moment_ago_asks_postgresql_nothing(
    players, nobody, django_assert_num_queries
):
    first = nobody.get(BOARD).json()
    with django_assert_num_queries(0):
        assert nobody.get(BOARD).json() == first


def test_below_the_top_you_see_your_neighbours(campaign):
    # Two answers settle a letter: the ten answers of these four settle the first five letters.
    people = [player(f"Player {number}", number) for number in (4, 3, 2, 1)]
    cross_check()
    last = people[-1].get(BOARD, limit=1).json()
    assert len(last["rows"]) == 1
    assert last["you"] in [*last["rows"], *last["neighbours"]]
    assert last["you"]["pseudonym"] == "Player 1"
    assert [row["rank"] for row in last["neighbours"]] == [2, 3, 4]
    points = [row["points"] for row in [*last["rows"], *last["neighbours"]]]
    assert points == sorted(points, reverse=True)


def test_another_period_or_limit_is_refused(campaign, nobody):
    for wrong in ({"period": "ever"}, {"limit": "0"}, {"limit": "101"}, {"limit": "many"}):
        reply = nobody.get(BOARD, **wrong)
        assert reply.status_code == 400
        assert [each["parameter"] for each in reply.json()["errors"]] == list(wrong)


def test_a_campaign_without_competition_has_no_board(make_campaign, nobody):
    make_campaign("together", game="cooperative")
    reply = nobody.get("/campaigns/together/leaderboard")
    assert (reply.status_code, reply.json()["code"]) == (404, "no_board")


def test_without_valkey_the_boards_are_away_for_a_moment(campaign, nobody, settings):
    valkey.client.cache_clear()
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    try:
        reply = nobody.get(BOARD)
    finally:
        valkey.client.cache_clear()
    assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
    assert int(reply.headers["Retry-After"]) > 0
