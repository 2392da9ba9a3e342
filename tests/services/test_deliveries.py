"""What comes together is read entry by entry: each one once, whatever is wrong with the others."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from crowd.models import Delivery, Document, Refusal
from crowd.rules.problems import Problem
from crowd.services import deliveries, entries, intake, reading, splitting
from tests import builders
from tests.builders import NOW, Drive
from tests.documents import manifests, pdfs, photos, tables
from tests.documents.archives import encrypted_zip, tar, zipped
from tests.documents.server import Server, serving
from tests.rivals import at_once

pytestmark = pytest.mark.django_db

LATER = NOW + builders.MINUTE


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=0)


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    answers: dict[str, Any] = {
        "/a.csv": tables.table(2),
        "/b.csv": tables.table(3),
        "/all.zip": zipped({"c.csv": tables.table(4), "d.csv": b""}),
        "/1/full/full/0/default.jpg": photos.picture("JPEG", said="1"),
        "/2/full/full/0/default.jpg": photos.picture("JPEG", said="2"),
    }
    with serving(answers) as running:
        settings.TAMIS_FETCH_ALLOW = [f"127.0.0.1:{running.port}"]
        pictures = [running.url(f"/{number}") for number in (1, 2)]
        manifest = manifests.manifest_2(pictures, width=800)
        collection = manifests.collection_3([running.url("/m.json"), running.url("/gone.json")])
        answers["/m.json"] = json.dumps(manifest).encode()
        answers["/c.json"] = json.dumps(collection).encode()
        yield running


def taken(drive: Drive, data: bytes, name: str = "a.zip", **more: Any) -> Any:
    upload = io.BytesIO(data)
    return deliveries.take(campaign=drive.campaign, upload=upload, name=name, now=NOW, **more)


def read_all() -> None:
    while ids := reading.unfinished_ids():
        for delivery_id in ids:
            reading.read(delivery_id=delivery_id, now=LATER)


def names(drive: Drive) -> list[str]:
    return list(
        drive.campaign.documents.exclude(pk=drive.document.pk).values_list("name", flat=True)
    )


def refused(delivery: Delivery) -> dict[str, str]:
    return {each.name: each.problem_code for each in deliveries.refusals(delivery=delivery)}


FILES = {"a.csv": tables.table(1), "dossier/b.csv": tables.table(2), "dossier/vide.csv": b""}


@pytest.mark.parametrize("data", [zipped(FILES), tar(FILES), tar(FILES, packed="gz")])
def test_each_file_of_an_archive_becomes_a_document_or_a_sentence(
    drive: Drive, data: bytes
) -> None:
    delivery = taken(drive, data, source_url="https://example.org/a.zip")
    assert (delivery.kind, delivery.state, delivery.entries_known) == ("archive", "received", None)
    read_all()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.entries_known, delivery.entries_done) == ("read", 3, 3)
    assert delivery.finished_at == LATER
    assert names(drive) == ["a.csv", "dossier/b.csv"]
    assert refused(delivery) == {"dossier/vide.csv": "file_empty"}
    document = Document.objects.get(name="dossier/b.csv")
    assert (document.delivery, document.source_url) == (delivery, "https://example.org/a.zip")
    assert splitting.split(document_id=document.pk, now=LATER)
    (summary,) = deliveries.of_campaign(campaign=drive.campaign)
    assert (summary.known, summary.done, summary.refused, summary.documents) == (3, 3, 1, 2)
    assert not summary.unfinished


def test_an_archive_in_an_archive_is_read_as_well(drive: Drive) -> None:
    inner = tar({"c.csv": tables.table(3), "vide": b""}, packed="xz")
    delivery = taken(drive, zipped({"b.csv": tables.table(1), "x/inner.tar.xz": inner}))
    read_all()
    assert names(drive) == ["b.csv", "x/inner.tar.xz/c.csv"]
    assert refused(delivery) == {"x/inner.tar.xz/vide": "file_empty"}
    (summary,) = deliveries.of_campaign(campaign=drive.campaign)
    assert (summary.known, summary.done, summary.refused, summary.documents) == (4, 4, 1, 2)


def test_archives_are_not_followed_for_ever(drive: Drive, settings: Any) -> None:
    settings.TAMIS_MAX_NESTING = 2
    data = zipped({"a.csv": tables.table(1)})
    for _ in range(3):
        data = zipped({"i.zip": data, "n.txt": f"{len(data)} octets".encode()})
    delivery = taken(drive, data)
    read_all()
    assert refused(delivery) == {"i.zip/i.zip/i.zip": "archive_too_deep"}


def test_what_is_nested_counts_for_the_whole(drive: Drive, settings: Any) -> None:
    inner = [zipped({f"{n}{m}.csv": tables.table(n * 10 + m) for m in (1, 2)}) for n in (1, 2)]
    settings.TAMIS_MAX_ENTRIES = 4
    taken(drive, zipped({"1.zip": inner[0], "2.zip": inner[1]}))
    read_all()
    assert len(names(drive)) == 2
    assert Delivery.objects.filter(state="failed", problem_code="archive_too_many").exists()
    settings.TAMIS_MAX_ENTRIES, settings.TAMIS_MAX_DELIVERY_BYTES = 100, 1000
    delivery = taken(drive, zipped({"a.csv": b"a,b\n" + b"1,2\n" * 300}))
    read_all()
    delivery.refresh_from_db()
    assert delivery.problem_code == "archive_too_large"


def test_an_archive_may_be_larger_than_one_file(drive: Drive, settings: Any) -> None:
    settings.TAMIS_MAX_UPLOAD_BYTES = 1000
    large = b"".join(tables.table(rows) for rows in range(1, 200))
    delivery = taken(drive, tar({"a.csv": tables.table(1), "b.csv": large}))
    read_all()
    assert names(drive) == ["a.csv"]
    assert refused(delivery) == {"b.csv": "file_too_large"}


def test_names_have_no_signs_that_are_not_seen(drive: Drive) -> None:
    taken(drive, tables.table(1), "a\u202efdp.exe\x07")
    assert names(drive) == ["afdp.exe"]


def test_the_same_file_is_told_again_by_its_first_name(drive: Drive) -> None:
    delivery = taken(drive, zipped({"a.csv": tables.table(1), "b.csv": tables.table(1)}))
    read_all()
    refusal = Refusal.objects.get(delivery=delivery)
    assert (refusal.position, refusal.problem_params) == (2, {"name": "a.csv"})
    with pytest.raises(Problem, match="file_known"):
        taken(drive, zipped({"a.csv": tables.table(1), "b.csv": tables.table(1)}))


def test_an_archive_that_can_not_be_read_fails_with_a_sentence(drive: Drive) -> None:
    data = tar({"a": b"1"}, packed="gz")
    delivery = taken(drive, data[: len(data) // 3])
    read_all()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem_code) == ("failed", "archive_unreadable")
    assert names(drive) == []


def test_several_files_at_once_are_one_delivery(drive: Drive) -> None:
    delivery = deliveries.begin(campaign=drive.campaign, name="a.csv", now=NOW)
    taken(drive, tables.table(1), "a.csv", delivery=delivery)
    with pytest.raises(Problem, match="file_empty"):
        taken(drive, b"", "b.csv", delivery=delivery)
    taken(drive, zipped({"c.csv": tables.table(2)}), "c.zip", delivery=delivery)
    read_all()
    assert refused(delivery) == {"b.csv": "file_empty"}
    (summary,) = deliveries.of_campaign(campaign=drive.campaign)
    assert (summary.known, summary.done, summary.refused, summary.documents) == (4, 4, 1, 2)


def test_lists_are_not_followed_out_of_an_archive(drive: Drive) -> None:
    delivery = taken(drive, zipped({"l.txt": "https://example.org/a.csv\n"}))
    read_all()
    assert refused(delivery) == {"l.txt": "list_in_delivery"}


# --- Addresses and IIIF --------------------------------------------------------------------------


def test_a_list_of_addresses_is_fetched(drive: Drive, server: Server) -> None:
    paths = ["/a.csv", "/gone.csv", "/all.zip"]
    delivery = deliveries.receive_urls(
        campaign=drive.campaign, addresses=[server.url(path) for path in paths], now=NOW
    )
    assert delivery.kind == "urls"
    read_all()
    assert names(drive) == ["a.csv", "all.zip/c.csv"]
    assert Document.objects.get(name="a.csv").source_url == server.url("/a.csv")
    assert Document.objects.get(name="all.zip/c.csv").source_url == server.url("/all.zip")
    assert refused(delivery) == {
        server.url("/gone.csv"): "fetch_status",
        "all.zip/d.csv": "file_empty",
    }


def test_what_a_server_did_not_give_is_fetched_again(drive: Drive, server: Server) -> None:
    inner, later = "http://10.0.0.1/", server.url("/later.csv")
    addresses = [later, inner, server.url("/a.csv")]
    delivery = deliveries.receive_urls(campaign=drive.campaign, addresses=addresses, now=NOW)
    read_all()
    server.answers["/later.csv"] = tables.table(9)
    deliveries.fetch_again(delivery=delivery, now=LATER)
    read_all()
    assert names(drive) == ["a.csv", "later.csv"]
    assert refused(delivery) == {inner: "fetch_private"}
    with pytest.raises(Problem, match="list_empty"):
        deliveries.fetch_again(delivery=delivery, now=LATER)


def test_a_text_file_of_addresses_is_such_a_list(drive: Drive, server: Server) -> None:
    text = f"# tables\n{server.url('/a.csv')}\n\nhttp://10.0.0.1/\n"
    delivery = taken(drive, text.encode(), "liste.txt")
    read_all()
    assert names(drive) == ["a.csv"]
    assert refused(delivery) == {"http://10.0.0.1/": "fetch_private"}


@pytest.mark.parametrize(
    ("addresses", "code"),
    [([], "list_empty"), ([" "], "list_empty"), (["ftp://a/"], "url_invalid")],
)
def test_a_list_without_a_good_address_is_refused(
    drive: Drive, addresses: list[str], code: str
) -> None:
    with pytest.raises(Problem, match=code):
        deliveries.receive_urls(campaign=drive.campaign, addresses=addresses, now=NOW)
    assert not Delivery.objects.exists()


def test_the_pictures_of_a_manifest_become_documents(drive: Drive, server: Server) -> None:
    address = server.url("/m.json")
    delivery = deliveries.receive_iiif(campaign=drive.campaign, address=address, now=NOW)
    read_all()
    assert names(drive) == ["Registre/0001 f. 1", "Registre/0002 f. 2"]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.entries_done) == ("read", 2)
    first = Document.objects.get(name="Registre/0001 f. 1")
    assert first.source_url == server.url("/1/full/full/0/default.jpg")
    assert first.media_type == "image/jpeg"


def test_a_collection_is_followed_to_its_manifests(drive: Drive, server: Server) -> None:
    address = server.url("/c.json")
    delivery = deliveries.receive_iiif(campaign=drive.campaign, address=address, now=NOW)
    read_all()
    assert names(drive) == ["Fonds/Registre/0001 f. 1", "Fonds/Registre/0002 f. 2"]
    assert refused(delivery) == {"Fonds/Cote 2": "fetch_status"}


def test_a_manifest_that_is_none_fails_with_a_sentence(drive: Drive, server: Server) -> None:
    for path, code in (("/a.csv", "iiif_unreadable"), ("/gone", "fetch_status")):
        address = server.url(path)
        delivery = deliveries.receive_iiif(campaign=drive.campaign, address=address, now=NOW)
        read_all()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.problem_code) == ("failed", code)


# --- Interruptions -------------------------------------------------------------------------------


class Killed(BaseException):
    """Like a killed worker: nothing of ours catches it."""


TEN = {f"{number}.csv": tables.table(number) for number in range(1, 11)}


def killed_at(monkeypatch: Any, name: str) -> None:
    """The worker dies when it has stored this entry, before it says so."""
    real = intake.keep

    def dying(*, made: Any) -> Any:
        kept = real(made=made)
        if made.name == name:
            raise Killed
        return kept

    monkeypatch.setattr(intake, "keep", dying)


def test_a_killed_worker_loses_and_doubles_nothing(drive: Drive, monkeypatch: Any) -> None:
    delivery = taken(drive, zipped({**TEN, "vide.csv": b""}))
    for number in (3, 7):
        with monkeypatch.context() as patch:
            killed_at(patch, f"{number}.csv")
            with pytest.raises(Killed):
                read_all()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.entries_done) == ("reading", number - 1)
        assert len(names(drive)) == number - 1
    read_all()
    assert names(drive) == list(TEN)
    assert refused(delivery) == {"vide.csv": "file_empty"}


def test_an_entry_that_kills_its_workers_is_passed_over(drive: Drive, monkeypatch: Any) -> None:
    delivery = taken(drive, zipped({"1.csv": tables.table(1), "2.csv": tables.table(2)}))
    real = intake.store

    def deadly(**about: Any) -> Any:
        if about["name"] == "1.csv":
            raise Killed
        return real(**about)

    monkeypatch.setattr(intake, "store", deadly)
    for _ in range(reading.MOST_ATTEMPTS):
        with pytest.raises(Killed):
            reading.read(delivery_id=delivery.pk, now=LATER)
    read_all()
    assert names(drive) == ["2.csv"]
    assert refused(delivery) == {"1.csv": "read_kills_workers"}


def test_what_goes_wrong_on_our_side_fails_and_can_be_tried_again(
    drive: Drive, monkeypatch: Any
) -> None:
    delivery = taken(drive, zipped(TEN))

    def full(*_: Any, **__: Any) -> Any:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(entries, "listed", full)
        read_all()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem_code) == ("failed", "read_failed")
    deliveries.resume(delivery=delivery)
    assert (delivery.state, delivery.problem_code) == ("received", "")
    read_all()
    assert names(drive) == list(TEN)


def test_reading_is_done_in_slices(drive: Drive, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "SLICE", 0)
    delivery = taken(drive, zipped(TEN))
    for done in range(1, 10):
        assert reading.read(delivery_id=delivery.pk, now=LATER)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.entries_done) == ("reading", done)
    assert not reading.read(delivery_id=delivery.pk, now=LATER)
    assert names(drive) == list(TEN)


def test_a_delivery_is_stopped_and_resumed(drive: Drive, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "SLICE", 0)
    delivery = taken(drive, zipped(TEN))
    reading.read(delivery_id=delivery.pk, now=LATER)
    deliveries.stop(delivery=delivery, now=LATER)
    assert (delivery.state, delivery.entries_done) == ("stopped", 1)
    read_all()
    assert len(names(drive)) == 1
    deliveries.resume(delivery=delivery)
    read_all()
    assert names(drive) == list(TEN)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_take_each_entry_once(monkeypatch: Any) -> None:
    drive = builders.drive(excerpts=0)
    delivery = taken(drive, zipped({**TEN, "vide.csv": b""}))
    results = at_once(*[lambda: reading.read(delivery_id=delivery.pk, now=LATER)] * 3)
    assert not [each for each in results if isinstance(each, Exception)], results
    read_all()
    assert names(drive) == list(TEN)
    assert refused(delivery) == {"vide.csv": "file_empty"}


# --- All that is wrong with files ----------------------------------------------------------------


def broken() -> dict[str, bytes]:
    """Thirty files, each broken in a way of its own."""
    junk = bytes(range(256)) * 4
    made = {
        "empty.pdf": b"",
        "junk.bin": junk,
        "word.docx": zipped({"[Content_Types].xml": "", "word/document.xml": ""}),
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + junk,
        "a.rar": b"Rar!\x1a\x07\x00" + junk,
        "a.7z": b"7z\xbc\xaf\x27\x1c" + junk,
        "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "a.xml": b"<?xml version='1.0'?><a/>",
        "broken.zip": b"PK\x03\x04" + junk,
        "twice.csv": tables.table(1000),
        "../out.csv": tables.table(2000),
        "list.txt": b"https://example.org/a.pdf\n",
        "manifest.json": json.dumps(manifests.manifest_2(["https://a.org/1"], width=1)).encode(),
        "encrypted.zip": encrypted_zip("a.csv", b"a,b\n1,2\n"),
        "cut.tar.gz": tar({"a": b"1"}, packed="gz")[:20],
    }
    later = {
        "truncated.pdf": pdfs.truncated(pdfs.pdf(5)),
        "encrypted.pdf": pdfs.encrypted(),
        "ragged.csv": tables.table([["a", "b"]] * 8) + b"c\r\n",
        "quote.csv": b'a,b\r\n1,2\r\n"3,4\r\n',
        "header.csv": b"a,b\r\n",
        "doubled.csv": b"a,a\r\n1,2\r\n",
        "broken.json": b'[{"a": 1},',
        "numbers.json": b'{"a": [1, 2]}',
        "lines.jsonl": b'{"a": 1}\n{"b": \n',
        "blank.txt": b"\n \n",
        "blank.html": b"<!DOCTYPE html><body><script>a</script>",
        "long.txt": b"x" * 300_000,
        "cut.png": photos.picture()[:60],
        "cut.xlsx": zipped({"[Content_Types].xml": "", "xl/workbook.xml": "<a"}),
        "nul.txt": b"Bonjour.\n" * 50_000 + b"\x00",
    }
    assert len(made) + len(later) == 30
    return {**made, **later}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_of_three_hundred_files_thirty_are_broken_and_the_others_go_on(drive: Drive) -> None:
    kinds = [
        lambda n: (f"{n}.csv", tables.table(n)),
        lambda n: (f"{n}.pdf", pdfs.pdf([pdfs.Page(text=f"Page {n}", size=(100, 50))])),
        lambda n: (f"dossier/{n}.txt", f"Lettre {n}.\n\nMerci.".encode()),
        lambda n: (f"dossier/{n}.json", json.dumps([{"n": n}]).encode()),
        lambda n: (f"{n}.png", photos.picture(said=str(n))),
    ]
    good = dict(kinds[n % len(kinds)](n) for n in range(1, 271))
    bad = broken()
    delivery = taken(drive, zipped({"first.csv": bad["twice.csv"], **bad, **good}))
    read_all()
    while ids := splitting.unfinished_ids():
        for pk in ids:
            splitting.split(document_id=pk, now=LATER)
    whole = drive.campaign.documents.exclude(pk=drive.document.pk).filter(state="split")
    assert set(whole.values_list("name", flat=True)) == {"first.csv", *good}
    said = refused(delivery)
    for nested in Delivery.objects.filter(within=delivery, state="failed"):
        said[nested.name] = nested.problem_code
    for failed in Document.objects.filter(state="failed"):
        said[failed.name] = failed.problem_code
    assert len(said) == 30
    assert "split_failed" not in said.values()
