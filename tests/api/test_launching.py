"""Launching a campaign over the API: who may, the set-up, the team, invitations and the log."""

from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from crowd.models import Campaign, Change, Membership, User
from crowd.services import accounts, memberships
from tests.api.caller import Caller, volunteer
from tests.api.conftest import READ

pytestmark = pytest.mark.django_db
ROLES = ("reader", "reviewer", "editor", "owner")
BASE = "/campaigns/letters"


def caller(campaign: Campaign | None, role: str) -> Caller:
    """A script of someone in the campaign's team; "other": of someone who is not."""
    user = User.objects.create_user(f"{role}-x@example.org")
    if campaign is not None and role in ROLES:
        Membership.objects.create(campaign=campaign, user=user, role=role)
    return Caller(token=accounts.make_key(user=user, name="script", now=timezone.now()))


@pytest.fixture
def everyone(campaign: Campaign) -> dict[str, Caller]:
    named = {role: caller(campaign, role) for role in ROLES}
    return {"nobody": Caller(), "guest": volunteer(), "other": caller(None, "other"), **named}


def statuses(everyone: dict[str, Caller], ask: Any) -> list[int]:
    """In the order nobody, guest, other, reader, reviewer, editor, owner."""
    return [ask(each).status_code for each in everyone.values()]


@override_settings(TAMIS_LAUNCHING="anyone")
def test_an_account_starts_a_draft_that_is_its_own(db: None) -> None:
    one = caller(None, "other")
    made = one.post("/campaigns", {"title": "Old maps", "language": "fr"})
    assert (made.status_code, made.json()["slug"]) == (201, "old-maps")
    assert (made.json()["state"], made.json()["language"]) == ("draft", "fr")
    assert one.get("/campaigns/old-maps/team").json()[0]["role"] == "owner"
    assert Caller().get("/campaigns/old-maps").status_code == 404
    assert Caller().post("/campaigns", {"title": "x"}).status_code == 401
    assert volunteer().post("/campaigns", {"title": "x"}).status_code == 401
    empty = one.post("/campaigns", {"title": ""})
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "#/title")


@override_settings(TAMIS_LAUNCHING="invited")
def test_whom_the_site_has_not_allowed_is_told_so(db: None) -> None:
    refused = caller(None, "other").post("/campaigns", {"title": "Old maps"})
    assert (refused.status_code, refused.json()["code"]) == (403, "launching_not_allowed")
    assert "has not allowed your account" in refused.json()["detail"]


def test_editors_and_owners_change_the_cause(everyone: dict[str, Caller]) -> None:
    found = statuses(everyone, lambda each: each.patch(BASE, {"problem": "Too many letters."}))
    assert found == [401, 403, 403, 403, 403, 200, 200]


def test_whoever_read_an_older_version_overwrites_nothing(everyone: dict[str, Caller]) -> None:
    editor, owner = everyone["editor"], everyone["owner"]
    version = owner.get(BASE).json()["version"]
    assert editor.patch(BASE, {"story": "First", "version": version}).json()["story"] == "First"
    late = owner.patch(BASE, {"story": "Second", "version": version})
    assert (late.status_code, late.json()["code"]) == (409, "someone_changed_it")
    assert owner.get(BASE).json()["story"] == "First"
    assert owner.patch(BASE, {"title": " "}).json()["errors"][0]["pointer"] == "#/title"


def test_the_team_alone_reads_the_set_up_and_editors_alone_replace_it(
    everyone: dict[str, Caller],
) -> None:
    found = statuses(everyone, lambda each: each.get(f"{BASE}/setup"))
    assert found == [401, 403, 403, 200, 200, 200, 200]
    described = everyone["owner"].get(f"{BASE}/setup").json()
    found = statuses(everyone, lambda each: each.put(f"{BASE}/setup", described))
    assert found == [401, 403, 403, 403, 403, 409, 409]  # it is open: questions are in play
    refused = everyone["owner"].put(f"{BASE}/setup", described).json()
    assert "Corrections say what becomes of the answers" in refused["detail"]


def test_a_set_up_goes_out_as_yaml_and_comes_back(make_campaign: Any, team: Caller) -> None:
    make_campaign(opened=False)
    path = f"/api/v1{BASE}/setup"
    bearer = {"Authorization": team.headers["Authorization"]}
    sent = team.client.get(path, headers={**bearer, "Accept": "application/yaml"})
    assert sent.headers["Content-Type"].startswith("application/yaml")
    changed = sent.text.replace("Read the letter", "Read it well")
    back = team.client.put(path, changed, content_type="application/yaml", headers=bearer)
    assert back.status_code == 200, back.content
    assert back.json()["steps"][0]["title"] == "Read it well"
    assert [step["title"] for step in team.get(BASE).json()["steps"]] == ["Read it well"]
    broken = team.client.put(path, "a: [", content_type="application/yaml", headers=bearer)
    assert (broken.status_code, broken.json()["errors"][0]["code"]) == (422, "setup_unreadable")


def test_what_is_wrong_with_a_set_up_is_told_with_its_place(
    make_campaign: Any, team: Caller
) -> None:
    make_campaign(opened=False)
    described = team.get(f"{BASE}/setup").json()
    described["steps"][0]["title"] = ""
    described["steps"][0]["questions"][0]["options"] = []
    refused = team.put(f"{BASE}/setup", described)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [
        "#/steps/0/title",
        "#/steps/0/questions/0",
    ]
    assert team.get(BASE).json()["steps"][0]["title"] == READ["title"]


def test_the_team_sees_its_members_and_owners_give_roles(
    everyone: dict[str, Caller], campaign: Campaign
) -> None:
    found = statuses(everyone, lambda each: each.get(f"{BASE}/team"))
    assert found == [401, 403, 403, 200, 200, 200, 200]
    reader = Membership.objects.get(campaign=campaign, role="reader")
    one = f"{BASE}/team/{reader.pk}"
    found = statuses(everyone, lambda each: each.patch(one, {"role": "reader"}))
    assert found == [401, 403, 403, 403, 403, 403, 200]
    assert everyone["owner"].patch(one, {"role": "editor"}).json()["role"] == "editor"
    assert everyone["owner"].patch(one, {"role": "king"}).status_code == 422


def test_one_leaves_oneself_and_the_last_owner_stays(
    everyone: dict[str, Caller], campaign: Campaign, team: Caller
) -> None:
    members = {each.user.email: each.pk for each in memberships.members(campaign=campaign)}
    reader = everyone["reader"]

    def gone(who: Caller, name: str) -> int:
        path = f"/api/v1{BASE}/team/{members[name]}"
        return int(who.client.delete(path, headers=who.headers).status_code)

    assert gone(reader, "editor-x@example.org") == 403
    assert gone(reader, "reader-x@example.org") == 204
    assert reader.get(f"{BASE}/team").status_code == 403
    assert gone(team, "owner-x@example.org") == 204
    assert gone(team, "owner-x@example.org") == 204  # a second time
    assert gone(team, "owner@example.org") == 422


def test_owners_invite_and_take_back(everyone: dict[str, Caller], campaign: Campaign) -> None:
    asked = {"role": "editor", "email": "bea@example.org"}
    found = statuses(everyone, lambda each: each.post(f"{BASE}/invitations", asked))
    assert found == [401, 403, 403, 403, 403, 403, 201]
    found = statuses(everyone, lambda each: each.get(f"{BASE}/invitations"))
    assert found == [401, 403, 403, 403, 403, 403, 200]
    owner = everyone["owner"]
    made = owner.post(f"{BASE}/invitations", {"role": "reader"}).json()
    assert "/invitations/" in made["link"]
    assert "link" not in owner.get(f"{BASE}/invitations").json()[0]
    assert owner.post(f"{BASE}/invitations", {"role": "owner"}).status_code == 422
    path = f"/api/v1{BASE}/invitations/{made['id']}"
    for _time in range(2):
        assert owner.client.delete(path, headers=owner.headers).status_code == 204
    assert made["id"] not in [each["id"] for each in owner.get(f"{BASE}/invitations").json()]


def test_the_log_is_read_page_by_page(everyone: dict[str, Caller], campaign: Campaign) -> None:
    found = statuses(everyone, lambda each: each.get(f"{BASE}/log"))
    assert found == [401, 403, 403, 200, 200, 200, 200]
    owner = everyone["owner"]
    owner.patch(BASE, {"story": "New"})
    owner.patch(BASE, {"use": "New"})
    page = owner.get(f"{BASE}/log", limit=1).json()
    [line] = page["results"]
    assert (line["words"], line["by"]) == ("changed the cause: use", "owner-x@example.org")
    following = owner.client.get(page["next"], headers=owner.headers).json()
    assert following["results"][0]["details"] == {"fields": "story"}
    assert Change.objects.filter(campaign=campaign).count() >= 2
