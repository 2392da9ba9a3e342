"""Forecasts and error rates: what the numbers must say whatever the campaign."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules import auditing, forecasting
from crowd.rules.auditing import Stratum

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_steady_campaign_is_done_when_division_says_so():
    hourly = [20] * 24 * 6
    told = forecasting.forecast(hourly=hourly, since=OPENED, needed=20 * 24 * 6)
    days = (told.likely - (OPENED + timedelta(days=6))) / timedelta(days=1)
    assert 4 < days < 12
    assert told.early < told.likely < told.late


def test_the_same_numbers_give_the_same_forecast():
    named = {"hourly": [9, 30, 20, 12], "since": OPENED, "needed": 50.0}
    assert forecasting.forecast(**named) == forecasting.forecast(**named)


def test_too_few_answers_give_none_and_none_needed_gives_now():
    assert forecasting.forecast(hourly=[3, 4], since=OPENED, needed=100) is None
    done = forecasting.forecast(hourly=[3], since=OPENED, needed=0, deadline=OPENED)
    assert (done.likely, done.on_time) == (OPENED + timedelta(hours=1), 1.0)


def test_a_campaign_that_nobody_visits_any_more_has_no_date():
    hourly = [200, 100, 40] + [0] * 24 * 20
    told = forecasting.forecast(
        hourly=hourly, since=OPENED, needed=1_000_000, deadline=OPENED + timedelta(days=60)
    )
    assert told.late is None
    assert told.on_time == 0


def test_the_more_is_needed_the_later_it_is():
    hourly = [30] * 100
    some, more = (
        forecasting.forecast(hourly=hourly, since=OPENED, needed=needed).likely
        for needed in (500, 5000)
    )
    assert some < more


@pytest.mark.parametrize(
    ("wrong", "checked", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 50, 0.0435, 0.2136), (1, 1, 0.2065, 1.0)],
)
def test_the_interval_is_wilson_s(wrong, checked, low, high):
    told = auditing.wilson(wrong, checked)
    assert (round(told.low, 4), round(told.high, 4)) == (low, high)


def test_a_large_document_counts_for_what_it_is():
    strata = [
        Stratum(population=9000, checked=50, wrong=0),
        Stratum(population=1000, checked=50, wrong=50),
    ]
    assert round(auditing.stratified(strata).rate, 3) == 0.1


@given(
    st.lists(
        st.builds(
            lambda population, part, wrong: Stratum(
                population=population,
                checked=max(1, int(population * part)),
                wrong=int(max(1, int(population * part)) * wrong),
            ),
            st.integers(1, 500),
            st.floats(0, 1),
            st.floats(0, 1),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_an_interval_holds_its_rate_and_stays_between_none_and_all(strata):
    told = auditing.stratified(strata)
    assert 0 <= told.low <= told.rate + 1e-9
    assert told.rate - 1e-9 <= told.high <= 1
