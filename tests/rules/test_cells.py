"""Verdicts as cells of a table that people open in a spreadsheet."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.opendata import cells


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        ("oui", "oui"),
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a | b"),
        (0, "0"),
        (12, "12"),
        (-12, "-12"),
        (12.5, "12.5"),
        (-0.1, "-0.1"),
        (1234567890.12, "1234567890.12"),
        (123456789012.34, "123456789012.34"),
        (10**15, "1000000000000000"),
        (1.0, "1"),
    ],
)
def test_a_value_is_written_as_people_read_it(value: Any, cell: str) -> None:
    assert cells.cell(value) == cell


@pytest.mark.parametrize("start", "=+-@\t\r\n＝＋－＠")
def test_no_text_is_run_as_a_formula(start: str) -> None:
    assert cells.cell(f"{start}1+1") == f"'{start}1+1"
    assert cells.cell([f"{start}1+1", "b"]).startswith("'")
    assert cells.guarded(f"{start}A1") == f"'{start}A1"


@pytest.mark.parametrize("number", ["-12.5", "+33 1 23 45", "-1\u202f200,50"])
def test_a_number_with_a_sign_is_no_formula(number: str) -> None:
    assert cells.guarded(number) == number


@given(st.text())
def test_a_guarded_text_begins_with_nothing_dangerous_and_is_otherwise_whole(text: str) -> None:
    guarded = cells.guarded(text)
    assert not guarded.startswith(cells.DANGEROUS) or cells.HARMLESS.match(guarded)
    assert guarded in {text, f"'{text}"}


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False))
def test_numbers_leave_as_they_came(number) -> None:
    assert float(cells.cell(float(number))) == float(number)


def test_rows_and_marks_are_written_part_by_part_without_what_is_empty() -> None:
    rows = [{"who": "Mairie", "amount": 1200, "since": None}, {"who": "Lyon", "amount": 0.5}]
    assert cells.cell(rows) == "amount: 1200; who: Mairie | amount: 0.5; who: Lyon"
    marks = [{"box": [0.1, 0.2, 1.0, 0.5], "label": "stamp"}, {"point": [0.25, 0.5]}]
    assert cells.cell(marks) == "box: 0.1 0.2 1 0.5; label: stamp | point: 0.25 0.5"


def test_a_text_with_newlines_quotes_and_delimiters_survives_a_csv() -> None:
    nasty = 'un "mot";\nune ligne, deux'
    out = io.StringIO(newline="")
    csv.writer(out).writerow([cells.cell(nasty)])
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [[nasty]]
