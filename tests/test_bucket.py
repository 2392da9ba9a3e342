"""Everything that is stored can be in an S3-compatible bucket, where nobody else can read it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image

from crowd.models import Campaign, Document
from crowd.rules.problems import Problem
from crowd.services import (
    copies,
    cutting,
    deliveries,
    documents,
    drawings,
    hiding,
    intake,
    masks,
    snapshot_files,
    snapshots,
    zones,
)
from crowd.services.zones import ZoneSpec
from tests import bucket, builders, collecting
from tests.builders import NOW
from tests.documents import images, pdfs
from tests.frontend import forms, team

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def in_a_bucket(own_files: None, settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": bucket.storage()}


def keys(prefix: str = "") -> list[str]:
    """What is in the bucket, as its server tells it."""
    name = django_settings.STORAGES["default"]["OPTIONS"]["bucket_name"]
    listed = bucket.client().list_objects_v2(Bucket=name, Prefix=prefix)
    return sorted(each["Key"] for each in listed.get("Contents", []))


def asked_directly(key: str) -> int:
    """What the server answers to someone without keys."""
    name = django_settings.STORAGES["default"]["OPTIONS"]["bucket_name"]
    return httpx.get(f"{bucket.endpoint()}/{name}/{key}").status_code


def received(campaign: Campaign, data: bytes, name: str) -> Document:
    given = intake.receive(campaign=campaign, upload=io.BytesIO(data), name=name, now=NOW)
    team.split_all()
    return Document.objects.get(pk=given.pk)


def test_a_saved_file_replaces_the_one_before_and_a_missing_one_is_said() -> None:
    assert default_storage.save("a/b.webp", ContentFile(b"one")) == "a/b.webp"
    assert default_storage.save("a/b.webp", ContentFile(b"two")) == "a/b.webp"
    assert default_storage.open("a/b.webp").read() == b"two"
    assert (default_storage.size("a/b.webp"), default_storage.listdir("a")) == (3, ([], ["b.webp"]))
    default_storage.delete("a/b.webp")
    default_storage.delete("a/b.webp")
    assert not default_storage.exists("a/b.webp")
    with pytest.raises(FileNotFoundError):
        default_storage.open("a/b.webp")
    with pytest.raises(NotImplementedError):
        default_storage.url("a/b.webp")


def test_a_document_is_split_shown_hidden_and_removed(client: Client) -> None:
    campaign = team.draft()
    document = received(campaign, pdfs.pdf(2), "a.pdf")
    assert document.state == "split", document.problem_code
    shown = document.excerpts.get(position=1)
    widths = {int(key.rsplit("/", 1)[1].removesuffix(".webp")) for key in keys(shown.image_key)}
    assert widths == set(shown.image_widths)
    assert all(asked_directly(key) == 403 for key in keys())

    forms.open_to_all(campaign)
    address = reverse("picture", args=[shown.pk, max(shown.image_widths)])
    reply = client.get(address)
    picture = Image.open(io.BytesIO(b"".join(reply.streaming_content)))
    assert (picture.format, picture.size) == ("WEBP", (shown.width, shown.height))
    hiding.hide(excerpt=shown, now=NOW)
    assert client.get(address).status_code == 404

    documents.remove(document=document)
    assert keys() == []


def test_what_is_masked_is_in_no_object_any_more_and_the_original_stays_hidden() -> None:
    campaign = forms.campaign_of_forms(old=1, new=0)
    forms.group(campaign)
    layout = forms.layout_of(forms.OLD)
    forms.draw(layout, "declarant")
    before = set(keys("excerpts/"))
    place = forms.place(forms.OLD, "address")
    black = ZoneSpec(name="address", page=place.page, box=place.fractions, mask=True)
    drawn = forms.place(forms.OLD, "declarant")
    asked = ZoneSpec(name="declarant", page=drawn.page, box=drawn.fractions)
    zones.save(layout=layout, zones=[asked, black], now=NOW)
    cutting.apply(layout=layout, now=NOW)
    forms.cut_all()
    document = campaign.documents.get()
    page = document.excerpts.get(kind="page", page=place.page)
    assert page.hidden_at is None
    assert not [key for key in before if f"/page-{place.page}/" in key and key in set(keys())]
    with default_storage.open(f"{page.image_key}/{max(page.image_widths)}.webp") as file:
        grey = Image.open(file).convert("L")
    left, top, right, bottom = place.fractions
    wide, high = grey.size
    middle = grey.getpixel((round((left + right) / 2 * wide), round((top + bottom) / 2 * high)))
    assert middle < 40
    assert not masks.may_serve_original(document=document)
    assert asked_directly(str(document.file.name)) == 403


@pytest.mark.django_db(transaction=True)
def test_open_data_is_kept_taken_and_let_go_of() -> None:
    drive = builders.drive(excerpts=2, agree=1)
    drive.say("a", about=1)
    builders.settle()
    snapshot = snapshots.ask(campaign=drive.campaign, user=None, now=NOW)
    assert snapshots.go_on(now=NOW)
    snapshot.refresh_from_db()
    assert snapshot.state == "ready", snapshot.problem_code
    names = sorted(str(each.file.name) for each in snapshot.files.all())
    assert keys() == names
    held = snapshot.files.get(format="package")
    with default_storage.open(str(held.file.name)) as file:
        assert len(file.read()) == held.byte_size
    snapshot_files.remove(snapshot=snapshot)
    assert keys() == []


def test_a_file_that_is_an_answer_is_blacked_out_and_deleted() -> None:
    drive = collecting.drive()
    sent = collecting.send(collecting.take_on(drive, builders.guest()), images.geotagged())
    first = keys("uploads/")
    assert first
    assert all(asked_directly(key) == 403 for key in first)
    sent.edition += 1
    sent.pages, _ = drawings.blacken(upload=sent, boxes={1: [(0, 0, 1, 1)]})
    drawings.delete(upload=sent, edition=sent.edition - 1)
    second = keys("uploads/")
    assert not set(first) & set(second)
    with default_storage.open(second[0]) as file:
        assert Image.open(file).convert("L").getextrema()[1] < 20
    drawings.delete(upload=sent)
    assert keys("uploads/") == []


def test_a_campaign_is_copied_with_its_files(tmp_path: Path) -> None:
    campaign = team.draft()
    received(campaign, pdfs.pdf(1), "a.pdf")
    path = tmp_path / "copy.zip"
    copies.write(campaign=campaign, path=path)
    with zipfile.ZipFile(path) as copy:
        for key in keys():
            assert copy.read(f"files/{key}") == default_storage.open(key).read()


def test_a_bucket_that_is_away_is_a_sentence_and_leaves_nothing(settings: Any) -> None:
    options = settings.STORAGES["default"]["OPTIONS"]
    away = {**options, "endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": away},
    }
    with pytest.raises(OSError, match="bucket"):
        default_storage.save("a", ContentFile(b"one"))
    campaign = team.draft()
    with pytest.raises(Problem) as told:
        deliveries.take(campaign=campaign, upload=io.BytesIO(pdfs.pdf(1)), name="a.pdf", now=NOW)
    assert told.value.code == "storage_failed"
    assert not campaign.documents.exists()
