"""Targets and files by the API: taken on, proved, followed, talked about."""

import io
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Upload
from crowd.services import contributors
from tests import builders, collecting
from tests.builders import Drive
from tests.documents import images

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    return collecting.drive()


class Program:
    """A guest's token in a program."""

    def __init__(self) -> None:
        self.guest = builders.guest()
        token = contributors.token_of(contributor=self.guest)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def post(self, address: str, body: Any = None) -> Any:
        return self.client.post(f"/api/v1{address}", body, content_type="application/json")

    def get(self, address: str) -> Any:
        return self.client.get(f"/api/v1{address}")

    def send(self, assignment: int, upload_id: uuid.UUID, data: bytes) -> Any:
        file = io.BytesIO(data)
        file.name = "proof.jpg"
        fields = {"id": str(upload_id), "assignment": assignment, "question": "proof", "file": file}
        return self.client.post("/api/v1/uploads", fields)


def test_a_program_takes_a_target_on_sends_the_proof_and_answers(drive: Drive) -> None:
    me, here = Program(), f"/targets/{drive.excerpts[0].pk}"
    held = me.post(f"{here}/take-on")
    assert held.status_code == 201, held.content
    lease = held.json()["id"]
    assert me.post(f"{here}/take-on").json()["id"] == lease
    name = uuid.uuid4()
    for _ in range(2):
        sent = me.send(lease, name, images.geotagged())
        assert sent.status_code == 201, sent.content
    assert Upload.objects.count() == 1
    assert sent.json()["state"] == "private"
    page = f"/uploads/{name}/pages/1"
    shown = me.get(page)
    assert shown["Content-Disposition"].startswith("attachment")
    assert shown["Content-Security-Policy"].startswith("sandbox")
    assert Program().get(page).status_code == 404
    said = {"id": str(uuid.uuid4()), "values": {"proof": str(name)}}
    assert me.post(f"/assignments/{lease}/answers", said).status_code == 201
    builders.settle(now=timezone.now())
    assert me.get(here).json()["stage"] == "check:asked"
    assert me.client.delete(f"/api/v1/uploads/{name}").status_code == 409


def test_what_is_refused_says_why(drive: Drive) -> None:
    me, here = Program(), f"/targets/{drive.excerpts[0].pk}"
    lease = me.post(f"{here}/take-on").json()["id"]
    refused = me.send(lease, uuid.uuid4(), b"MZ" + bytes(200))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "upload_type"
    assert Program().send(lease, uuid.uuid4(), images.geotagged()).status_code == 404
    taken = Program().post(f"{here}/take-on")
    assert taken.status_code == 409
    assert taken.json()["errors"][0]["code"] == "target_gone"
    said = {"id": str(uuid.uuid4()), "values": {"proof": str(uuid.uuid4())}}
    wrong = me.post(f"/assignments/{lease}/answers", said)
    assert wrong.json()["errors"][0]["code"] == "file_unknown"


def test_targets_are_listed_with_their_stage_a_page_at_a_time(drive: Drive) -> None:
    me, of_campaign = Program(), f"/campaigns/{drive.campaign.slug}"
    me.post(f"/targets/{drive.excerpts[1].pk}/take-on")
    first = me.get(f"{of_campaign}/targets?limit=2").json()
    assert [each["stage"] for each in first["results"]] == ["send:free", "send:taken"]
    rest = me.client.get(first["next"]).json()
    assert [each["id"] for each in rest["results"]] == [drive.excerpts[2].pk]
    assert rest["next"] is None
    free = me.get(f"{of_campaign}/targets?stage=send:free").json()["results"]
    assert len(free) == 2
    assert me.get(f"{of_campaign}/targets?stage=nowhere").status_code == 400
    counted = {each["key"]: each["count"] for each in me.get(f"{of_campaign}/stages").json()}
    assert counted["send:taken"] == 1
    assert counted["done"] == 0


def test_a_target_is_followed_and_talked_about(drive: Drive) -> None:
    me, here = Program(), f"/targets/{drive.excerpts[0].pk}"
    follow = me.client.put(f"/api/v1{here}/follow", {}, content_type="application/json")
    assert follow.status_code == 204
    assert me.get("/contributors/me/targets").json()["followed"][0]["id"] == drive.excerpts[0].pk
    assert me.client.delete(f"/api/v1{here}/follow").status_code == 204
    made = me.post(f"{here}/comments", {"text": "They moved."})
    assert made.status_code == 201
    assert made.json()["state"] == "waiting"
    assert me.get(f"{here}/comments").json()[0]["text"] == "They moved."
    assert Client().get(f"/api/v1{here}/comments").json() == []
    assert Client().get(f"/api/v1{here}").json()["proofs"] == []
