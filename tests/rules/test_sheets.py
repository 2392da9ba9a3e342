"""Spreadsheets as people see them, and those that would fill the memory."""

import datetime as dt
import io

import pytest

from crowd.rules.problems import Problem
from crowd.rules.splitting import sheets as splitting
from crowd.rules.splitting.parts import Limits, Survey
from crowd.rules.splitting.plans import By, Plan, Sheet
from tests.documents import archives, sheets
from tests.documents.sheets import DATE_STYLE

ROWS = Plan(by=By.ROWS)


def read(data: bytes, **limits: int) -> tuple[Survey, list[list[str]]]:
    splitter, file = splitting.SheetSplitter(), io.BytesIO(data)
    survey = splitter.survey(file, ROWS, Limits(**limits))
    return survey, [part.cells for part in splitter.parts(file, ROWS, 0)]


def problem(data: bytes, **limits: int) -> Problem:
    with pytest.raises(Problem) as refused:
        read(data, **limits)
    return refused.value


def test_numbers_and_dates_are_what_people_see() -> None:
    data = sheets.xlsx([["nom", "âge", "né", "part"], ["Zoë", 3, (41703, DATE_STYLE), 0.1 + 0.2]])
    survey, rows = read(data)
    only = Sheet(name="S1", rows=2, columns=4)
    assert survey == Survey(parts=1, columns=["nom", "âge", "né", "part"], sheets=[only])
    assert rows == [["Zoë", "3", "2014-03-05", "0.3"]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3.0, "3"),
        (-2.5, "-2.5"),
        (1e300, "1e+300"),
        (True, "true"),
        (7, "7"),
        (
            dt.datetime(2014, 3, 5, 14, 30),  # noqa: DTZ001 (sheets know no zones)
            "2014-03-05 14:30:00",
        ),
        (dt.time(14, 30), "14:30:00"),
        (dt.timedelta(hours=30), "1 day, 6:00:00"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_is_shown_as_a_person_would_write_it(value, said) -> None:
    assert splitting.shown(value) == said


def test_an_opendocument_is_read_as_well() -> None:
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
    empty += 'table:number-columns-repeated="16384"/></table:table-row>'
    survey, rows = read(sheets.ods([["a", "b"], ["1", "deux & trois"]], raw=empty))
    assert (survey.parts, survey.columns, rows) == (1, ["a", "b"], [["1", "deux & trois"]])


def test_the_largest_sheet_that_can_be_seen_is_read() -> None:
    notes, data = [["Lisez-moi"]], [["a", "b"], ["1", "2"]]
    assert read(sheets.xlsx(notes, data))[1] == [["1", "2"]]
    assert read(sheets.xlsx(notes, data, [["x", "y"]] * 9, hidden=[2]))[1] == [["1", "2"]]


def test_any_sheet_that_can_be_seen_may_be_chosen() -> None:
    data = sheets.xlsx(
        [["Lisez-moi"], ["moi"]], [["a", "b"], ["1", "2"]], [["x"], ["y"]], hidden=[2]
    )
    plan = Plan(by=By.ROWS, sheet="S1")
    splitter, file = splitting.SheetSplitter(), io.BytesIO(data)
    survey = splitter.survey(file, plan, Limits())
    assert (survey.columns, [part.cells for part in splitter.parts(file, plan, 0)]) == (
        ["Lisez-moi"],
        [["moi"]],
    )
    assert [(each["name"], each["rows"], each["columns"]) for each in survey.sheets] == [
        ("S1", 2, 1),
        ("S2", 2, 2),
    ]
    with pytest.raises(Problem) as unknown:
        splitter.survey(file, Plan(by=By.ROWS, sheet="S3"), Limits())
    assert unknown.value == Problem("plan_sheet_unknown", name="S3")


def test_the_sheets_are_told_although_the_largest_is_no_table() -> None:
    data = sheets.xlsx([["a", "a"], ["1", "2"]], [["x"], ["y"]])
    assert problem(data).code == "csv_header_doubled"
    assert [each["name"] for each in splitting.listed(io.BytesIO(data), Limits())] == ["S1", "S2"]


def test_empty_rows_and_empty_columns_at_the_end_are_passed_over() -> None:
    data = sheets.xlsx([["a", "b", ""], [None], ["1", None, "  "], ["", ""], [None, "2"]])
    assert read(data)[1] == [["1", ""], ["", "2"]]
    assert read(sheets.xlsx([["a", "b", ""], ["1", "2", ""]]))[0].columns == ["a", "b"]


def test_a_sheet_without_rows_is_called_empty() -> None:
    assert problem(sheets.xlsx([["a", "b"]])).code == "csv_empty"
    assert problem(sheets.xlsx([])).code == "csv_empty"
    assert problem(sheets.xlsx([["a"], ["b"]], hidden=[0])).code == "csv_empty"


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
ENTITIES = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'

BROKEN = {
    "two cells far apart": (sheets.xlsx([[]], raw=FAR), "table_too_large"),
    "entities": (
        sheets.xlsx([["a"], ["b"]], parts={"xl/sharedStrings.xml": ENTITIES}),
        "sheet_entities",
    ),
    "no XML": (
        sheets.xlsx([["a"], ["b"]], parts={"xl/worksheets/sheet1.xml": "<worksheet"}),
        "sheet_unreadable",
    ),
    "broken off": (sheets.xlsx([["a"], ["b"]])[:-40], "sheet_unreadable"),
    "a bomb": (
        sheets.xlsx([["a"], ["b"]], parts={"xl/sharedStrings.xml": " " * 60_000_000}),
        "archive_bomb",
    ),
    "no workbook": (
        archives.zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}),
        "sheet_unreadable",
    ),
}


@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_or_means_harm_is_refused(data: bytes, code: str) -> None:
    assert problem(data).code == code


def test_any_flipped_byte_is_a_table_or_a_problem() -> None:
    whole = sheets.xlsx([["a", "b"], ["1", "2"]])
    for place in range(0, len(whole), 7):
        data = bytearray(whole)
        data[place] ^= 0x55
        try:
            read(bytes(data))
        except Problem:
            pass
