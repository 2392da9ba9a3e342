"""Open data by API: at any moment, per snapshot, and never more than anyone may see."""

from typing import Any

import pytest
from django.utils import timezone

from crowd.models import MicroTask
from crowd.services import hiding, snapshots
from tests import builders
from tests.api.caller import Caller
from tests.builders import Drive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drive() -> Drive:
    made = builders.drive(excerpts=3)
    for number in (1, 2):
        for _ in range(2):
            made.say("a", about=number)
    builders.settle()
    return made


def body(reply: Any) -> str:
    return b"".join(reply.streaming_content).decode()


def test_every_format_is_listed_and_can_be_had(drive: Drive) -> None:
    listed = Caller().get(f"/campaigns/{drive.campaign.slug}/exports").json()
    assert {each["format"] for each in listed["formats"]} >= {"csv", "jsonl", "xlsx", "parquet"}
    for each in listed["formats"]:
        reply = Caller().client.get(each["url"])
        assert reply.status_code == 200
        assert reply["Content-Type"] == each["media_type"]
        assert len(b"".join(reply.streaming_content)) > 40


def test_columns_and_steps_are_chosen_by_name(drive: Drive) -> None:
    address = f"/campaigns/{drive.campaign.slug}/exports/csv"
    assert body(Caller().get(address, fields="read.q")).splitlines()[1].endswith(",a")
    wrong = Caller().get(address, fields="read.z")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["code"] == "export_field_unknown"
    assert Caller().get(f"/campaigns/{drive.campaign.slug}/exports/docx").status_code == 404


def test_a_snapshot_is_given_out_until_something_in_it_is_hidden(drive: Drive) -> None:
    now = timezone.now()
    snapshots.ask(campaign=drive.campaign, user=None, now=now)
    snapshots.go_on(now=now)
    (one,) = Caller().get(f"/campaigns/{drive.campaign.slug}/snapshots").json()["results"]
    assert one["contents"]["verdicts"] == 2
    file = next(each for each in one["files"] if each["format"] == "package")
    reply = Caller().client.get(file["url"])
    assert reply["ETag"] == f'"{file["sha256"]}"'
    assert len(b"".join(reply.streaming_content)) == file["bytes"]
    again = Caller().client.get(file["url"], headers={"If-None-Match": reply["ETag"]})
    assert again.status_code == 304

    hiding.hide(excerpt=drive.excerpts[0], now=timezone.now())
    gone = Caller().client.get(file["url"], headers={"If-None-Match": reply["ETag"]})
    assert gone.status_code == 410
    assert gone.json()["code"] == "withdrawn"
    snapshots.go_on(now=timezone.now())
    back = Caller().client.get(file["url"])
    assert back.status_code == 200
    assert back["ETag"] != reply["ETag"]


def test_only_the_team_has_snapshots_made(drive: Drive) -> None:
    address = f"/campaigns/{drive.campaign.slug}/snapshots"
    assert Caller().post(address).status_code in {401, 403}
    assert drive.campaign.snapshots.count() == 0


def test_what_is_veiled_is_in_no_format(drive: Drive) -> None:
    MicroTask.objects.update(veiled=True)
    for name in ("csv", "jsonl", "rows"):
        text = body(Caller().get(f"/campaigns/{drive.campaign.slug}/exports/{name}"))
        assert "settled" not in text


def test_what_streams_files_answers_options_as_everything_does(campaign, nobody):
    for path in ("records", "exports/csv", "verdicts.csv"):
        reply = nobody.client.options(f"/api/v1/campaigns/letters/{path}")
        assert reply.status_code in {200, 405}
        assert "json" in reply["Content-Type"]
