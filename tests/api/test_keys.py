"""Keys do what they were made for, in the campaign they were made for, and no more."""

from collections.abc import Callable
from typing import Any

from django.test import Client, RequestFactory
from django.utils import timezone
from rest_framework.request import Request

from api.answers import Answers
from api.permissions import Scopes
from crowd.models import ApiKey, Campaign, User
from crowd.services import accounts
from tests.api.caller import Caller, volunteer
from tests.api.conftest import YES


def key(user: User, *scopes: str, campaign: Campaign | None = None) -> Caller:
    now = timezone.now()
    secret = accounts.make_key(user=user, name="script", now=now, scopes=scopes, campaign=campaign)
    return Caller(token=secret)


def refused(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


def test_a_key_to_read_reads_and_no_more(owner: User, campaign: Campaign) -> None:
    script = key(owner, "read")
    assert script.get("/campaigns/letters/flags").status_code == 200
    lacks = script.post("/campaigns/letters/rooms", {})
    assert refused(lacks) == (403, "scope_missing")
    assert "manage" in lacks.json()["detail"]
    assert "contribute" in script.post("/campaigns/letters/assignments").json()["detail"]


def test_a_key_to_contribute_plays_the_loop_and_manages_nothing(
    owner: User, campaign: Campaign
) -> None:
    script = key(owner, "contribute")
    assignment = script.answer_next("letters", YES)
    assert script.get(f"/assignments/{assignment['id']}").status_code == 200
    assert refused(script.get("/campaigns/letters/flags")) == (403, "scope_missing")
    assert refused(script.post("/campaigns/letters/rooms", {})) == (403, "scope_missing")


def test_a_key_to_manage_does_not_answer_in_its_owners_name(
    owner: User, campaign: Campaign
) -> None:
    script = key(owner, "manage")
    assert script.post("/campaigns/letters/rooms", {}).status_code == 201
    assert refused(script.post("/campaigns/letters/assignments")) == (403, "scope_missing")


def test_a_key_without_the_scope_can_not_even_answer_what_is_lent_already(
    owner: User, campaign: Campaign
) -> None:
    assignment = key(owner, "contribute").claim("letters")["assignment"]
    assert refused(key(owner, "read", "manage").answer(assignment, YES)) == (403, "scope_missing")


def test_a_key_of_one_campaign_knows_no_other(
    owner: User, campaign: Campaign, make_campaign: Callable[..., Campaign]
) -> None:
    make_campaign("postcards")
    everywhere = key(owner, "read", "contribute", "manage")
    script = key(owner, "read", "contribute", "manage", campaign=campaign)
    assert [one["slug"] for one in script.get("/campaigns").json()["results"]] == ["letters"]
    assert script.get("/campaigns/postcards").status_code == 404
    assert script.post("/campaigns/postcards/rooms", {}).status_code == 404
    elsewhere = everywhere.claim("postcards")["assignment"]
    assert script.answer(elsewhere, YES).status_code == 404
    assert script.get(f"/assignments/{elsewhere['id']}").status_code == 404
    assert refused(script.get("/contributors/me/answers")) == (403, "key_of_one_campaign")
    assert script.post("/campaigns/letters/rooms", {}).status_code == 201


def test_a_key_makes_no_other_key_but_may_end_one(owner: User) -> None:
    script = key(owner, "manage")
    asked = {"name": "another", "scopes": ["manage"]}
    assert refused(script.post("/keys", asked)) == (403, "made_by_people")
    (listed,) = script.get("/keys").json()
    assert (listed["name"], listed["scopes"], listed["campaign"]) == ("script", ["manage"], None)
    assert "tamis_" not in str(listed)
    gone = script.client.delete(f"/api/v1/keys/{listed['id']}", headers=script.headers)
    assert gone.status_code == 204
    assert script.get("/keys").status_code == 401


def test_keys_of_others_are_not_there(owner: User, stranger: Caller) -> None:
    key(owner, "read")
    theirs = ApiKey.objects.get(user=owner).pk
    gone = stranger.client.delete(f"/api/v1/keys/{theirs}", headers=stranger.headers)
    assert gone.status_code == 404
    assert volunteer().get("/keys").status_code == 401


def test_a_browser_makes_a_key_by_api(owner: User, campaign: Campaign) -> None:
    browser = Client()
    browser.force_login(owner)
    asked = {"name": "mirror", "scopes": ["read"], "campaign": "letters", "days": 30}
    made = browser.post("/api/v1/keys", asked, content_type="application/json")
    assert made.status_code == 201
    assert Caller(token=made.json()["key"]).get("/campaigns/letters").status_code == 200
    unknown = browser.post(
        "/api/v1/keys", {**asked, "campaign": "nowhere"}, content_type="application/json"
    )
    assert unknown.json()["errors"][0]["pointer"] == "#/campaign"


def test_asking_for_scopes_costs_a_guest_no_query(db: None, django_assert_num_queries: Any) -> None:
    bearer = {"Authorization": f"Bearer {volunteer().token}"}
    request = Request(RequestFactory().post("/", headers=bearer))
    with django_assert_num_queries(0):
        assert Scopes().has_permission(request, Answers())
