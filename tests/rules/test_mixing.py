"""Known micro-tasks come often at first and seldom later, by a lot that asking does not move."""

import pytest

from crowd.rules import mixing

RATES = ((0, 0.4), (20, 0.3), (40, 0.2), (60, 0.1))


@pytest.mark.parametrize(
    ("answered", "share"), [(0, 0.4), (19, 0.4), (20, 0.3), (59, 0.2), (99, 0.1)]
)
def test_the_share_falls_with_experience(answered: int, share: float) -> None:
    due = sum(mixing.is_due(person=n, answered=answered, rates=RATES) for n in range(4000))
    assert due / 4000 == pytest.approx(share, abs=0.03)


def test_asking_again_changes_nothing() -> None:
    drawn = [mixing.is_due(person=n, answered=5, rates=RATES) for n in range(50)]
    assert drawn == [mixing.is_due(person=n, answered=5, rates=RATES) for n in range(50)]


def test_without_rates_none_is_given() -> None:
    assert not any(mixing.is_due(person=n, answered=0, rates=()) for n in range(100))
