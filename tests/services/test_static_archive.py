"""The static archive: plain files that open anywhere, with all in them, and no broken link."""

import posixpath
import re
import zipfile
from datetime import timedelta

import pytest

from crowd.models import Excerpt, Snapshot
from crowd.services import hiding, snapshots
from tests.builders import NOW
from tests.services.test_snapshots import played, taken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def site(snapshot: Snapshot) -> dict[str, bytes]:
    with (
        snapshot.files.get(format="site").file.open("rb") as file,
        zipfile.ZipFile(file) as archive,
    ):
        return {name: archive.read(name) for name in archive.namelist()}


def pages(files: dict[str, bytes]) -> dict[str, str]:
    return {name: body.decode() for name, body in files.items() if name.endswith(".html")}


def test_every_link_leads_to_a_file_of_the_archive_and_nothing_is_loaded_from_elsewhere() -> None:
    files = site(taken(played()))
    for name, page in pages(files).items():
        assert "<script" not in page
        for there in re.findall(r'(?:href|src)="([^"#]+)', page):
            assert "://" not in there, there
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), there))
            assert path in files, f"{name} → {there}"


def test_it_holds_the_story_the_results_the_excerpts_their_verdicts_and_the_data() -> None:
    files = site(taken(played(story="They came by post.", solution="We read them.")))
    told = pages(files)
    assert "They came by post." in told["archive/index.html"]
    assert "calm" in told["archive/results.html"]
    assert "row 1" in told["archive/excerpts/1.html"]
    assert "Trop peu." in told["archive/excerpts/1.html"]
    assert "Reader 0" in told["archive/credits.html"]
    assert files["archive/data/excerpts.csv"].startswith(b"excerpt,")


def test_what_is_hidden_later_is_in_no_later_archive() -> None:
    drive = played()
    snapshot = taken(drive)
    gone = Excerpt.objects.get(campaign=drive.campaign, position=1)
    hiding.hide(excerpt=gone, now=NOW + timedelta(hours=2))
    snapshots.go_on(now=NOW + timedelta(hours=3))
    snapshot.refresh_from_db()
    told = pages(site(snapshot))
    assert f'id="e{gone.pk}"' not in told["archive/excerpts/1.html"]
    assert all("row 1<" not in page for page in told.values())
