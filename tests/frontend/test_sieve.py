"""The sieve tells the truth at any size."""

from hypothesis import given
from hypothesis import strategies as st

from frontend import sieve

counts = st.fixed_dictionaries({state: st.integers(0, 10**6) for state in sieve.STATES})


@given(counts)
def test_every_dot_is_given_and_whatever_is_there_shows(given_counts: dict[str, int]) -> None:
    shares = sieve.shares(given_counts, 100)
    assert sum(shares.values()) == 100
    for state, count in given_counts.items():
        if count and sum(given_counts.values()):
            assert shares[state] >= 1
        elif sum(given_counts.values()):
            assert shares[state] == 0


@given(counts)
def test_a_share_is_within_what_the_smallest_ones_take(given_counts: dict[str, int]) -> None:
    total = sum(given_counts.values())
    for state, dots in sieve.shares(given_counts, 100).items():
        if total:
            assert abs(dots - 100 * given_counts[state] / total) <= len(sieve.STATES)


@given(st.dictionaries(st.sampled_from(sieve.STATES), st.integers(0, 30), min_size=1))
def test_under_a_hundred_one_dot_is_one_excerpt(given_counts: dict[str, int]) -> None:
    total = sum(given_counts.values())
    if 0 < total <= 100:
        shares = sieve.shares(given_counts, total)
        assert {state: dots for state, dots in shares.items() if dots} == {
            state: count for state, count in given_counts.items() if count
        }


@given(st.integers(1, 100))
def test_dots_stand_apart_inside_the_drawing(dots: int) -> None:
    field = sieve.field(dots)
    assert len(set(field.dots)) == dots
    for dot in field.dots:
        assert sieve.MARGIN <= dot.x <= field.width - sieve.MARGIN + 0.01
        assert sieve.MARGIN <= dot.y <= field.height - sieve.MARGIN + 0.01
