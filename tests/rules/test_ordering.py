"""Orders are numbers: the lowest is handed out first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.ordering import LARGEST, Order, rank

PLACES = [(document, position) for document in (7, 8, 9) for position in (1, 2, 3)]


def ordered(order: Order) -> list[tuple[int, int]]:
    return sorted(PLACES, key=lambda at: rank(order=order, document=at[0], position=at[1]))


@pytest.mark.parametrize("order", [Order.DOCUMENT, Order.FINISH])
def test_a_document_is_kept_together(order: Order) -> None:
    assert ordered(order) == PLACES


def test_spread_begins_with_the_first_of_every_document() -> None:
    assert ordered(Order.SPREAD)[:3] == [(7, 1), (8, 1), (9, 1)]


def test_by_lot_is_no_order_but_always_the_same() -> None:
    assert ordered(Order.RANDOM) == ordered(Order.RANDOM) != PLACES
    ranks = {rank(order=Order.RANDOM, document=1, position=n) for n in range(1, 1000)}
    assert len(ranks) == 999


def by_column(priority: str, position: int = 1) -> int:
    return rank(order=Order.COLUMN, document=1, position=position, priority=priority)


def test_a_column_puts_the_lowest_number_first_and_what_is_none_last() -> None:
    written = ["-1", "0", "0,5", "2", "10", "1 000", "1e300", "soon", ""]
    ranks = [by_column(each) for each in written]
    assert ranks == sorted(ranks)
    assert by_column("soon") == by_column("") == by_column("nan")
    assert by_column("2", position=1) < by_column("2", position=2) < by_column("2.001")


@given(
    st.sampled_from(Order),
    st.integers(1, 10**9),
    st.integers(1, 10**9),
    st.text(max_size=12) | st.floats().map(str),
)
def test_no_rank_is_beyond_what_a_queue_can_hold(
    order: Order, document: int, position: int, priority: str
) -> None:
    found = rank(order=order, document=document, position=position, priority=priority)
    assert -LARGEST <= found <= LARGEST
