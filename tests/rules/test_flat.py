"""Verdicts as cells of a table that people open in a spreadsheet."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules import flat


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
    assert flat.cell(value) == cell


@pytest.mark.parametrize("start", "=+-@\t\r\n＝＋－＠")
def test_no_text_is_run_as_a_formula(start: str) -> None:
    assert flat.cell(f"{start}1+1") == f"'{start}1+1"
    assert flat.cell([f"{start}1+1", "b"]).startswith("'")
    assert flat.guarded(f"{start}1") == f"'{start}1"


@given(st.text())
def test_a_guarded_text_begins_with_nothing_dangerous_and_is_otherwise_whole(text: str) -> None:
    guarded = flat.guarded(text)
    assert not guarded.startswith(flat.DANGEROUS)
    assert guarded in {text, f"'{text}"}


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False))
def test_numbers_leave_as_they_came(number) -> None:
    assert float(flat.cell(float(number))) == float(number)


def test_rows_and_marks_are_written_part_by_part_without_what_is_empty() -> None:
    rows = [{"who": "Mairie", "amount": 1200, "since": None}, {"who": "=1+1", "amount": 0.5}]
    assert flat.cell(rows) == "amount: 1200; who: Mairie | amount: 0.5; who: '=1+1"
    marks = [{"box": [0.1, 0.2, 1.0, 0.5], "label": "stamp"}, {"point": [0.25, 0.5]}]
    assert flat.cell(marks) == "box: 0.1 0.2 1 0.5; label: stamp | point: 0.25 0.5"


def test_each_question_has_four_columns_named_by_step_and_matter() -> None:
    assert flat.columns("read", "", ["mood"]) == [
        "read.mood",
        "read.mood.outcome",
        "read.mood.confidence",
        "read.mood.answers",
    ]
    assert flat.columns("sum", "wages", ["text"])[0] == "sum.wages.text"


def test_there_are_as_many_cells_as_columns_with_and_without_a_verdict() -> None:
    questions = ["one", "two"]
    verdict = {"one": {"value": "a", "outcome": "settled", "confidence": 0.9412, "answers": 2}}
    for row in (
        flat.cells(verdict, questions, "settled"),
        flat.cells(None, questions, ""),
        flat.cells({}, questions, "set_aside"),
    ):
        assert len(row) == len(flat.columns("s", "", questions))
    assert flat.cells(verdict, ["one"], "settled") == ["a", "settled", "0.9412", "2"]
    assert flat.cells(None, ["one"], "") == ["", "", "", ""]
    assert flat.cells({}, ["one"], "set_aside") == ["", "set_aside", "", ""]


def test_a_text_with_newlines_quotes_and_delimiters_survives_a_csv() -> None:
    nasty = 'un "mot";\nune ligne, deux'
    out = io.StringIO(newline="")
    csv.writer(out).writerow([flat.cell(nasty)])
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [[nasty]]
