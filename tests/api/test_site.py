"""The site over the API: its legal texts, and asking to launch on it."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from crowd.models import LegalText, User
from crowd.services import accounts
from tests.api.caller import Caller
from tests.api.test_problems import assert_problem

pytestmark = pytest.mark.django_db


def account(**more: bool) -> Caller:
    user = User.objects.create_user("ana@example.org", **more)
    return Caller(token=accounts.make_key(user=user, name="test", now=timezone.now()))


def test_legal_texts_are_read_by_anyone_and_written_by_staff() -> None:
    ours = Caller().get("/legal/privacy").json()
    assert (ours["topic"], ours["made_at"]) == ("privacy", None)
    assert len(ours["body"]) > 100
    new = {"language": "fr", "body": "## Nous\n\nRien n’est gardé."}
    assert Caller().put("/legal/privacy", new).status_code == 401
    assert account().put("/legal/privacy", new).status_code == 403
    assert not LegalText.objects.exists()
    User.objects.update(is_staff=True)
    staff = Caller(token=accounts.make_key(user=User.objects.get(), name="two", now=timezone.now()))
    assert staff.put("/legal/privacy", new).json()["body"] == new["body"]
    french = Caller().client.get("/api/v1/legal/privacy", headers={"accept-language": "fr"})
    assert french.json()["body"] == new["body"]
    assert Caller().get("/legal/privacy").json()["body"] == ours["body"]
    assert Caller().get("/legal/weather").status_code == 404


def test_an_account_asks_to_launch_where_that_is_approved(settings: Settings) -> None:
    settings.TAMIS_LAUNCHING = "approved"
    ana, path = account(), "/contributors/me/launching"
    before = ana.get(path).json()
    assert before == {"may_launch": False, "may_ask": True, "state": None, "about": ""}
    for _ in range(2):
        asked = ana.post(path, {"about": "Our river"})
        assert asked.status_code == 201
        assert (asked.json()["state"], asked.json()["about"]) == ("waiting", "Our river")
    settings.TAMIS_LAUNCHING = "invited"
    refused = assert_problem(ana.post(path, {"about": "Again"}), 422, "invalid")
    assert refused["errors"][0]["code"] == "launching_not_asked_for"
