"""The page of open data: what there is, and what of it nobody may have any more."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Membership, User
from crowd.services import hiding, snapshots
from tests import builders
from tests.builders import Drive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drive() -> Drive:
    made = builders.drive(excerpts=2, licence="CC-BY-4.0")
    for _ in range(2):
        made.say("a")
    builders.settle()
    return made


def page(drive: Drive, client: Any = None) -> str:
    reply = (client or Client()).get(
        f"/c/{drive.campaign.slug}/data/", headers={"Accept-Language": "en"}
    )
    assert reply.status_code == 200
    return str(reply.content.decode())


def test_the_page_names_every_format_the_columns_the_licence_and_how_to_check(drive: Drive) -> None:
    text = page(drive)
    for wanted in ("exports/csv", "exports/parquet", "exports/iiif", "read.q", "CC-BY-4.0"):
        assert wanted in text
    assert "tamis-verify package.zip" in text
    assert "None yet." in text
    assert "Make a snapshot now" not in text


def test_a_snapshot_is_listed_with_its_files_and_digest_until_something_is_hidden(
    drive: Drive,
) -> None:
    snapshots.ask(campaign=drive.campaign, user=None, now=timezone.now())
    snapshots.go_on(now=timezone.now())
    made = drive.campaign.snapshots.get()
    text = page(drive)
    assert made.files.get(format="package").sha256 in text
    assert f"snapshots/{made.key}/parquet" in text
    hiding.hide(excerpt=drive.excerpts[0], now=timezone.now())
    text = page(drive)
    assert "It is being written anew" in text
    assert f"snapshots/{made.key}/parquet" not in text


def test_the_team_has_one_made_from_the_page(drive: Drive) -> None:
    user = User.objects.create_user("team@example.org")
    Membership.objects.create(campaign=drive.campaign, user=user, role="editor")
    client = Client()
    assert client.post(f"/c/{drive.campaign.slug}/data/").status_code == 403
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/c/{drive.campaign.slug}/data/").status_code in {302, 303}
    assert drive.campaign.snapshots.get().state == "waiting"
    assert "is being made" in page(drive, client)


def test_portals_find_a_description_of_every_distribution(drive: Drive) -> None:
    reply = Client().get(f"/c/{drive.campaign.slug}/data/dcat.jsonld")
    told = reply.json()
    assert told["@type"] == "dcat:Dataset"
    assert told["dct:license"] == "CC-BY-4.0"
    titles = {each["dct:title"] for each in told["dcat:distribution"]}
    assert f"{drive.campaign.title} (csv)" in titles
