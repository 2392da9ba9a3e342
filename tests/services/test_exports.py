"""The open data say what the verdicts say: one row an excerpt, one column a question."""

import csv
import io
from typing import Any

import pytest
from django.utils import timezone

from crowd.models import Excerpt, MicroTask, Verdict
from crowd.rules import flat
from crowd.services import exports
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
    header, *body = exports.verdict_rows(campaign=drive.campaign)
    assert len(set(header)) == len(header)
    return [dict(zip(header, row, strict=True)) for row in body]


def agreed(drive: Drive, *values: Any, step: str = "read", about: str = "", on: int = 1) -> None:
    microtask = drive.microtask(on, step=step, about=about)
    for number, value in enumerate(values):
        builders.say(microtask, value, by=builders.guest(), now=NOW + number * MINUTE)
    builders.settle()


def test_the_header_names_source_and_questions_of_every_step_and_matter(drive: Drive) -> None:
    (header, *_) = exports.verdict_rows(campaign=drive.campaign)
    assert header[:6] == [
        "excerpt",
        "document",
        "document_sha256",
        "source",
        "position",
        "source.text",
    ]
    assert [
        name for name in header[6:] if not name.endswith((".outcome", ".confidence", ".answers"))
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
            assert first[column] == flat.cell(each["value"])
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


def test_what_people_typed_survives_the_csv(drive: Drive) -> None:
    agreed(drive, *[{"topics": ["pay"], "measure": "yes"}] * 2)
    nasty = '=cmd("x"); "cité",\nsur deux lignes'
    agreed(drive, nasty, nasty, step="sum", about="pay")
    out = io.StringIO(newline="")
    csv.writer(out).writerows(exports.verdict_rows(campaign=drive.campaign))
    again = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert again[0]["sum.pay.said"] == f"'{nasty}"
    assert len(again) == 4


def test_excerpts_are_read_in_batches_of_bounded_statements(
    drive: Drive, monkeypatch: Any, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    with django_assert_max_num_queries(16):
        assert len(list(exports.verdict_rows(campaign=drive.campaign))) == 5


def test_an_empty_campaign_exports_its_header() -> None:
    assert len(list(exports.verdict_rows(campaign=builders.drive(excerpts=0).campaign))) == 1
