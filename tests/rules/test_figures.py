"""Numbers as people write them."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.figures import LARGEST, parse, tidy
from crowd.rules.problems import Problem

LANGUAGES = ("fr", "en")

EVERYWHERE = [
    ("1234", 1234),
    ("1 234,50", 1234.5),
    ("1\u202f234,50\u00a0€", 1234.5),
    ("1,234.50", 1234.5),
    ("1.234,50", 1234.5),
    ("1.234.567", 1234567),
    ("1,234,567", 1234567),
    ("1,234,567.89", 1234567.89),
    ("1.234.567,89", 1234567.89),
    ("1'234'567", 1234567),
    ("-3", -3),
    ("−3", -3),
    ("+3", 3),
    ("12,5", 12.5),
    ("12.5", 12.5),
    (",5", 0.5),
    (".5", 0.5),
    ("12,0", 12),
    ("007", 7),
    ("€ 20", 20),
    ("20 %", 20),
    ("$1,234.50", 1234.5),
    ("20 EUR", 20),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", "number"), EVERYWHERE)
def test_a_number_is_read_as_it_is_meant(typed: str, number: float, language: str) -> None:
    assert parse(typed, language=language) == number


def test_a_comma_before_three_digits_is_a_decimal_mark_in_french_and_parts_thousands_in_english():
    assert parse("1,234", language="fr") == 1.234
    assert parse("1,234", language="en") == 1234
    assert parse("12,345,678", language="fr") == parse("12,345,678", language="en") == 12345678


def test_the_unit_of_the_question_may_be_typed_too() -> None:
    assert parse("12 parts", language="fr", unit="parts") == 12
    with pytest.raises(Problem, match="not_a_number"):
        parse("12 parts", language="fr")


NONSENSE = [
    "",
    " ",
    "€",
    "douze",
    "1e5",
    "0x10",
    "1/2",
    "5.",
    "--5",
    "1,2.3,4",
    "1.2.3",
    "1,234,5",
    "01.02.2014",
    "12,34.5",
    "1_000",
    "NaN",
    "inf",
    "9" * 31,
    "1" * 100_000,
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", NONSENSE, ids=lambda typed: ascii(typed)[:20])
def test_what_is_no_number_is_refused_with_a_short_quotation(typed: str, language: str) -> None:
    with pytest.raises(Problem) as refused:
        parse(typed, language=language)
    assert refused.value.code == "not_a_number"
    assert len(refused.value.params["text"]) <= 50


@given(st.text(alphabet="0123456789,. '-+€%\u202f", max_size=40), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_a_finite_number_or_a_problem(typed: str, language: str) -> None:
    try:
        number = parse(typed, language=language)
    except Problem:
        return
    assert math.isfinite(number)
    assert abs(number) <= LARGEST


def written(number: Decimal, *, thousands: str, decimal: str) -> str:
    return f"{number:,f}".replace(",", "T").replace(".", decimal).replace("T", thousands)


amounts = st.decimals(
    min_value=-(10**12), max_value=10**12, places=2, allow_nan=False, allow_infinity=False
)


@given(amounts, st.sampled_from([" ", "\u202f", "\u00a0", "", "'"]), st.sampled_from(LANGUAGES))
def test_amounts_written_in_french_are_read_back(number, thousands: str, language: str) -> None:
    typed = written(number, thousands=thousands, decimal=",") + " €"
    assert parse(typed, language=language) == tidy(number)


@given(amounts, st.sampled_from(LANGUAGES))
def test_amounts_written_in_english_are_read_back(number, language: str) -> None:
    assert parse(written(number, thousands=",", decimal="."), language=language) == tidy(number)


@given(st.integers(-LARGEST, LARGEST))
def test_whole_numbers_stay_whole(number: int) -> None:
    assert parse(str(number), language="en") == number
    assert isinstance(tidy(float(number)), int)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (math.nan, "not_a_number"),
        (math.inf, "number_too_large"),
        (-math.inf, "number_too_small"),
        (1e300, "number_too_large"),
        (10**6000, "number_too_large"),
        (-(10**6000), "number_too_small"),
    ],
    ids=["nan", "inf", "-inf", "float", "long", "-long"],
)
def test_a_number_json_does_not_carry_is_refused(number: float, code: str) -> None:
    with pytest.raises(Problem) as refused:
        tidy(number)
    assert refused.value.code == code
