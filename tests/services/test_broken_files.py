"""Files that were good until some of their bytes were changed: split, or failed with a sentence."""

import io
import json
import random

import pytest

from crowd.models import Document
from crowd.rules.problems import Problem
from crowd.services import deliveries, reading, splitting
from tests import builders
from tests.builders import NOW
from tests.documents import photos, sheets, tables
from tests.documents.archives import tar, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(600)]

PAGE = b"<!DOCTYPE html><h1>Titre</h1><p>Un <b>mot</b> &amp; deux<ul><li>a<li>b</ul><pre>c</pre>"
GOOD = {
    **{form: photos.picture(form, size=(300, 200)) for form in ("JPEG", "PNG", "WEBP", "GIF")},
    "TIFF": photos.picture("TIFF", size=(300, 200)),
    "CMYK": photos.picture("TIFF", size=(300, 200), mode="CMYK"),
    "HEIC": photos.heic(size=(320, 240)),
    "XLSX": sheets.xlsx([["a", "b"], ["1", "2"], ["3", "4"]]),
    "ODS": sheets.ods([["a", "b"], ["1", "2"]]),
    "CSV": tables.table(20, encoding="utf-16"),
    "JSON": json.dumps([{"a": 1, "b": {"c": "é"}}] * 5).encode(),
    "HTML": PAGE,
    "ZIP": zipped({"a.csv": tables.table(3), "b/c.txt": b"Bonjour.\n\nMerci."}),
    "TAR": tar({"a.csv": tables.table(3), "b/c.txt": b"Bonjour.\n\nMerci."}, packed="xz"),
}
ROUNDS = 12


def changed(data: bytes, rng: random.Random) -> bytes:
    """Some bytes changed, a piece doubled or left out, or the end cut off."""
    broken = bytearray(data)
    for _ in range(rng.choice([1, 4, 40])):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    at, length = rng.randrange(len(broken)), rng.randrange(1, 40)
    way = rng.randrange(4)
    if way == 0:
        del broken[at : at + length]
    elif way == 1:
        broken[at:at] = broken[at : at + length]
    elif way == 2:
        del broken[at:]
    return bytes(broken)


@pytest.mark.parametrize("kind", GOOD)
def test_no_changed_byte_hurts_a_worker(kind: str) -> None:
    drive, rng = builders.drive(excerpts=0), random.Random(kind)
    for number in range(ROUNDS):
        upload = io.BytesIO(changed(GOOD[kind], rng))
        try:
            deliveries.take(campaign=drive.campaign, upload=upload, name=f"{number}", now=NOW)
        except Problem:
            continue  # told at once
    for delivery_id in reading.unfinished_ids():
        reading.read(delivery_id=delivery_id, now=NOW)
    for document_id in splitting.unfinished_ids():
        splitting.split(document_id=document_id, now=NOW)
    ended = Document.objects.filter(campaign=drive.campaign).values_list("state", "problem_code")
    assert {state for state, _ in ended} <= {"split", "failed"}
    codes = {code for _, code in ended} | set(
        drive.campaign.deliveries.values_list("problem_code", flat=True)
    )
    assert not codes & {"split_failed", "read_failed", "split_kills_workers", "read_kills_workers"}
