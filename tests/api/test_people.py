"""Your data, your devices, objections and finds, through the API."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from crowd.models import Campaign, Find, Objection, User, Verdict
from crowd.services import accounts, finds, outlines
from tests.api.caller import Caller, volunteer
from tests.builders import NOW
from tests.frontend import drives

pytestmark = pytest.mark.django_db


def account(email: str = "ana@example.org", **more: Any) -> Caller:
    user = User.objects.create_user(email, **more)
    return Caller(token=accounts.make_key(user=user, name="test", now=NOW))


@pytest.fixture
def campaign(db: None) -> Campaign:
    return drives.open_drive(rows=2)


def say(caller: Caller, values: dict[str, Any]) -> None:
    claim = caller.post("/campaigns/letters/assignments").json()["assignment"]
    assert caller.answer(claim, values).status_code in {200, 201}
    drives.cross_check()


def test_objecting_and_deciding(campaign: Campaign) -> None:
    me = volunteer()
    say(me, {"proposal": "no", "topics": [], "cost": None})
    for _ in range(2):
        say(volunteer(), drives.VALUES)
    verdict = Verdict.objects.current().get(step__key="read")
    path = f"/verdicts/{verdict.pk}/objections"
    assert Caller().post(path, {}).status_code == 401
    assert volunteer().post(path, {"reason": "x"}).status_code == 422
    made = me.post(path, {"reason": "It says no."})
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    outlines.forget()
    someone = volunteer()
    asked = someone.post("/campaigns/letters/assignments").json()["assignment"]
    assert asked["microtask"]["id"] == verdict.microtask_id
    someone.answer(asked, drives.VALUES)
    drives.cross_check()
    staff = account(is_superuser=True)
    assert me.get("/campaigns/letters/objections").status_code == 403
    (listed,) = staff.get("/campaigns/letters/objections").json()["results"]
    assert "contributor" not in listed
    one = f"/objections/{listed['id']}"
    assert me.patch(one, {"granted": True}).status_code in {403, 404}
    assert staff.patch(one, {"granted": False}).json()["state"] == "declined"
    assert Objection.objects.get().state == "declined"


def signed_in(email: str = "bo@example.org") -> Caller:
    """An account as its own browser calls, without a key."""
    client = Client()
    client.force_login(User.objects.create_user(email))
    return Caller(client=client)


def test_a_code_joins_a_guest_to_an_account_and_two_guests(campaign: Campaign) -> None:
    one, other, own = volunteer(), volunteer(), signed_in()
    code = one.post("/contributors/me/joining-codes").json()["code"]
    reply = other.post("/contributors/me/join", {"code": code}).json()
    assert Caller(token=reply["token"]).get("/contributors/me").status_code == 200
    assert other.get("/contributors/me").status_code == 401
    assert own.post("/contributors/me/join", {"code": code}).status_code == 422
    code = own.post("/contributors/me/joining-codes").json()["code"]
    reply = one.post("/contributors/me/join", {"code": code}).json()
    assert reply["token"] is None
    assert reply["contributor"]["kind"] == "account"
    assert one.get("/contributors/me").status_code == 401


def test_my_data_and_being_forgotten(campaign: Campaign) -> None:
    me = volunteer()
    say(me, drives.VALUES)
    reply: Any = me.get("/contributors/me/data")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(reply.streaming_content)))
    assert len(archive.read("answers.csv").splitlines()) == 2
    assert Caller().get("/contributors/me/data").status_code == 401
    assert me.post("/contributors/me/forget", {"withdraw": "many"}).status_code == 422
    assert me.post("/contributors/me/forget", {"withdraw": "all"}).status_code == 204
    assert me.get("/contributors/me").status_code == 401
    own = signed_in()
    own.post("/contributors/me/joining-codes")  # takes part from here on
    assert own.post("/contributors/me/forget", {}).status_code == 204
    assert not User.objects.exists()


def test_no_key_ends_an_account_or_lets_another_device_be_it(campaign: Campaign) -> None:
    key = account()
    for address in ("forget", "joining-codes", "join"):
        reply = key.post(f"/contributors/me/{address}", {})
        assert reply.status_code == 403, address
        assert reply.json()["type"].endswith("people_only"), address
    assert User.objects.exists()


def test_mails_are_an_accounts_choice(campaign: Campaign) -> None:
    own = account()
    assert not any(own.get("/contributors/me/mails").json().values())
    said = own.patch("/contributors/me/mails", {"announcements": True}).json()
    assert said["announcements"]
    assert volunteer().get("/contributors/me/mails").status_code == 401


def test_finds_are_marked_and_listed_once_shown(campaign: Campaign) -> None:
    excerpt, me = campaign.excerpts.first(), volunteer()
    assert excerpt is not None
    path = f"/excerpts/{excerpt.pk}/finds"
    assert me.post(path, {"sentence": "x"}).status_code == 422
    assert me.post(path, {"sentence": "Look!"}).json()["state"] == "waiting"
    assert me.get("/campaigns/letters/finds").json()["results"] == []
    finds.decide(find=Find.objects.get(), show=True, by=None, now=NOW)
    (shown,) = Caller().get("/campaigns/letters/finds").json()["results"]
    assert shown["sentence"] == "Look!"
    said = {"about": "find", "which": str(shown["id"]), "campaign": "letters"}
    assert me.post("/complaints", said).status_code == 201
    assert me.post("/complaints", {**said, "which": "0"}).status_code == 404
    campaign.excerpts.update(hidden_at=NOW)
    assert Caller().get("/campaigns/letters/finds").json()["results"] == []
