"""Deliveries by API: archives, several files, addresses; for the team only."""

import pytest
from django.utils import timezone

from crowd.models import Delivery, Document
from crowd.services import reading, splitting
from tests.api.conftest import table
from tests.documents import sheets
from tests.documents.archives import zipped
from tests.documents.server import serving

DOCUMENTS, DELIVERIES = "/campaigns/letters/documents", "/campaigns/letters/deliveries"


def read_all() -> None:
    while ids := reading.unfinished_ids():
        for delivery_id in ids:
            reading.read(delivery_id=delivery_id, now=timezone.now())


@pytest.fixture
def archive(campaign, team) -> dict:
    """A ZIP of one good and one empty file, taken."""
    data = zipped({"more/a.csv": table(["A."]), "more/empty.csv": b""})
    reply = team.upload(DOCUMENTS, {"more.zip": data})
    assert reply.status_code == 201, reply.content
    (result,) = reply.json()["results"]
    assert (result["document"], result["problem"]) == (None, None)
    return result["delivery"]


def test_an_archive_is_a_delivery_that_shows_how_far_it_is(archive, team):
    assert (archive["kind"], archive["state"], archive["entries_known"]) == (
        "archive",
        "received",
        None,
    )
    read_all()
    seen = team.get(f"/deliveries/{archive['id']}").json()
    assert (seen["state"], seen["entries_known"], seen["entries_done"]) == ("read", 2, 2)
    assert (seen["documents"], seen["refused"], seen["unfinished"]) == (1, 1, False)
    (document,) = team.get(DOCUMENTS).json()["results"][1:]
    assert (document["name"], document["delivery"]) == ("more/a.csv", archive["id"])


def test_what_was_refused_is_said_in_the_readers_language(archive, team):
    read_all()
    (refused,) = team.get(f"/deliveries/{archive['id']}/problems").json()["results"]
    assert (refused["name"], refused["position"]) == ("more/empty.csv", 2)
    assert refused["problem"] == {"code": "file_empty", "detail": "This file is empty."}


def test_several_files_at_once_are_one_delivery(campaign, team):
    files = {"a.csv": table(["A."]), "empty.csv": b"", "c.zip": zipped({"d.csv": table(["D."])})}
    reply = team.upload(DOCUMENTS, files).json()
    assert (reply["delivery"]["kind"], reply["delivery"]["refused"]) == ("files", 1)
    assert [result["delivery"] is not None for result in reply["results"]] == [False, False, True]
    read_all()
    (listed,) = team.get(DELIVERIES).json()["results"]
    assert (listed["id"], listed["documents"]) == (reply["delivery"]["id"], 2)


def test_addresses_are_fetched(campaign, team, settings):
    with serving({"/a.csv": table(["A."])}) as server:
        settings.TAMIS_FETCH_ALLOW = [f"127.0.0.1:{server.port}"]
        urls = [server.url("/a.csv"), server.url("/gone.csv")]
        reply = team.post(DOCUMENTS, {"urls": urls})
        assert (reply.status_code, reply.json()["results"]) == (201, [])
        delivery = reply.json()["delivery"]
        read_all()
    seen = team.get(f"/deliveries/{delivery['id']}").json()
    assert (seen["kind"], seen["documents"], seen["refused"]) == ("urls", 1, 1)
    again = team.post(f"/deliveries/{delivery['id']}/retry")
    assert (again.status_code, again.json()["name"]) == (201, urls[1])
    assert team.post(f"/deliveries/{delivery['id']}/retry").status_code == 422


def test_a_manifest_is_fetched_later(campaign, team):
    reply = team.post(DOCUMENTS, {"iiif": "https://example.org/manifest.json"})
    assert reply.json()["delivery"]["source_url"] == "https://example.org/manifest.json"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"urls": ["https://a.org/"], "iiif": "https://a.org/"}, "#"),
        ({"urls": []}, "#/urls"),
        ({"urls": ["file:///etc/passwd"]}, "#/urls"),
        ({"iiif": "nowhere"}, "#/iiif"),
        ([], "#"),
    ],
)
def test_what_is_no_address_is_pointed_at(campaign, team, body, pointer):
    reply = team.post(DOCUMENTS, body)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["pointer"] == pointer
    assert not Delivery.objects.exists()


def test_a_delivery_is_stopped_and_resumed(archive, team):
    stopped = team.post(f"/deliveries/{archive['id']}/stop").json()
    assert (stopped["state"], stopped["unfinished"]) == ("stopped", False)
    read_all()
    assert Document.objects.count() == 1
    assert team.post(f"/deliveries/{archive['id']}/resume").json()["state"] == "received"
    read_all()
    assert Document.objects.count() == 2


@pytest.mark.parametrize("path", ["", "/problems"])
def test_deliveries_are_for_the_team(archive, nobody, stranger, path):
    for who, status in ((nobody, 401), (stranger, 403)):
        assert who.get(f"/deliveries/{archive['id']}{path}").status_code == status
        assert who.get(DELIVERIES).status_code == status
    for verb in ("stop", "resume"):
        assert nobody.post(f"/deliveries/{archive['id']}/{verb}").status_code == 401
        assert stranger.post(f"/deliveries/{archive['id']}/{verb}").status_code == 403


# --- One document --------------------------------------------------------------------------------


def test_a_document_is_split_in_another_way(campaign, team):
    document = campaign.documents.get()
    reply = team.put(f"/documents/{document.pk}/splitting", {"by": "rows", "columns": ["letter"]})
    assert reply.status_code == 200, reply.content
    assert set(reply.json()) == {"kept", "replaced"}
    splitting.split(document_id=document.pk, now=timezone.now())
    seen = team.get(f"/documents/{document.pk}").json()
    assert (seen["state"], seen["splitting"]["columns"]) == ("split", ["letter"])


def test_a_way_that_does_not_fit_is_refused(campaign, team):
    path = f"/documents/{campaign.documents.get().pk}/splitting"
    for plan in ({"by": "tiles"}, {"by": "rows", "columns": ["other"]}, {"by": "slices"}):
        reply = team.put(path, plan)
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid")


def test_a_sheet_of_a_workbook_is_chosen(campaign, team):
    book = sheets.xlsx([["a"], ["1"]], [["b"], ["2"], ["3"]])
    (result,) = team.upload(DOCUMENTS, {"book.xlsx": book}).json()["results"]
    path = f"/documents/{result['document']['id']}"
    splitting.split(document_id=result["document"]["id"], now=timezone.now())
    assert [each["name"] for each in team.get(path).json()["sheets"]] == ["S1", "S2"]
    assert team.put(f"{path}/splitting", {"sheet": "S1"}).status_code == 200
    splitting.split(document_id=result["document"]["id"], now=timezone.now())
    seen = team.get(path).json()
    assert (seen["columns"], seen["splitting"]) == (["a"], {"by": "rows", "sheet": "S1"})
    refused = team.put(f"{path}/splitting", {"sheet": "S9"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "plan_sheet_unknown")


def test_what_a_state_does_not_allow_is_said(campaign, team):
    document = campaign.documents.get()
    reply = team.post(f"/documents/{document.pk}/stop")
    assert (reply.status_code, reply.json()["code"]) == (409, "not_now")


def test_a_document_that_failed_is_tried_again_by_its_team(campaign, team, stranger):
    (result,) = team.upload(DOCUMENTS, {"bad.csv": b"a,b\n1,2\n3\n"}).json()["results"]
    document = result["document"]["id"]
    splitting.split(document_id=document, now=timezone.now())
    assert stranger.post(f"/documents/{document}/retry").status_code == 403
    assert team.post(f"/documents/{document}/retry").json()["state"] == "received"
    assert team.post(f"/documents/{document}/stop").json()["state"] == "stopped"
    assert team.post(f"/documents/{document}/resume").json()["state"] == "received"
