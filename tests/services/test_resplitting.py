"""What a team does with a document: stop it, go on, try again, split it otherwise, remove it."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage

from crowd.models import Document, Excerpt, MicroTask, Report
from crowd.rules.lifecycle import ForbiddenMove
from crowd.rules.problems import Problem
from crowd.rules.splitting.desk import Batch
from crowd.rules.splitting.lines import line
from crowd.rules.splitting.parts import Part, Survey
from crowd.rules.splitting.plans import By, Plan, Tiling
from crowd.services import clearing, documents, intake, pieces, splitting
from crowd.services.clearing import Kept
from crowd.services.desks import Desk, DeskDied, Reading
from tests import builders
from tests.builders import MINUTE, NOW, Drive
from tests.documents import images, pdfs, sheets, tables

pytestmark = pytest.mark.django_db

TILES = Plan(by=By.TILES, tile=Tiling(across=2, down=1))


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=0)


def received(drive: Drive, data: bytes, name: str = "a.csv") -> Document:
    given = intake.receive(campaign=drive.campaign, upload=io.BytesIO(data), name=name, now=NOW)
    return Document.objects.get(pk=given.pk)


def split(document: Document, desk: Desk | None = None) -> Document:
    splitting.split(document_id=document.pk, now=NOW, desk=desk)
    document.refresh_from_db()
    return document


class Pages:
    """A desk with ten pages on it; drawing some of them takes too long."""

    def __init__(self, *, stuck: set[int], after: Any = None) -> None:
        self.stuck, self.after = stuck, after

    def survey(self, reading: Reading) -> Survey:
        return Survey(parts=10)

    def batches(
        self, reading: Reading, *, start: int, stop: int, columns: list[str]
    ) -> Iterator[Batch]:
        for at in range(start + 1, stop + 1):
            if at in self.stuck:
                raise DeskDied(too_slow=True, seconds=60)
            if self.after:
                self.after(at)
            yield Batch(first=at, count=1, lines=[line(Part(position=at, page=at))])


# --- Stopped, resumed, tried again ----------------------------------------------------------------


def test_a_document_that_is_stopped_keeps_what_is_there_and_goes_on_later(drive: Drive) -> None:
    document = received(drive, tables.table(10))

    def stop(at: int) -> None:
        if at == 5:
            documents.stop(document=Document.objects.get(pk=document.pk))

    split(document, Pages(stuck=set(), after=stop))
    assert document.state == "stopped"
    assert document.excerpts.count() == document.pages_done == 4
    assert splitting.unfinished_ids() == []
    assert split(document).state == "stopped"

    documents.resume(document=document)
    assert document.state == "splitting"
    assert split(document, Pages(stuck=set())).state == "split"
    assert list(document.excerpts.values_list("position", flat=True)) == list(range(1, 11))


def test_one_that_nobody_has_looked_through_can_be_stopped_too(drive: Drive) -> None:
    document = received(drive, tables.table(2))
    documents.stop(document=document)
    assert split(document).state == "stopped"
    documents.resume(document=document)
    assert document.state == "received"
    assert split(document).state == "split"


def test_what_is_split_can_not_be_stopped(drive: Drive) -> None:
    document = split(received(drive, tables.table(2)))
    with pytest.raises(ForbiddenMove):
        documents.stop(document=document)


def test_pages_that_were_left_out_can_be_tried_again_alone(drive: Drive) -> None:
    document = split(received(drive, pdfs.pdf(1)), Pages(stuck={3, 7}))
    assert (document.state, document.pages_done, document.excerpts.count()) == ("split", 10, 8)
    assert [gap["position"] for gap in document.gaps] == [3, 7]
    before = set(document.excerpts.values_list("pk", flat=True))

    documents.retry(document=document)
    assert (document.state, document.pages_done, document.gaps) == ("splitting", 8, [])
    split(document, Pages(stuck={7}))
    assert (document.state, document.pages_done) == ("split", 10)
    assert [gap["position"] for gap in document.gaps] == [7]
    assert before < set(document.excerpts.values_list("pk", flat=True))
    assert drive.microtasks().count() == 9


def test_a_file_over_which_every_desk_dies_is_given_up(drive: Drive) -> None:
    document = split(received(drive, pdfs.pdf(1)), Pages(stuck=set(range(4, 11))))
    assert (document.state, document.problem_code) == ("failed", "page_too_slow")
    assert not document.excerpts.exists()


# --- Split in another way -------------------------------------------------------------------------


def test_other_settings_replace_what_nobody_has_answered_and_say_what_stays(drive: Drive) -> None:
    document = split(received(drive, pdfs.pdf(3), "a.pdf"))
    answered = drive.microtask(2)
    answer = drive.say("a", about=2)
    old = document.excerpts.get(position=1)

    kept = documents.resplit(document=document, plan=TILES)
    assert kept == Kept(kept=1, replaced=2)
    assert document.state == "received"
    split(document)
    assert (document.state, document.pages_known) == ("split", 6)
    assert document.excerpts.filter(kind="tile").count() == 6
    assert list(document.excerpts.filter(kind="page")) == [answered.excerpt]
    answer.refresh_from_db()
    assert answer.microtask == answered
    assert drive.microtasks().count() == 7
    assert not default_storage.exists(f"{old.image_key}/480.webp")
    assert default_storage.exists(f"{answered.excerpt.image_key}/480.webp")


def test_the_same_way_again_asks_nothing_twice(drive: Drive) -> None:
    document = split(received(drive, tables.table(4)))
    drive.say("a", about=2)
    documents.resplit(document=document, plan=Plan(by=By.ROWS))
    split(document)
    assert sorted(document.excerpts.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert drive.microtasks().count() == 4
    assert drive.microtask(2).answers.count() == 1


def test_rows_that_people_answered_keep_the_columns_they_were_shown(drive: Drive) -> None:
    document = split(received(drive, tables.table([["Ana", "oui"], ["Bo", "non"]])))
    drive.say("a", about=1)
    plan = documents.parse(document=document, described={"columns": ["avis"]})
    documents.resplit(document=document, plan=plan)
    split(document)
    shown = {
        each.position: (each.column_names, each.cells, each.metadata)
        for each in document.excerpts.all()
    }
    assert shown == {
        1: (["nom", "avis"], ["Ana", "oui"], {}),
        2: (["avis"], ["non"], {"nom": "Bo"}),
    }


def test_tiles_of_another_grid_are_all_there_beside_those_that_were_answered(drive: Drive) -> None:
    document = received(drive, images.saved(images.drawn(), "PNG"), "a.png")
    documents.resplit(document=document, plan=TILES)
    split(document)
    drive.say("a", about=2)  # the right half
    quarters = Plan(by=By.TILES, tile=Tiling(across=4, down=1))
    assert documents.resplit(document=document, plan=quarters) == Kept(kept=1, replaced=1)
    split(document)
    boxes = document.excerpts.order_by("series", "position").values_list("box", flat=True)
    assert [round(box[2] - box[0], 1) for box in boxes] == [0.5, 0.3, 0.3, 0.3, 0.3]
    assert drive.microtasks().count() == 5


def test_another_sheet_is_asked_about_beside_the_rows_that_were_answered(drive: Drive) -> None:
    small, large = [["nom"], ["Ana"]], [["nom", "avis"], ["Bo", "oui"], ["Cy", "non"]]
    document = split(received(drive, sheets.xlsx(small, large), "a.xlsx"))
    assert (document.sheet, [each["name"] for each in document.sheets]) == ("S2", ["S1", "S2"])
    drive.say("a", about=1)

    def rows() -> list[tuple[str, int, list[str], list[str]]]:
        return [
            (each.sheet, each.position, each.column_names, each.cells)
            for each in document.excerpts.order_by("pk").select_related("document")
        ]

    documents.resplit(document=document, plan=Plan(by=By.ROWS, sheet="S1"))
    split(document)
    kept = ("S2", 1, ["nom", "avis"], ["Bo", "oui"])
    assert rows() == [kept, ("S1", 1, ["nom"], ["Ana"])]

    # Back again, named this time: it is the sheet of the beginning, and nobody is asked twice.
    documents.resplit(document=document, plan=Plan(by=By.ROWS, sheet="S2"))
    split(document)
    assert rows() == [kept, ("S2", 2, ["nom", "avis"], ["Cy", "non"])]
    assert drive.microtasks().count() == 2


def test_a_sheet_or_its_columns_that_are_not_there_are_refused(drive: Drive) -> None:
    book = sheets.xlsx([["nom"], ["Ana"]], [["prix", "avis"], ["1", "2"]])
    document = split(received(drive, book, "a.xlsx"))
    for sheet, column, code in (
        ("S3", "nom", "plan_sheet_unknown"),
        ("S1", "prix", "plan_column_unknown"),
        ("S2", "nom", "plan_column_unknown"),
    ):
        plan = Plan(by=By.ROWS, sheet=sheet, columns=(column,))
        with pytest.raises(Problem) as unfit:
            documents.resplit(document=document, plan=plan)
        assert unfit.value.code == code
    document.refresh_from_db()
    assert document.state == "split"


def test_a_sheet_of_the_campaign_is_read_where_there_is_one(drive: Drive) -> None:
    drive.campaign.splitting = {"rows": {"sheet": "S1", "columns": ["nom"]}}
    drive.campaign.save()
    book = split(received(drive, sheets.xlsx([["nom", "âge"], ["Ana", 3]], [["x"]] * 9), "a.xlsx"))
    table = split(received(drive, tables.table([["Bo", "oui"]])))
    other = split(received(drive, tables.table([["1", "2"]], columns=["prix", "lot"]), "b.csv"))
    assert [each.excerpts.get().cells for each in (book, table, other)] == [
        ["Ana"],
        ["Bo"],
        ["1", "2"],
    ]


def test_a_micro_task_that_is_being_answered_stays(drive: Drive) -> None:
    document = split(received(drive, tables.table(3)))
    lease = builders.lend(drive.microtask(3), builders.guest())
    assert documents.resplit(document=document, plan=Plan(by=By.ROWS)).kept == 1
    receipt = builders.submit(lease, "a", now=NOW + MINUTE)
    assert receipt.answer is not None
    clearing.clear(document=document)
    assert list(document.excerpts.values_list("position", flat=True)) == [3]


def test_an_excerpt_hidden_for_personal_data_stays_hidden(drive: Drive) -> None:
    document = split(received(drive, tables.table(2)))
    secret = document.excerpts.get(position=1)
    Report.objects.create(excerpt=secret, contributor=builders.guest(), made_at=NOW, hides=True)
    Excerpt.objects.filter(pk=secret.pk).update(hidden_at=NOW)
    MicroTask.objects.filter(excerpt=secret).update(state="withdrawn", needs=0)

    documents.resplit(document=document, plan=documents.parse(document=document, described={}))
    split(document)
    secret.refresh_from_db()
    assert secret.hidden_at == NOW
    assert not MicroTask.objects.filter(excerpt=secret, state="open").exists()
    assert document.excerpts.count() == 2


def test_a_worker_that_is_at_it_stores_nothing_of_the_old_way(drive: Drive) -> None:
    document = received(drive, pdfs.pdf(10), "a.pdf")

    def anew(at: int) -> None:
        now = Document.objects.get(pk=document.pk)
        if at == 9 and not now.edition:
            documents.resplit(document=now, plan=Plan(by=By.WHOLE))

    desk = Pages(stuck=set(), after=anew)
    (mine,) = Document.objects.filter(pk=document.pk)
    assert pieces.begin(document=mine, now=NOW, desk=desk) is False
    mine.refresh_from_db()
    assert (mine.state, mine.edition) == ("received", 1)
    split(document)
    assert (document.state, document.excerpts.get().kind) == ("split", "whole")


def test_a_plan_that_does_not_fit_is_refused(drive: Drive) -> None:
    document = split(received(drive, tables.table(2)))
    with pytest.raises(Problem) as unfit:
        documents.resplit(document=document, plan=TILES)
    assert unfit.value == Problem("plan_unfit", by="tiles")
    with pytest.raises(Problem) as unknown:
        documents.parse(document=document, described={"columns": ["prix"]})
    assert unknown.value.code == "plan_column_unknown"


def test_a_campaign_says_how_its_documents_are_split(drive: Drive) -> None:
    drive.campaign.splitting = {"pages": TILES.as_json(), "rows": {"columns": ["avis"]}}
    drive.campaign.save()
    picture = split(received(drive, images.saved(images.drawn(), "PNG"), "a.png"))
    table = split(received(drive, tables.table(1)))
    assert [each.kind for each in picture.excerpts.all()] == ["tile", "tile"]
    assert table.excerpts.get().column_names == ["avis"]


def test_zones_are_cut_later_from_pages_nobody_is_asked_about(drive: Drive) -> None:
    drive.campaign.splitting = {"pages": {"by": "zones"}}
    drive.campaign.save()
    document = split(received(drive, pdfs.pdf(2), "a.pdf"))
    assert [each.kind for each in document.excerpts.all()] == ["page", "page"]
    assert not drive.microtasks().exists()
    documents.resplit(document=document, plan=Plan(by=By.PAGES))
    split(document)
    assert drive.microtasks().count() == 2


def test_documents_alike_are_split_alike_with_those_still_to_come(drive: Drive) -> None:
    first, second = (split(received(drive, tables.table(rows))) for rows in (2, 3))
    other = split(received(drive, tables.table(2, columns=("ville", "prix"))))
    page = split(received(drive, pdfs.pdf(1), "a.pdf"))
    assert set(documents.alike(document=first)) >= {first, second, other}
    assert page not in documents.alike(document=first)

    plan = documents.parse(document=first, described={"columns": ["avis"]})
    assert documents.resplit_alike(document=first, plan=plan) == Kept(kept=0, replaced=5)
    for document in (first, second):
        assert split(document).shown_columns == ["avis"]
    assert split(other).shown_columns == ["ville", "prix"]
    assert split(received(drive, tables.table(4))).shown_columns == ["avis"]
    stranger = split(received(drive, tables.table(1, columns=("a", "b"))))
    assert (stranger.state, stranger.shown_columns) == ("split", ["a", "b"])


# --- Removed --------------------------------------------------------------------------------------


def test_a_document_without_answers_is_removed_with_all_its_files(drive: Drive) -> None:
    document = split(received(drive, pdfs.pdf(1), "a.pdf"))
    key, original = document.excerpts.get().image_key, document.file.name
    assert documents.remove(document=document) == Kept(kept=0, replaced=1)
    assert not Document.objects.filter(pk=document.pk).exists()
    assert not default_storage.exists(f"{key}/480.webp")
    assert not default_storage.exists(str(original))


def test_removing_a_document_keeps_what_people_answered(drive: Drive) -> None:
    document = split(received(drive, tables.table(3)))
    drive.say("a", about=1)
    assert documents.remove(document=document) == Kept(kept=1, replaced=2)
    assert list(document.excerpts.values_list("position", flat=True)) == [1]
