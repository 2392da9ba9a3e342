"""Moving in and out, from the workshop and by API; nobody else's copy is anybody's."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crowd.models import Membership, Move, User
from crowd.services import accounts, moves
from tests import builders
from tests.api.caller import Caller
from tests.builders import NOW, Drive

pytestmark = pytest.mark.django_db(transaction=True)

TASKS = [{"id": 1, "info": {"text": "A letter"}}, {"id": 2, "info": {"text": "Another"}}]
RUNS = [{"id": 3, "task_id": 1, "info": "yes"}, {"id": 4, "task_id": 9, "info": "yes"}]
PROJECT = json.dumps({"project": {"name": "Old"}, "tasks": TASKS, "task_runs": RUNS}).encode()


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=1)


def owner(drive: Drive, role: str = "owner") -> tuple[User, Client]:
    user = User.objects.create_user(f"{role}@example.org")
    Membership.objects.create(campaign=drive.campaign, user=user, role=role)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user, client


def test_an_owner_brings_a_project_in_and_sees_what_was_refused(drive: Drive) -> None:
    _, client = owner(drive)
    page = f"/c/{drive.campaign.slug}/workshop/moving/"
    assert client.post(page, {"do": "bring"}).status_code == 422
    sent = {"do": "bring", "file": SimpleUploadedFile("old.json", PROJECT)}
    assert client.post(page, sent).status_code in {302, 303}
    assert "waiting" in client.get(page).content.decode()
    moves.go_on(now=NOW)
    text = client.get(page).content.decode()
    assert "See the draft" in text
    assert "1 line was refused" in text
    assert "task 9, which is not in the file" in text


def test_an_owner_takes_a_copy_along_and_nobody_else_can(drive: Drive) -> None:
    _, client = owner(drive)
    page = f"/c/{drive.campaign.slug}/workshop/moving/"
    client.post(page, {"do": "copy"})
    moves.go_on(now=NOW)
    move = Move.objects.get()
    reply: Any = client.get(f"{page}{move.pk}/")
    assert b"".join(reply.streaming_content).startswith(b"PK")
    _, editor = owner(drive, "editor")
    assert editor.get(page).status_code == 403
    assert editor.get(f"{page}{move.pk}/").status_code == 403


def test_a_script_brings_a_project_in_and_follows_it(drive: Drive) -> None:
    user, _ = owner(drive)
    secret = accounts.make_key(user=user, name="script", now=NOW)
    caller = Caller(token=secret)
    made = caller.upload("/moves", {"old.json": PROJECT}, title="Letters")
    assert made.status_code == 202
    moves.go_on(now=NOW)
    told = caller.get(f"/moves/{made.json()['id']}").json()
    assert (told["state"], told["done"], told["refused_count"]) == ("moved", 2, 1)
    assert told["refusals"][0]["detail"].startswith("This answer is about task 9")
    assert caller.get(f"/moves/{made.json()['id']}/file").json()["code"] == "not_now"
    assert Caller().get(f"/moves/{made.json()['id']}").status_code == 401
    stranger = User.objects.create_user("stranger@example.org")
    other = accounts.make_key(user=stranger, name="script", now=NOW)
    assert Caller(token=other).get(f"/moves/{made.json()['id']}").status_code == 404
    assert Caller(token=other).upload("/moves", {"x.json": PROJECT}).status_code == 403
