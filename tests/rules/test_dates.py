"""Dates as people write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.dates import MONTHS, first_day, last_day, parse, parts_of
from crowd.rules.problems import Problem

LANGUAGES = ("fr", "en")

EVERYWHERE = [
    ("2014", "2014"),
    ("03/2014", "2014-03"),
    ("3-2014", "2014-03"),
    ("2014-03", "2014-03"),
    ("2014/03", "2014-03"),
    ("mars 2014", "2014-03"),
    ("March 2014", "2014-03"),
    ("Mars-2014", "2014-03"),
    ("1er mars 2014", "2014-03-01"),
    ("le 1er du mois de mars 2014", "2014-03-01"),
    ("mercredi 12 mars 2014", "2014-03-12"),
    ("Wednesday, March 12th, 2014", "2014-03-12"),
    ("12th of March 2014", "2014-03-12"),
    ("2014-03-12", "2014-03-12"),
    ("20140312", "2014-03-12"),
    ("31.12.2013", "2013-12-31"),
    ("05/05/2014", "2014-05-05"),
    ("févr. 2012", "2012-02"),
    ("FEVRIER 2012", "2012-02"),
    ("sept 2013", "2013-09"),
    ("août 2013", "2013-08"),
    ("l'année 2014", "2014"),
    ("en 2010", "2010"),
    ("vers 1850", "1850~"),
    ("circa 1900", "1900~"),
    ("2014~", "2014~"),
    ("vers mars 1850", "1850-03~"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", "date"), EVERYWHERE)
def test_a_date_is_read_as_it_is_meant(typed: str, date: str, language: str) -> None:
    assert parse(typed, language=language) == date


def test_figures_alone_are_day_and_month_in_french_and_refused_in_english_when_unsure() -> None:
    assert parse("03/04/2014", language="fr") == "2014-04-03"
    with pytest.raises(Problem, match="date_ambiguous"):
        parse("03/04/2014", language="en")
    assert parse("03/04/2014", language="en", order="dmy") == "2014-04-03"
    assert parse("03/04/2014", language="en", order="mdy") == "2014-03-04"
    assert parse("12/31/2014", language="en") == "2014-12-31"
    assert parse("31/12/2014", language="en") == "2014-12-31"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12 mars", "date_without_year"),
        ("mars", "date_without_year"),
        ("12/03", "date_without_year"),
        ("12/03/14", "date_year_short"),
        ("12 mars 14", "date_year_short"),
        ("31/02/2014", "not_a_date"),
        ("29 février 2013", "not_a_date"),
        ("2014-13", "not_a_date"),
        ("0000", "not_a_date"),
        ("jui 2014", "not_a_date"),  # June or July
        ("2 mai 2012 - 3 juin 2013", "not_a_date"),
        ("néant", "not_a_date"),
        ("", "not_a_date"),
        ("12 034 2014", "not_a_date"),
        ("1" * 5000, "not_a_date"),
        ("\ud800", "not_a_date"),
    ],
    ids=lambda each: ascii(each)[:20],
)
def test_what_can_not_be_read_is_refused_for_what_it_lacks(typed: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        parse(typed, language="fr")
    assert refused.value.code == code
    assert len(refused.value.params["text"]) <= 50


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_canonical_or_a_problem(typed: str, language: str) -> None:
    try:
        date = parse(typed, language=language)
    except Problem:
        return
    assert parse(date, language=language) == date
    assert first_day(date) <= last_day(date)


days = st.dates(min_value=dt.date(1, 1, 1))


@given(days, st.sampled_from(LANGUAGES))
def test_a_date_in_words_is_read_back_in_both_languages(day: dt.date, language: str) -> None:
    french, english = MONTHS[day.month - 1]
    canonical = f"{day.year:04}-{day.month:02}-{day.day:02}"
    assert parse(f"{day.day} {french} {day.year:04}", language=language) == canonical
    assert parse(f"{english} {day.day}, {day.year:04}", language=language) == canonical


@given(days)
def test_a_partial_date_spans_the_days_it_can_mean(day: dt.date) -> None:
    year, month = f"{day.year:04}", f"{day.year:04}-{day.month:02}"
    assert first_day(year) <= first_day(month) <= day.isoformat() <= last_day(month)
    assert last_day(month) <= last_day(year)
    assert parts_of(day.isoformat()) == (day.year, day.month, day.day)
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day.isoformat()
