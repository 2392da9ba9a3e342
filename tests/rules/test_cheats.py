"""Cheats come to nothing: the bench's campaign at a smaller scale, always the same."""

import pytest

from tests.bench import cheats
from tests.bench.cheats import COLLUDER, CONSTANT, CROWD, HONEST, RANDOM, Game


@pytest.fixture(scope="module")
def games() -> list[Game]:
    return [cheats.play(tasks=600, seed=seed) for seed in range(2)]


def test_no_cheat_is_in_the_top_twenty(games: list[Game]) -> None:
    for game in games:
        assert set(game.top()) == {HONEST}


def test_always_saying_yes_or_tossing_a_coin_is_worth_nothing(games: list[Game]) -> None:
    lines = {line.kind: line for line in cheats.table(games)}
    honest = lines[HONEST].mean
    assert honest > 0
    # At this scale what the first answers earned weighs 2 %; the bench measures the rest of it.
    assert abs(lines[CONSTANT].mean) < 0.03 * honest
    assert lines[RANDOM].low < 0.01 * honest  # no gain that chance does not explain


def test_who_always_says_yes_is_shown_to_the_campaigner_and_nobody_honest(
    games: list[Game],
) -> None:
    for game in games:
        kinds = {game.kinds[person] for person in game.flagged}
        assert CONSTANT in kinds
        assert HONEST not in kinds


def test_everyone_of_the_crowd_has_played(games: list[Game]) -> None:
    assert set(CROWD) == {HONEST, CONSTANT, RANDOM, COLLUDER}
    for game in games:
        assert min(game.answers.values()) > 0
