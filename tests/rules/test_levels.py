"""Levels: every threshold, up to the last level and beyond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.levels import THRESHOLDS, Level, standing


def test_every_level_has_one_threshold_and_they_grow() -> None:
    assert len(THRESHOLDS) == len(Level)
    assert list(THRESHOLDS) == sorted(set(THRESHOLDS))
    assert THRESHOLDS[0] == 0


@pytest.mark.parametrize("number", range(len(Level)))
def test_a_level_begins_at_its_threshold_and_not_a_point_before(number: int) -> None:
    reached = standing(THRESHOLDS[number])
    assert (reached.number, reached.level) == (number, list(Level)[number])
    if number:
        assert standing(THRESHOLDS[number] - 1).number == number - 1


@pytest.mark.parametrize("points", [THRESHOLDS[-1], THRESHOLDS[-1] + 1, 10**12])
def test_on_the_last_level_and_beyond_nothing_is_missing(points: int) -> None:
    last = standing(points)
    assert (last.level, last.next, last.until, last.done) == (Level.MILL, None, None, 1.0)


@given(st.integers(0, 10**7))
def test_more_points_never_mean_less(points: int) -> None:
    now, then = standing(points), standing(points + 1)
    assert now.number <= then.number
    assert 0 <= now.done <= 1
    if now.number == then.number:
        assert now.done <= then.done
