"""Corrections, tutorials and choices, through the API."""

import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from crowd.models import Answer, Campaign
from crowd.services import outlines, tutorials
from tests.api.caller import volunteer
from tests.api.conftest import YES, cross_check

pytestmark = pytest.mark.django_db
Make = Callable[..., Campaign]


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    outlines.forget()


def test_an_answer_is_corrected_until_it_is_settled(make_campaign: Make) -> None:
    make_campaign()
    me = volunteer()
    said = me.answer_next("letters", YES)
    body = {"id": str(uuid.uuid4()), "values": {"asks": "no"}}
    there = f"/assignments/{said['id']}/corrections"
    assert me.get("/contributors/me/answers").json()["results"][0]["may_correct"]
    assert me.post(there, body).status_code == 201
    again = me.post(there, body)
    assert (again.status_code, again.json()["outcome"]) == (200, "repeated")
    assert Answer.objects.counting().get().values == {"asks": "no"}
    wrong = me.post(there, {"id": str(uuid.uuid4()), "values": {"asks": "perhaps"}})
    assert wrong.json()["code"] == "invalid_answer"
    assert volunteer().post(there, body).status_code == 404
    other = volunteer()
    other.answer_next("letters", {"asks": "no"})
    cross_check()
    late = me.post(there, {"id": str(uuid.uuid4()), "values": YES})
    assert (late.status_code, late.json()["code"]) == (409, "answer_settled")
    held = other.claim("letters")["assignment"]
    unsaid = other.post(f"/assignments/{held['id']}/corrections", body)
    assert unsaid.status_code == 404


def test_a_draft_is_kept_overtaken_given_back_and_forgotten(make_campaign: Make) -> None:
    make_campaign()
    me = volunteer()
    held = me.claim("letters")["assignment"]
    there = f"/assignments/{held['id']}/draft"
    assert me.get(there).status_code == 404
    first = me.put(there, {"typed": {"q-asks": ["=yes"]}}).json()
    assert first == {"revision": 1, "overtaken": None}
    other = me.put(there, {"typed": {"q-asks": ["=no"]}}).json()  # another device: knows of none
    assert other == {"revision": 2, "overtaken": {"q-asks": ["=yes"]}}
    assert me.get(there).json()["typed"] == {"q-asks": ["=no"]}
    assert volunteer().get(there).status_code == 404
    assert me.put(there, {"typed": {"q-asks": "no list"}}).status_code == 422
    long = me.put(there, {"typed": {"q-asks": ["x" * 100_001]}, "seen": 2})
    assert (long.status_code, long.json()["code"]) == (422, "invalid")
    assert me.delete(there).status_code == 204
    assert me.get(there).status_code == 404
    answer = {"id": str(uuid.uuid4()), "values": YES}
    assert me.post(f"/assignments/{held['id']}/answers", answer).status_code == 201
    assert me.put(there, {"typed": {}}).json()["code"] == "not_now"


def test_a_lesson_is_tried_and_told(make_campaign: Make) -> None:
    campaign = make_campaign()
    microtask = campaign.microtasks.order_by("pk").first()
    assert microtask is not None
    tutorials.add(microtask=microtask, values={"asks": "yes"}, note="It asks.", now=timezone.now())
    me = volunteer()
    (lesson,) = me.get("/campaigns/letters/tutorial").json()
    assert lesson["microtask"]["id"] == microtask.pk
    told = me.post(f"/campaigns/letters/tutorial/{lesson['id']}", {"values": {"asks": "no"}}).json()
    assert told["agrees"] == {"asks": False}
    assert (told["right"], told["values"], told["note"]) == (False, {"asks": "yes"}, "It asks.")
    assert me.post("/campaigns/letters/tutorial/999999", {"values": {}}).status_code == 404


def test_i_choose_what_i_am_given(make_campaign: Make) -> None:
    make_campaign(sensitive=True)
    me = volunteer()
    changed = me.patch("/contributors/me", {"no_sensitive": True, "reads": ["en"]}).json()
    assert (changed["no_sensitive"], changed["reads"]) == (True, ["en"])
    assert me.claim("letters")["nothing"]["code"] == "filtered"
    me.patch("/contributors/me", {"no_sensitive": False})
    assert me.claim("letters")["assignment"] is not None
