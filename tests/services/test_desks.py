"""Foreign files are read in a process that may die of them; the worker goes on and says why."""

import io
import random
from typing import Any

import pytest
from PIL import Image

from crowd.models import Document
from crowd.rules.splitting.plans import By, Plan
from crowd.services import desks, intake, splitting
from crowd.services.previews import of as previewed
from tests import builders
from tests.builders import NOW
from tests.documents import images, pdfs, tables
from tests.documents.pdfs import Page

pytestmark = pytest.mark.django_db

# Lines across the page, so many that drawing them takes seconds; an SVG of a map is like that.
ENDLESS = "0.3 w\n" + "0 0 m 595 842 l 0 842 l 595 0 l S\n" * 150_000


def split(data: bytes, name: str = "a.pdf") -> Document:
    campaign = builders.drive(excerpts=0).campaign
    document = intake.receive(campaign=campaign, upload=io.BytesIO(data), name=name, now=NOW)
    splitting.split(document_id=document.pk, now=NOW)
    document.refresh_from_db()
    return document


@pytest.fixture(autouse=True)
def fresh_desk() -> Any:
    """One that was started under this test's settings, and none left behind."""
    desks.own().close()
    yield
    desks.own().close()


@pytest.mark.slow
def test_a_page_that_is_stuck_is_left_out_and_the_others_go_on(settings: Any) -> None:
    settings.TAMIS_PAGE_SECONDS = 1
    document = split(pdfs.pdf([Page(text="one"), Page(drawing=ENDLESS), Page(text="three")]))
    assert (document.state, document.pages_done) == ("split", 3)
    assert list(document.excerpts.values_list("position", "text")) == [(1, "one"), (3, "three")]
    (gap,) = document.gaps
    assert gap == {"position": 2, "code": "page_too_slow", "params": {"page": 2, "seconds": 1}}


@pytest.mark.slow
def test_a_document_with_nothing_but_stuck_pages_fails_with_their_sentence(settings: Any) -> None:
    settings.TAMIS_PAGE_SECONDS = 1
    document = split(pdfs.pdf([Page(drawing=ENDLESS)]))
    assert (document.state, document.problem_code) == ("failed", "page_too_slow")


@pytest.mark.slow
def test_a_picture_that_takes_too_much_memory_says_so(settings: Any) -> None:
    settings.TAMIS_DESK_BYTES = 400 * 1024 * 1024
    document = split(images.saved(Image.new("L", (11_000, 10_000)), "PNG"), "a.png")
    assert (document.state, document.problem_code) == ("failed", "page_too_heavy")


@pytest.mark.slow
def test_a_file_that_takes_too_long_to_look_through_says_so(settings: Any) -> None:
    settings.TAMIS_SURVEY_SECONDS = 0.1
    document = split(tables.table(500_000), "a.csv")
    assert (document.state, document.problem_code) == ("failed", "survey_too_slow")


def test_a_desk_that_was_killed_is_replaced() -> None:
    assert split(pdfs.pdf(1)).state == "split"
    child = desks.own()._child
    assert child is not None
    child.kill()
    child.wait()
    assert split(pdfs.pdf(2)).state == "split"


def test_one_desk_reads_file_after_file() -> None:
    split(pdfs.pdf(1))
    first = desks.own()._child
    split(tables.table(3), "a.csv")
    assert desks.own()._child is first


def test_a_preview_stores_nothing() -> None:
    document = split(tables.table([["a", "b"], ["c", "d"]]), "a.csv")
    plan = Plan(by=By.ROWS, columns=("avis",))
    shown = previewed(document=document, plan=plan, count=1)
    assert [(each.cells, each.columns, each.metadata) for each in shown.parts] == [
        (["b"], ["avis"], {"nom": "a"})
    ]
    assert document.excerpts.count() == 2
    (page,) = previewed(document=split(pdfs.pdf(2)), plan=Plan(by=By.PAGES), count=1).parts
    assert page.text == "Page 1"
    assert page.picture is not None
    assert page.picture[:4] == b"RIFF"


def test_texts_come_through_with_all_their_signs() -> None:
    strange = 'a\\b "c"\td\ne\r\nf \\N \\. ’ é 😀'
    document = split(tables.table([[strange, "\\N"], ["\\.", "x"]]), "a.csv")
    assert list(document.excerpts.values_list("cells", flat=True)) == [
        [strange, "\\N"],
        ["\\.", "x"],
    ]


@pytest.mark.slow
def test_no_fuzzed_pdf_hurts_a_worker() -> None:
    rng = random.Random(20)
    whole = pdfs.pdf([Page(text="some text\nmore", drawing="0 0 99 99 re f")] * 3)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 30)):
            data[rng.randrange(20, len(data))] = rng.randrange(256)
        document = split(bytes(data))
        assert document.state in {"split", "failed"}
        assert document.problem_code not in {"split_failed", "split_kills_workers"}
