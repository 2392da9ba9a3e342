"""What HTTP offers readers: tags, other origins, compression, chosen members, limits."""

import gzip
from collections.abc import Iterator
from typing import Any

import brotli
import pytest
from django.test import Client
from django.utils import timezone

from crowd import valkey
from crowd.config import environment
from crowd.models import Campaign, User
from crowd.services import rates
from tests.api.caller import Caller, volunteer
from tests.api.conftest import YES, cross_check

CAMPAIGN = "/api/v1/campaigns/letters"


def test_what_did_not_change_is_not_sent_again(campaign: Campaign) -> None:
    first = Client().get(CAMPAIGN)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = Client().get(CAMPAIGN, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    Campaign.objects.update(title="Other letters")
    changed = Client().get(CAMPAIGN, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_copy_depends_on_who_asked_and_in_which_language(campaign: Campaign) -> None:
    vary = Client().get(CAMPAIGN).headers["Vary"]
    assert {"Authorization", "Cookie", "Accept-Language"} <= set(vary.split(", "))


def test_scripts_of_other_origins_read_but_never_by_cookies(
    campaign: Campaign, owner: User
) -> None:
    elsewhere = {"Origin": "https://news.example.org"}
    assert Client().get(CAMPAIGN, headers=elsewhere).headers["Access-Control-Allow-Origin"] == "*"
    signed_in = Client()
    signed_in.force_login(owner)
    reply = signed_in.get(CAMPAIGN, headers=elsewhere)
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert "Access-Control-Allow-Credentials" not in reply.headers


@pytest.mark.parametrize(("method", "allowed"), [("GET", True), ("POST", False), ("PUT", False)])
def test_other_origins_may_ask_to_read_with_a_key_and_no_more(method: str, allowed: bool) -> None:
    asked = {
        "Origin": "https://news.example.org",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization",
    }
    reply = Client().options(CAMPAIGN, headers=asked)
    assert reply.status_code == 204
    assert ("Access-Control-Allow-Origin" in reply.headers) is allowed
    if allowed:
        assert "Authorization" in reply.headers["Access-Control-Allow-Headers"]


def test_pages_are_not_opened_to_other_origins(db: None) -> None:
    assert "Access-Control-Allow-Origin" not in Client().get("/").headers


def test_long_answers_are_compressed_but_not_what_cookies_open(
    campaign: Campaign, owner: User
) -> None:
    Campaign.objects.update(story="A long story. " * 100)
    asked = {"Accept-Encoding": "br, gzip"}
    plain = Client().get(CAMPAIGN)
    packed = Client().get(CAMPAIGN, headers=asked)
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.content) == plain.content
    without = Client().get(CAMPAIGN, headers={"Accept-Encoding": "gzip, br;q=0"})
    assert without.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(without.content) == plain.content
    assert packed.headers["ETag"] == plain.headers["ETag"]
    signed_in = Client()
    signed_in.force_login(owner)
    assert "Content-Encoding" not in signed_in.get(CAMPAIGN, headers=asked).headers
    refused = Client().get(CAMPAIGN, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_whoever_writes_may_ask_to_be_told_little(campaign: Campaign) -> None:
    someone = volunteer()
    little = {"Prefer": "return=minimal"}
    told = someone.post("/campaigns/letters/assignments", **little)
    assert (told.status_code, told.content) == (204, b"")
    assert told.headers["Preference-Applied"] == "return=minimal"
    refused = someone.post("/campaigns/letters/assignments", {"step": "none"}, **little)
    assert refused.status_code == 422
    assert refused.json()["errors"]


def test_members_are_chosen_of_lists_and_of_one(campaign: Campaign, nobody: Caller) -> None:
    (one,) = nobody.get("/campaigns", fields="slug,state").json()["results"]
    assert one == {"slug": "letters", "state": "open"}
    assert nobody.get("/campaigns/letters", fields="title").json() == {"title": "The letters"}
    refused = nobody.get("/campaigns", fields="slug,secret")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_parameter")
    (error,) = refused.json()["errors"]
    assert error["parameter"] == "fields"
    assert "secret" in error["detail"]


def test_documents_are_filtered(campaign: Campaign, nobody: Caller) -> None:
    def found(**filters: str) -> int:
        return len(nobody.get("/campaigns/letters/documents", **filters).json()["results"])

    assert (found(), found(state="split"), found(state="failed")) == (1, 1, 0)
    assert found(delivery="7") == 0
    refused = nobody.get("/campaigns/letters/documents", state="lost")
    assert refused.json()["errors"][0]["parameter"] == "state"


def test_verdicts_are_filtered_by_how_sure_they_are(campaign: Campaign, nobody: Caller) -> None:
    for someone in [volunteer() for _ in range(2)]:
        someone.answer_next("letters", YES)
    cross_check()
    path = "/campaigns/letters/verdicts"
    (verdict,) = nobody.get(path, fields="confidence").json()["results"]
    assert len(nobody.get(path, min_confidence=verdict["confidence"] - 0.01).json()["results"]) == 1
    assert nobody.get(path, min_confidence=1).json()["results"] == []
    assert nobody.get(path, min_confidence=2).status_code == 400


@pytest.fixture
def few(settings: Any) -> Iterator[int]:
    rates._counted.clear()
    settings.TAMIS_API_RATE = 3
    yield 3
    rates._counted.clear()


def test_who_asks_too_often_is_told_when_to_go_on(campaign: Campaign, few: int) -> None:
    someone, other = volunteer(), volunteer()
    replies = [someone.get("/campaigns/letters") for _ in range(few)]
    assert [reply.status_code for reply in replies] == [200] * few
    assert replies[0].headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert replies[0].headers["RateLimit"].startswith('"default";r=2;t=')
    refused = someone.get("/campaigns/letters")
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert other.get("/campaigns/letters").status_code == 200
    assert all(Client().get(CAMPAIGN).status_code == 200 for _ in range(2 * few))


def test_without_valkey_nobody_is_refused(
    campaign: Campaign, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = volunteer()

    def away() -> Any:
        raise valkey.Refused

    monkeypatch.setattr(valkey, "client", away)
    counted = [rates.count(who="x", limit=few, now=timezone.now()) for _ in range(2 * few)]
    assert counted == [None] * 2 * few
    assert someone.token


def test_a_process_asks_valkey_once_for_many_requests() -> None:
    rates._counted.clear()
    valkey.client().flushdb()
    now = timezone.now()
    for _ in range(100):
        standing = rates.count(who="x", limit=5000, now=now)
    assert standing is not None
    assert standing.left == 4900
    (name,) = valkey.client().keys("*rate*")
    assert valkey.client().get(name) == "100"


def test_a_limit_that_is_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMIS_API_RATE", "lots")
    with pytest.raises(Exception, match="TAMIS_API_RATE"):
        environment.whole("TAMIS_API_RATE", default=6000, least=0, most=1_000_000)
