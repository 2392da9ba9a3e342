"""Documents come in and are split: visibly, resumably, each part exactly once, or not at all."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection

from crowd.config import places
from crowd.models import Document, Excerpt, MicroTask, Step
from crowd.rules.problems import Problem
from crowd.rules.splitting.desk import Batch
from crowd.rules.splitting.lines import line
from crowd.rules.splitting.parts import Part, Survey
from crowd.services import campaigns, documents, intake, pieces, splitting
from crowd.services.desks import Desk, Reading
from tests import builders
from tests.builders import MINUTE, NOW, Drive
from tests.documents import pdfs, tables
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=0)


def received(drive: Drive, data: bytes, name: str = "a.csv", **more: Any) -> Document:
    return intake.receive(
        campaign=drive.campaign, upload=io.BytesIO(data), name=name, now=NOW, **more
    )


def split(document: Document, desk: Desk | None = None) -> Document:
    splitting.split(document_id=document.pk, now=NOW + MINUTE, desk=desk)
    document.refresh_from_db()
    return document


def problem(document: Document) -> Problem:
    assert document.state == "failed"
    return Problem(document.problem_code, **document.problem_params)


def test_a_document_is_kept_as_it_came(drive: Drive) -> None:
    data = tables.table(2)
    document = received(drive, data, "liste été.csv", source_url="https://example.org/l.csv")
    document.refresh_from_db()
    assert (document.name, document.media_type, document.state) == (
        "liste été.csv",
        "text/csv",
        "received",
    )
    assert (document.byte_size, document.received_at) == (len(data), NOW)
    assert document.source_url == "https://example.org/l.csv"
    with document.file.open() as original:
        assert original.read() == data


def test_a_table_becomes_an_excerpt_and_a_micro_task_a_row(drive: Drive) -> None:
    document = split(received(drive, tables.table([["Ana", "oui"], ["Bo", "non"]])))
    assert (document.state, document.pages_known, document.pages_done) == ("split", 2, 2)
    assert (document.columns, document.finished_at) == (["nom", "avis"], NOW + MINUTE)
    excerpts = list(document.excerpts.order_by("position"))
    assert [(each.position, each.kind, each.cells) for each in excerpts] == [
        (1, "row", ["Ana", "oui"]),
        (2, "row", ["Bo", "non"]),
    ]
    assert [each.excerpt for each in drive.microtasks()] == excerpts


def test_a_pdf_becomes_an_excerpt_a_page_with_pictures_and_text(drive: Drive) -> None:
    document = split(received(drive, pdfs.pdf(2), "a.pdf"))
    assert (document.state, document.pages_done) == ("split", 2)
    for excerpt in document.excerpts.all():
        assert (excerpt.kind, excerpt.text) == ("page", f"Page {excerpt.position}")
        assert excerpt.image_widths == [480, 960, 1920]
        assert (excerpt.width, excerpt.height) == (1920, 2718)
        for width in excerpt.image_widths:
            assert default_storage.size(f"{excerpt.image_key}/{width}.webp") > 0


def test_what_a_file_is_called_does_not_matter(drive: Drive) -> None:
    assert split(received(drive, pdfs.pdf(1), "table.csv")).media_type == "application/pdf"
    assert split(received(drive, tables.table(1), "form.pdf")).media_type == "text/csv"


@pytest.mark.parametrize("name", ["x" * 900, "", "a\x00b", "\udcff.csv", "../../etc/passwd"])
def test_no_file_name_is_too_strange(drive: Drive, name: str) -> None:
    document = split(received(drive, tables.table(1), name))
    assert document.state == "split"
    assert len(document.name) <= 500
    assert ".." not in str(document.file.name)


def test_only_steps_that_nothing_opens_are_asked_about_new_excerpts() -> None:
    drive = builders.drive(
        builders.step(key="one"),
        builders.step(key="two"),
        builders.step(key="three", opens_when={"step": "one", "question": "q"}),
        excerpts=0,
    )
    split(received(drive, tables.table(2)))
    assert sorted(MicroTask.objects.values_list("step__key", flat=True)) == [
        "one",
        "one",
        "two",
        "two",
    ]


def test_a_step_added_later_is_asked_about_what_is_there(drive: Drive) -> None:
    split(received(drive, tables.table(2)))
    Step.objects.create(campaign=drive.campaign, key="new", title="new", position=9)
    assert campaigns.ask_about_all(campaign=drive.campaign) == 4
    assert drive.microtasks(step="new").count() == 2
    campaigns.ask_about_all(campaign=drive.campaign)
    assert MicroTask.objects.count() == 4


# --- The same file, and files that can't be read --------------------------------------------------


def test_the_same_file_again_is_refused_by_its_first_name(drive: Drive) -> None:
    received(drive, tables.table(2), "first.csv")
    with pytest.raises(Problem) as refused:
        received(drive, tables.table(2), "again.csv")
    assert refused.value == Problem("file_known", name="first.csv")
    assert Document.objects.filter(campaign=drive.campaign, sha256__contains="").count() == 2


def test_another_campaign_may_have_the_same_file(drive: Drive) -> None:
    other = builders.drive(excerpts=0)
    received(drive, tables.table(2))
    assert split(received(other, tables.table(2))).state == "split"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "file_empty"), (b"\x00\x01\x02\x03", "type_unsupported"), (b"x" * 3000, "")],
    ids=["empty", "unknown", "large"],
)
def test_what_can_not_be_taken_leaves_nothing(
    drive: Drive, settings: Any, data: bytes, code: str
) -> None:
    settings.TAMIS_MAX_UPLOAD_BYTES = 2000
    before = Document.objects.count()
    with pytest.raises(Problem) as refused:
        received(drive, data)
    assert refused.value.code == (code or "file_too_large")
    assert Document.objects.count() == before


BROKEN = {
    "truncated": (pdfs.truncated(pdfs.pdf(5)), "pdf_unreadable"),
    "encrypted": (pdfs.encrypted(), "pdf_encrypted"),
    "page missing": (pdfs.pdf(9, missing=[8]), "pdf_page_unreadable"),
    "too long": (pdfs.pdf(11), "pdf_too_long"),
    "ragged": (tables.table([["a", "b"]] * 8) + b"c\r\n", "csv_ragged"),
    "quote": (b'a,b\r\n1,2\r\n"3,4\r\n', "csv_unreadable"),
    "no rows": (b"a,b\r\n", "csv_empty"),
    "too many rows": (tables.table(21), "csv_too_long"),
}


@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_says_what_is_wrong_and_leaves_no_excerpt(
    drive: Drive, settings: Any, data: bytes, code: str
) -> None:
    settings.TAMIS_MAX_PAGES, settings.TAMIS_MAX_ROWS = 10, 20
    document = split(received(drive, data))
    assert problem(document).code == code
    assert document.finished_at == NOW + MINUTE
    assert not Excerpt.objects.exists()
    assert not MicroTask.objects.exists()
    assert splitting.unfinished_ids() == []


def test_an_original_that_is_gone_says_so(drive: Drive) -> None:
    document = received(drive, tables.table(2))
    document.file.storage.delete(document.file.name)
    assert problem(split(document)).code == "file_missing"


def test_a_file_that_failed_may_be_uploaded_again(drive: Drive, settings: Any) -> None:
    settings.TAMIS_MAX_ROWS = 1
    failed = split(received(drive, tables.table(2)))
    settings.TAMIS_MAX_ROWS = 10
    again = received(drive, tables.table(2))
    assert again == failed
    assert (again.state, again.problem_code) == ("received", "")
    assert split(again).state == "split"
    assert drive.microtasks().count() == 2


def test_a_split_document_is_not_split_again(drive: Drive) -> None:
    document = split(received(drive, tables.table(2)))
    assert splitting.split(document_id=document.pk, now=NOW) is False
    assert splitting.split(document_id=0, now=NOW) is False
    assert Excerpt.objects.count() == 2


# --- Interruptions -------------------------------------------------------------------------------


class Interrupted(BaseException):
    """Like a killed worker: nothing of ours catches it."""


class Stumbling:
    """A desk with ten rows on it, two at a time, that stumbles at one of them."""

    def __init__(self, at: int = 0, wrong: BaseException | None = None) -> None:
        self.at, self.wrong = at, wrong

    def survey(self, reading: Reading) -> Survey:
        return Survey(parts=10, columns=["n"])

    def batches(
        self, reading: Reading, *, start: int, stop: int, columns: list[str]
    ) -> Iterator[Batch]:
        for first in range(start + 1, stop + 1, 2):
            if first <= self.at <= first + 1 and self.wrong is not None:
                raise self.wrong
            two = [line(Part(position=at, cells=[str(at)])) for at in (first, first + 1)]
            yield Batch(first=first, count=2, lines=two)


def test_an_interrupted_split_shows_how_far_it_is_and_goes_on_from_there(drive: Drive) -> None:
    document = received(drive, tables.table(10))
    with pytest.raises(Interrupted):
        split(document, Stumbling(6, Interrupted()))
    document.refresh_from_db()
    assert (document.state, document.pages_known, document.pages_done) == ("splitting", 10, 4)
    assert Excerpt.objects.count() == drive.microtasks().count() == 4
    assert splitting.unfinished_ids() == [document.pk]
    assert split(document, Stumbling()).state == "split"
    assert list(document.excerpts.values_list("position", flat=True)) == list(range(1, 11))


def test_a_failure_half_way_leaves_no_excerpts(drive: Drive) -> None:
    document = split(received(drive, tables.table(10)), Stumbling(6, OSError("disk full")))
    assert problem(document).code == "storage_failed"
    assert not Excerpt.objects.exists()
    assert not MicroTask.objects.exists()


def test_a_failure_half_way_keeps_what_people_have_answered_out_of_play(drive: Drive) -> None:
    document = received(drive, tables.table(10))
    with pytest.raises(Interrupted):
        split(document, Stumbling(6, Interrupted()))
    answer = drive.say("a", about=1)
    split(document, Stumbling(6, Problem("csv_unreadable", line=6)))
    assert list(Excerpt.objects.values_list("position", flat=True)) == [1]
    assert drive.microtask(1).state == "withdrawn"
    answer.refresh_from_db()
    assert drive.claim(builders.guest()).assignment is None


def test_a_file_that_failed_half_way_can_be_split_again_with_its_answers(drive: Drive) -> None:
    document = received(drive, tables.table(10))
    with pytest.raises(Interrupted):
        split(document, Stumbling(6, Interrupted()))
    drive.say("a", about=1)
    drive.say("a", about=1)
    drive.say("a", about=2)
    builders.settle()
    split(document, Stumbling(6, OSError("disk full")))
    documents.retry(document=document)
    assert split(document, Stumbling()).state == "split"
    assert document.excerpts.filter(hidden_at=None).count() == 10
    builders.settle()
    states = [each.state for each in drive.microtasks()]
    assert states == ["settled"] + ["open"] * 9
    assert drive.microtask(2).needs == 1
    assert drive.verdict(1) is not None


def test_pictures_a_dead_worker_left_half_written_are_drawn_again(drive: Drive) -> None:
    document = received(drive, pdfs.pdf(1))
    key = f"excerpts/{document.pk}/0/page-1/480.webp"
    default_storage.save(key, io.BytesIO(b"half"))
    split(document)
    with default_storage.open(key) as picture:
        assert picture.read()[:4] == b"RIFF"
    _, files = default_storage.listdir(f"excerpts/{document.pk}/0/page-1")
    assert sorted(files) == ["1920.webp", "480.webp", "960.webp"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_store_each_part_once(monkeypatch: Any) -> None:
    monkeypatch.setitem(pieces.STRETCH, "row", 40)
    drive = builders.drive(excerpts=0)
    document = received(drive, tables.table(400))
    results = at_once(*[lambda: splitting.split(document_id=document.pk, now=NOW)] * 3)
    assert not [each for each in results if isinstance(each, Exception)], results
    splitting.split(document_id=document.pk, now=NOW)
    document.refresh_from_db()
    assert (document.state, document.pages_done) == ("split", 400)
    assert list(document.excerpts.values_list("position", flat=True)) == list(range(1, 401))
    assert drive.microtasks().count() == 400


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_draw_each_page_once() -> None:
    drive = builders.drive(excerpts=0)
    document = received(drive, pdfs.pdf(5), "a.pdf")
    # In processes of their own, as in production: PDFium is not made for threads.
    workers = [_worker(document) for _ in range(2)]
    for worker in workers:
        assert worker.wait(timeout=60) == 0
    document.refresh_from_db()
    assert (document.state, document.excerpts.count()) == ("split", 5)
    for excerpt in document.excerpts.all():
        _, files = default_storage.listdir(excerpt.image_key)
        assert sorted(files) == ["1920.webp", "480.webp", "960.webp"]


@pytest.mark.django_db(transaction=True)
def test_two_who_upload_the_same_file_at_once_make_one_document() -> None:
    drive = builders.drive(excerpts=0)
    results = at_once(*[lambda: received(drive, tables.table(3))] * 3)
    assert sorted(type(each).__name__ for each in results) == ["Document", "Problem", "Problem"]
    assert all(each.code == "file_known" for each in results if isinstance(each, Problem))


@pytest.mark.django_db(transaction=True)
def test_two_who_try_a_failed_file_again_at_once_split_it_once() -> None:
    drive = builders.drive(excerpts=0)
    document = received(drive, tables.table(10))
    split(document, Stumbling(6, OSError("disk full")))

    def try_again() -> bool:
        failed = Document.objects.get(pk=document.pk)
        try:
            documents.retry(document=failed)
        except Exception as wrong:
            assert type(wrong).__name__ == "ForbiddenMove"  # noqa: PT017 (the slower one)
        return splitting.split(document_id=document.pk, now=NOW)

    results = at_once(*[try_again] * 3)
    assert not [each for each in results if isinstance(each, Exception)], results
    splitting.split(document_id=document.pk, now=NOW)
    document.refresh_from_db()
    assert (document.state, document.excerpts.count()) == ("split", 10)


def _worker(document: Document, *, code: str = "") -> subprocess.Popen[bytes]:
    """A process that splits one document on the test's own servers and files."""
    database = connection.settings_dict
    script = f"""
import django
django.setup()
from django.utils import timezone
from crowd.services import splitting, storing
{code}
splitting.split(document_id={document.pk}, now=timezone.now())
"""
    environment = os.environ | {
        "DATABASE_URL": places.database_url().replace("/tamis", f"/{database['NAME']}"),
        "REDIS_URL": django_settings.REDIS_URL,
        "TAMIS_SECRET_KEY": "only for tests " * 3,
        "TAMIS_VAR": str(default_storage.location).removesuffix("/files"),
    }
    return subprocess.Popen([sys.executable, "-c", script], cwd=places.root(), env=environment)


SLOWLY = """
import time
store = storing.store
def slow(*args, **more):
    store(*args, **more)
    time.sleep(0.3)
storing.store = slow
"""


@pytest.mark.django_db
def test_a_file_that_kills_its_workers_is_given_up_with_a_sentence_and_can_be_tried_again() -> None:
    document = received(builders.drive(excerpts=0), tables.table(3))
    Document.objects.update(attempts=pieces.MOST_ATTEMPTS)  # as so many dead workers leave it
    assert splitting.split(document_id=document.pk, now=NOW)
    document.refresh_from_db()
    assert (document.state, document.problem_code) == ("failed", "split_kills_workers")
    documents.retry(document=document)
    assert splitting.split(document_id=document.pk, now=NOW)
    document.refresh_from_db()
    assert (document.state, document.pages_done, document.attempts) == ("split", 3, 0)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_chunks_is_continued_each_part_once() -> None:
    drive = builders.drive(excerpts=0)
    document = received(drive, tables.table(60_000))
    worker = _worker(document, code=SLOWLY)
    until = time.monotonic() + 30
    while document.pages_done < 20_000:
        assert time.monotonic() < until
        assert worker.poll() is None
        time.sleep(0.05)
        document.refresh_from_db()
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    document.refresh_from_db()
    assert document.state == "splitting"
    assert document.excerpts.count() == document.pages_done < 60_000
    for document_id in splitting.unfinished_ids():
        splitting.split(document_id=document_id, now=NOW)
    document.refresh_from_db()
    assert (document.state, document.pages_done) == ("split", 60_000)
    assert document.excerpts.count() == drive.microtasks().count() == 60_000


# --- Foreign keys of a batch ----------------------------------------------------------------------

PLAIN = """
    CREATE ROLE plain; GRANT ALL ON ALL TABLES IN SCHEMA public TO plain;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO plain; SET LOCAL ROLE plain
"""


def test_a_user_of_the_database_without_privileges_stores_the_same(drive: Drive) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)  # goes with the test's transaction
        document = split(received(drive, tables.table(300)))
        cursor.execute("RESET ROLE")
    assert (document.state, document.excerpts.count()) == ("split", 300)
    assert drive.microtasks().count() == 300


def test_keys_are_looked_up_again_after_a_batch(drive: Drive) -> None:
    split(received(drive, tables.table(2)))
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


@pytest.mark.django_db(transaction=True)
def test_a_campaign_that_is_deleted_meanwhile_leaves_no_rows_behind() -> None:
    drive = builders.drive(excerpts=0)
    document = received(drive, tables.table(10))

    class Deleting(Stumbling):
        def batches(self, reading: Reading, **more: Any) -> Iterator[Batch]:
            for batch in super().batches(reading, **more):
                if batch.first == 5:
                    drive.campaign.delete()
                yield batch

    splitting.split(document_id=document.pk, now=NOW, desk=Deleting())
    assert not Document.objects.filter(pk=document.pk).exists()
    assert not Excerpt.objects.filter(document_id=document.pk).exists()
    assert not MicroTask.objects.exists()
