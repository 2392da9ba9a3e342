"""Bins are round, of one width, and hold everything."""

from hypothesis import given
from hypothesis import strategies as st

from crowd.rules import bins

numbers = st.floats(-1e9, 1e9).map(lambda number: round(number, 3))


@given(numbers, numbers)
def test_every_number_falls_into_a_bin_and_there_are_few(one: float, other: float) -> None:
    least, most = sorted((one, other))
    if most - least < 1e-3:
        most = least + 1
    cuts = bins.edges(least, most)
    assert cuts[0] <= least
    assert cuts[-1] > most
    assert len(cuts) - 1 <= bins.MOST + 1


def test_years_and_hundreds_are_cut_where_people_would() -> None:
    assert bins.edges(3, 97) == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert bins.edges(0, 1) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1]


def test_empty_bins_count_nothing() -> None:
    assert bins.spread([(2, 5)], 3) == [0, 5, 0]
