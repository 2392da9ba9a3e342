"""The open data say what the verdicts say: one row an excerpt, one column a question."""

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from django.utils import timezone
from pyarrow import parquet

from crowd.models import Excerpt, MicroTask, Verdict
from crowd.rules.opendata import cells, records
from crowd.rules.problems import Problem
from crowd.services import exports, flat_table
from tests import builders
from tests.builders import CUT, MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db

EACH = {"step": "read", "question": "topics", "each": True}


@pytest.fixture
def drive() -> Drive:
    """The steps of the 2016 drive: topics and a measure, then a summary of each topic."""
    return builders.drive(
        builders.step(
            builders.choices("topics", options=["pay", "time"]),
            builders.choice("measure", options=["yes", "no"]),
            builders.number("sum", required=False),
        ),
        builders.step(builders.text("said"), key="sum", opens_when=EACH),
        builders.step(
            builders.choice("tone", options=["calm", "angry"]), key="tone", opens_when=EACH
        ),
        excerpts=4,
        at_most=3,
    )


def rows(drive: Drive) -> list[dict[str, str]]:
    header, *body = table(drive)
    assert len(set(header)) == len(header)
    return [dict(zip(header, row, strict=True)) for row in body]


def table(drive: Drive, format: str = "csv", **chosen: Any) -> list[list[str]]:
    text = b"".join(exports.stream(campaign=drive.campaign, format=format, **chosen)).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def agreed(drive: Drive, *values: Any, step: str = "read", about: str = "", on: int = 1) -> None:
    microtask = drive.microtask(on, step=step, about=about)
    for number, value in enumerate(values):
        builders.say(microtask, value, by=builders.guest(), now=NOW + number * MINUTE)
    builders.settle()


def test_the_header_names_source_and_questions_of_every_step_and_matter(drive: Drive) -> None:
    (header, *_) = table(drive)
    assert header[:9] == [
        "excerpt",
        "document",
        "document_sha256",
        "source",
        "kind",
        "position",
        "page",
        "sheet",
        "source.text",
    ]
    assert [
        name for name in header[9:] if not name.endswith((".outcome", ".confidence", ".answers"))
    ] == [
        "read.topics",
        "read.measure",
        "read.sum",
        "sum.pay.said",
        "sum.time.said",
        "tone.pay.tone",
        "tone.time.tone",
    ]


def test_every_excerpt_has_a_row_with_where_it_comes_from(drive: Drive) -> None:
    body = rows(drive)
    assert [row["position"] for row in body] == ["1", "2", "3", "4"]
    assert [row["source.text"] for row in body] == ["row 1", "row 2", "row 3", "row 4"]
    assert {row["document"] for row in body} == {"table.csv"}
    assert {row["document_sha256"] for row in body} == {drive.document.sha256}
    assert {row["read.topics"] for row in body} == {""}


def test_the_cells_are_those_of_the_verdicts(drive: Drive) -> None:
    agreed(drive, *[{"topics": ["time", "pay"], "measure": "yes", "sum": 12.5}] * 2)
    agreed(drive, "Trop bas", "Trop bas", "trop bas.", step="sum", about="pay")
    agreed(drive, "calm", "calm", step="tone", about="time")
    first = rows(drive)[0]
    assert first["read.topics"] == "pay | time"
    assert first["read.measure"] == "yes"
    assert first["read.sum"] == "12.5"
    assert first["sum.pay.said"] == "Trop bas"
    assert first["sum.time.said"] == first["sum.time.said.outcome"] == ""
    assert first["tone.time.tone"] == "calm"
    for verdict in Verdict.objects.current().select_related("microtask", "step"):
        matter = f".{verdict.microtask.about}" if verdict.microtask.about else ""
        for key, each in verdict.values.items():
            column = f"{verdict.step.key}{matter}.{key}"
            assert first[column] == cells.cell(each["value"])
            assert first[f"{column}.outcome"] == each["outcome"]
            assert float(first[f"{column}.confidence"]) == each["confidence"]
            assert int(first[f"{column}.answers"]) == each["answers"]


def test_contested_badly_cut_and_untold_are_told_apart(drive: Drive) -> None:
    agreed(drive, *[{"topics": [], "measure": m} for m in ("yes", "no", None)], on=1)
    agreed(drive, CUT, CUT, on=2)
    agreed(drive, *[{"topics": [], "measure": None}] * 2, on=3)
    outcomes = [(row["read.measure"], row["read.measure.outcome"]) for row in rows(drive)]
    assert outcomes == [("", "contested"), ("", "set_aside"), ("", "cant_tell"), ("", "")]


def test_hidden_excerpts_and_veiled_verdicts_are_left_out(drive: Drive) -> None:
    values = [{"topics": [], "measure": "yes"}] * 2
    agreed(drive, *values, on=1)
    agreed(drive, *values, on=2)
    Excerpt.objects.filter(position=1).update(hidden_at=timezone.now())
    MicroTask.objects.filter(excerpt__position=2).update(veiled=True)
    body = rows(drive)
    assert [row["position"] for row in body] == ["2", "3", "4"]
    assert body[0]["read.measure"] == ""


def test_tables_with_other_columns_share_the_row(drive: Drive) -> None:
    document = builders.document(drive.campaign, rows=1, name="=other.csv")
    document.columns = ["name", "text"]
    document.save()
    Excerpt.objects.create(
        campaign=drive.campaign, document=document, kind="row", position=1, cells=["=1+1", "x"]
    )
    last = rows(drive)[-1]
    assert (last["source.text"], last["source.name"]) == ("x", "'=1+1")
    assert last["document"] == "'=other.csv"
    assert rows(drive)[0]["source.name"] == ""


def test_a_row_of_a_workbook_says_which_of_its_sheets_it_is_of(drive: Drive) -> None:
    document = builders.document(drive.campaign, rows=1, name="book.xlsx")
    # The second is the largest: it was read at first, as nobody had chosen; then "=2013" was.
    document.sheets = [
        {"name": name, "rows": 2, "columns": n} for n, name in ((1, "=2013"), (3, "2014"))
    ]
    document.partings = {"row": ["", "=2013"]}
    document.save()
    for series in (0, 1):
        Excerpt.objects.create(
            campaign=drive.campaign, document=document, kind="row", position=1, series=series
        )
    assert sorted(row["sheet"] for row in rows(drive)[-2:]) == ["'=2013", "2014"]
    assert {row["sheet"] for row in rows(drive)[:-2]} == {""}
    found = {
        each["excerpt"]: each["sheet"]
        for each in exports.parsed(flat_table.lines(campaign=drive.campaign))
    }
    for excerpt in Excerpt.objects.select_related("document"):
        assert (found[excerpt.pk] or "") == excerpt.sheet


def test_what_people_typed_survives_the_csv(drive: Drive) -> None:
    agreed(drive, *[{"topics": ["pay"], "measure": "yes"}] * 2)
    nasty = '=cmd("x"); "cité",\nsur deux lignes'
    agreed(drive, nasty, nasty, step="sum", about="pay")
    again = rows(drive)
    assert again[0]["sum.pay.said"] == f"'{nasty}"
    assert len(again) == 4


def test_an_empty_campaign_exports_its_header() -> None:
    assert len(table(builders.drive(excerpts=0))) == 1


@pytest.fixture
def of_every_kind() -> Drive:
    """One verdict of each kind, with cells that are hard to write."""
    made = builders.drive(
        builders.step(
            builders.choices("topics", options=["pay", "time"]),
            builders.text("said", required=False),
            builders.number("sum", required=False),
            builders.date("day", required=False),
            builders.table("gifts", columns=("who", "amount"), required=False),
            builders.region("marks", labels=("=stamp", "name"), required=False),
        ),
        excerpts=4,
    )
    marks = [{"box": [0.1, 0.25, 0.5, 0.75], "label": "=stamp"}, {"point": [0.5, 0.125]}]
    marks[1] = {"box": [0.6, 0.1, 0.7, 0.2], "label": "name"}
    gifts = [{"who": "+33 1 23", "amount": -12.5}, {"who": "=A1", "amount": 1200}]
    full = {"topics": ["time", "pay"], "said": '@moi \\ \t"', "sum": -3, "day": "2014-03"}
    agreed(made, *[full | {"gifts": gifts, "marks": marks}] * 2)
    agreed(made, *[{"topics": [], "gifts": [], "marks": []}] * 2, on=2)
    agreed(made, *[{"topics": [each]} for each in ("pay", "time", "pay", "time", "pay")], on=3)
    Excerpt.objects.filter(position=2).update(metadata={"id": "-7"}, cells=["-x"])
    return made


def test_postgresql_and_python_write_the_same_cells(of_every_kind: Drive) -> None:
    campaign = of_every_kind.campaign
    columns = flat_table.layout(campaign)
    header, *body = table(of_every_kind)
    assert header == [each.name for each in columns]
    found = exports.parsed(flat_table.lines(campaign=campaign))
    assert body == [records.texts(records.row(each, columns)) for each in found]


def test_a_table_has_a_column_for_each_of_its_cells(of_every_kind: Drive) -> None:
    first, second, *_ = rows(of_every_kind)
    assert (first["read.gifts.rows"], second["read.gifts.rows"]) == ("2", "0")
    assert first["read.gifts.1.who"] == "+33 1 23"  # a number is no formula
    assert (first["read.gifts.1.amount"], first["read.gifts.2.amount"]) == ("-12.5", "1200")
    assert first["read.gifts.2.who"] == "'=A1"
    assert second["read.gifts.1.who"] == ""
    one, two = "box: 0.1 0.25 0.5 0.75; label: =stamp", "box: 0.6 0.1 0.7 0.2; label: name"
    assert first["read.marks"] == f"{one} | {two}"


def test_tables_and_marks_come_line_by_line_too(of_every_kind: Drive) -> None:
    header, *body = table(of_every_kind, "rows")
    assert header == list(records.TIDY)
    excerpt = str(of_every_kind.excerpts[0].pk)
    assert [excerpt, "read", "", "gifts", "2", "who", "'=A1"] in body
    assert [excerpt, "read", "", "marks", "1", "box", "0.1 0.25 0.5 0.75"] in body
    assert {row[0] for row in body} == {excerpt}


def test_some_columns_and_some_steps_can_be_chosen(drive: Drive) -> None:
    agreed(drive, *[{"topics": ["pay"], "measure": "yes"}] * 2)
    (header, *body) = table(drive, fields=["read.measure", "document"])
    assert header == ["excerpt", "document", "read.measure"]
    assert body[0][1:] == ["table.csv", "yes"]
    (header, *_) = table(drive, steps=["tone"])
    assert [name for name in header if name.startswith(("read", "sum"))] == []
    for wrong in ({"fields": ["nothing"]}, {"steps": ["nothing"]}):
        with pytest.raises(Problem, match="export_field_unknown"):
            table(drive, **wrong)


def test_every_format_holds_the_same_rows(of_every_kind: Drive, tmp_path: Path) -> None:
    campaign = of_every_kind.campaign
    columns = flat_table.layout(campaign)
    names = [each.name for each in columns]
    found = exports.parsed(flat_table.lines(campaign=campaign))
    wanted = [records.row(each, columns) for each in found]
    for name in ("xlsx", "parquet", "sqlite"):
        path = tmp_path / name
        path.write_bytes(b"".join(exports.stream(campaign=campaign, format=name)))
        assert read(name, path) == (names, wanted), name


def read(format: str, path: Path) -> tuple[list[str], list[list[Any]]]:
    match format:
        case "parquet":
            whole = parquet.read_table(path)
            return whole.column_names, [list(row.values()) for row in whole.to_pylist()]
        case "sqlite":
            with closing(sqlite3.connect(path)) as database:
                cursor = database.execute("SELECT * FROM verdicts")
                return [each[0] for each in cursor.description], list(map(list, cursor))
    header, *body = (
        python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    )
    return header, [[None if each == "" else each for each in row] for row in body]


def test_json_lines_keep_lists_and_tables_as_they_are(of_every_kind: Drive) -> None:
    (first, *_) = exports.parsed(exports.stream(campaign=of_every_kind.campaign, format="jsonl"))
    values = first["verdicts"]["read"]["values"]
    assert values["topics"]["value"] == ["pay", "time"]
    assert values["gifts"]["value"][1] == {"who": "=A1", "amount": 1200}
    assert first["cells"] == {"text": "row 1"}
    chosen = {"format": "jsonl", "fields": ["read.topics"]}
    (first, *_) = exports.parsed(exports.stream(campaign=of_every_kind.campaign, **chosen))
    assert first == {"excerpt": of_every_kind.excerpts[0].pk, "read.topics": "pay | time"}


def test_what_must_be_whole_before_it_leaves_has_its_bounds(drive: Drive, monkeypatch: Any) -> None:
    monkeypatch.setattr(exports, "MOST_AT_HAND", 3)
    with pytest.raises(Problem, match="export_in_snapshots"):
        exports.stream(campaign=drive.campaign, format="xlsx")


def test_while_someone_holds_a_lease_its_verdict_is_in_no_format(drive: Drive) -> None:
    agreed(drive, *[{"topics": ["pay"], "measure": "yes"}] * 2)
    builders.lend(drive.microtask(1), builders.guest())
    assert rows(drive)[0]["read.measure"] == ""
    (first, *_) = exports.parsed(exports.stream(campaign=drive.campaign, format="jsonl"))
    assert first["verdicts"] == {}
