"""An app acts for whoever allowed it, as far as they allowed, and until they end it."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from crowd.models import Campaign, User
from crowd.rules.problems import Problem
from crowd.services import apps, forgetting
from tests.api.an_app import BACK, AnApp, acting, allowed, browser_of, made_by, tokens, told
from tests.api.caller import Caller
from tests.api.conftest import YES

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    """Whose answers they are."""
    return User.objects.create_user("ana@example.org")


@pytest.fixture
def app(owner: User) -> AnApp:
    """Somebody else's, on people's devices."""
    return made_by(owner)


# --- The dance -----------------------------------------------------------------------------------


@pytest.mark.parametrize("on_a_server", [True, False])
def test_an_app_that_was_allowed_takes_part_as_the_person(
    campaign: Campaign, owner: User, ana: User, on_a_server: bool
) -> None:
    app = made_by(owner, on_a_server=on_a_server)
    back = allowed(browser_of(ana), app.asks())
    assert back["state"] == "whence it came"
    assert back["iss"] == app.script.get(METADATA).json()["issuer"]
    given = app.exchange(back["code"])
    assert given.headers["Cache-Control"] == "no-store"
    said = given.json()
    assert (said["token_type"], said["scope"]) == ("Bearer", "read contribute")
    assert said["expires_in"] == 3600
    script = Caller(token=said["access_token"])
    script.answer_next("letters", YES)
    assert script.get("/contributors/me/answers").json()["results"]
    assert ana.contributor.answers.count() == 1


def test_refusing_tells_the_app_and_gives_nothing(app: AnApp, ana: User) -> None:
    browser = browser_of(ana)
    back = told(browser.post(app.asks(), {"do": "refuse"}), at=BACK)
    assert (back["error"], back["state"]) == ("access_denied", "whence it came")
    assert back["iss"] == app.script.get(METADATA).json()["issuer"]
    assert not Grant.objects.exists()


def test_an_app_is_told_once_by_whom_whatever_its_own_address_says(owner: User, ana: User) -> None:
    there = f"{BACK}?from=tamis&from=us&iss=https://evil.example.org"
    made, _ = apps.register(user=owner, name="Crier", addresses=[there], on_a_server=False)
    app, browser = AnApp(made.client_id), browser_of(ana)
    for do in ("allow", "refuse"):
        reply = browser.post(app.asks(redirect_uri=there), {"do": do})
        said = parse_qs(urlsplit(reply.headers["Location"]).query)
        assert said["iss"] == [app.script.get(METADATA).json()["issuer"]]
        assert said["from"] == ["tamis", "us"]


def test_without_scopes_asked_for_an_app_reads(app: AnApp, ana: User) -> None:
    assert tokens(app, ana, scope=None)["scope"] == "read"


def test_the_way_is_described_where_rfc_8414_looks_for_it(db: None) -> None:
    said = Client().get(METADATA).json()
    assert said["authorization_endpoint"].endswith("/oauth/authorize/")
    assert said["code_challenge_methods_supported"] == ["S256"]
    assert said["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert said["response_types_supported"] == ["code"]
    assert said["scopes_supported"] == ["contribute", "read"]


METADATA = "/.well-known/oauth-authorization-server"


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),  # "plain" is what that would mean
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"scope": "read manage"}, "invalid_scope"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
    ],
)
def test_what_an_app_may_not_ask_is_told_to_it_before_anybody_is_asked(
    app: AnApp, ana: User, wrong: dict[str, Any], error: str
) -> None:
    for reply in (
        browser_of(ana).get(app.asks(**wrong)),
        browser_of(ana).post(app.asks(**wrong), {"do": "allow"}),
        Client().get(app.asks(**wrong)),
    ):
        back = told(reply, at=BACK)
        assert (back["error"], back["iss"]) == (error, app.script.get(METADATA).json()["issuer"])
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example.org/back",
        "https://app.example.org/back/further",
        "https://app.example.org/back?more=1",
        "https://app.example.org:444/back",
        "http://app.example.org/back",
        "https://app.example.org@evil.example.org/back",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_nobody_is_ever_sent_to_an_address_that_was_not_registered(
    app: AnApp, ana: User, elsewhere: str, signed_in: bool
) -> None:
    browser = browser_of(ana) if signed_in else Client()
    for more in ({}, {"response_type": "token"}):
        page = browser.get(app.asks(redirect_uri=elsewhere, **more))
        assert page.status_code == 400
        assert b"can\xe2\x80\x99t be answered" in page.content
    for do in ("allow", "refuse"):
        reply = browser_of(ana).post(app.asks(redirect_uri=elsewhere), {"do": do})
        assert reply.status_code == 400
        mixed = {"do": do, "redirect_uri": elsewhere}
        assert browser_of(ana).post(app.asks(), mixed).status_code == 400
    assert browser.get(AnApp("unknown").asks()).status_code == 400


def test_another_sites_page_can_not_press_allow(app: AnApp, ana: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post(app.asks(), {"do": "allow"}).status_code == 403


def test_a_code_gives_one_token_to_its_app_with_its_verifier(
    app: AnApp, owner: User, ana: User
) -> None:
    code = allowed(browser_of(ana), app.asks())["code"]
    other = AnApp(made_by(owner).client_id, verifier=app.verifier)
    for wrong in (
        app.exchange(code, code_verifier="a" * 43),
        app.exchange(code, redirect_uri="https://app.example.org/other"),
        app.token(grant_type="authorization_code", code=code, redirect_uri=BACK),
        other.exchange(code),
    ):
        assert wrong.status_code in {400, 401}, wrong.content
        assert "access_token" not in wrong.json()
    assert app.exchange(code).status_code == 200
    assert app.exchange(code).json()["error"] == "invalid_grant"
    assert AccessToken.objects.count() == 1


def test_an_app_with_a_secret_must_know_it(owner: User, ana: User) -> None:
    app = made_by(owner, on_a_server=True)
    code = allowed(browser_of(ana), app.asks())["code"]
    assert AnApp(app.client_id, verifier=app.verifier).exchange(code).status_code == 401
    assert AnApp(app.client_id, "wrong", app.verifier).exchange(code).status_code == 401
    assert app.exchange(code).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"grant_type": "password", "username": "ana@example.org", "password": "x"},
        {"grant_type": "client_credentials"},
        {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"},
        {"grant_type": "authorization_code", "code": "\x00"},
        {"grant_type": "refresh_token", "refresh_token": "\x00"},
        {"grant_type": "refresh_token", "refresh_token": "unknown"},
        {},
    ],
)
def test_there_is_no_other_way_to_a_token(app: AnApp, sent: dict[str, str]) -> None:
    assert app.token(**sent).status_code == 400


# --- As far as it was allowed --------------------------------------------------------------------


def test_an_app_that_may_read_changes_nothing(app: AnApp, ana: User, campaign: Campaign) -> None:
    script = acting(app, ana, scope="read")
    assert script.get("/campaigns/letters").status_code == 200
    refused = script.post("/campaigns/letters/assignments")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")


def test_no_app_manages_makes_keys_or_ends_an_account(
    app: AnApp, owner: User, campaign: Campaign
) -> None:
    script = acting(app, owner)
    assert script.get("/campaigns/letters/rooms").status_code == 200  # the owner's own
    for refused in (
        script.post("/campaigns/letters/rooms", {}),
        script.post("/keys", {"name": "mine", "scopes": ["read"]}),
        script.post("/contributors/me/forget", {}),
        script.get("/contributors/me/data"),
    ):
        assert refused.status_code == 403


def test_the_description_says_what_an_app_may_do(db: None) -> None:
    said = Client().get("/api/v1/schema").json()
    assert set(said["components"]["securitySchemes"]["app"]["flows"]) == {"authorizationCode"}
    claims = said["paths"]["/api/v1/campaigns/{slug}/assignments"]["post"]["security"]
    assert {"app": ["contribute"]} in claims
    rooms = said["paths"]["/api/v1/campaigns/{slug}/rooms"]
    assert {"app": ["read"]} in rooms["get"]["security"]
    assert not any("app" in each for each in rooms["post"]["security"])


# --- Until it ends -------------------------------------------------------------------------------


def test_a_token_lasts_an_hour_and_is_renewed(app: AnApp, ana: User) -> None:
    given = tokens(app, ana)
    AccessToken.objects.update(expires=timezone.now())
    assert Caller(token=given["access_token"]).get("/campaigns").status_code == 401
    renewed = app.renew(given["refresh_token"]).json()
    assert renewed["scope"] == "read contribute"
    assert Caller(token=renewed["access_token"]).get("/campaigns").status_code == 200


def test_a_renewal_that_is_used_twice_ends_all_that_came_of_it(app: AnApp, ana: User) -> None:
    given = tokens(app, ana)
    renewed = app.renew(given["refresh_token"]).json()
    assert Caller(token=given["access_token"]).get("/campaigns").status_code == 401
    assert app.renew(given["refresh_token"]).json()["error"] == "invalid_grant"
    assert Caller(token=renewed["access_token"]).get("/campaigns").status_code == 401
    assert app.renew(renewed["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_renewal_ends_after_three_months_without_use(app: AnApp, ana: User) -> None:
    given = tokens(app, ana)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=90))
    assert not apps.acting_for(user=ana, now=timezone.now())
    assert app.renew(given["refresh_token"]).status_code == 400
    apps.sweep()
    assert not RefreshToken.objects.exists()
    assert not AccessToken.objects.exists()


def test_ended_by_the_person_nothing_of_it_holds_from_then_on(app: AnApp, ana: User) -> None:
    given = tokens(app, ana)
    code = allowed(browser_of(ana), app.asks())["code"]
    (each,) = apps.acting_for(user=ana, now=timezone.now())
    assert (each.app.name, list(each.scopes)) == ("Town crier", ["read", "contribute"])
    apps.end(user=ana, app_id=each.app.pk)
    assert Caller(token=given["access_token"]).get("/campaigns").status_code == 401
    assert app.renew(given["refresh_token"]).status_code == 400
    assert app.exchange(code).status_code == 400
    assert not apps.acting_for(user=ana, now=timezone.now())


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_given_back_by_the_app_nothing_of_it_holds(app: AnApp, ana: User, which: str) -> None:
    given = tokens(app, ana)
    assert app.revoke(given[which]).status_code == 200
    assert Caller(token=given["access_token"]).get("/campaigns").status_code == 401
    assert app.renew(given["refresh_token"]).status_code == 400
    assert app.revoke("unknown").status_code == 200


def test_a_closed_account_has_no_apps(app: AnApp, ana: User) -> None:
    given = tokens(app, ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert Caller(token=given["access_token"]).get("/campaigns").status_code == 401
    assert app.renew(given["refresh_token"]).status_code == 400


def test_whoever_deletes_their_account_takes_their_apps_along(
    app: AnApp, owner: User, ana: User
) -> None:
    token = tokens(app, ana)["access_token"]
    forgetting.forget(contributor=None, user=ana, now=timezone.now())
    assert Caller(token=token).get("/campaigns").status_code == 401
    for model in (AccessToken, RefreshToken, Grant):
        assert not model.objects.exists()
    left = tokens(app, owner)["access_token"]
    forgetting.forget(contributor=None, user=owner, now=timezone.now())
    assert not Application.objects.exists()
    assert Caller(token=left).get("/campaigns").status_code == 401


def test_of_tokens_and_secrets_only_digests_are_kept(owner: User, ana: User) -> None:
    app = made_by(owner, on_a_server=True)
    given = tokens(app, ana)
    kept = [str(list(model.objects.values())) for model in (AccessToken, RefreshToken, Application)]
    for secret in (given["access_token"], given["refresh_token"], app.secret):
        assert not any(secret in each for each in kept)


# --- Which apps there can be ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://app.example.org/back?from=tamis",
        "http://127.0.0.1/back",
        "http://[::1]:8765/",
        "http://localhost:8765/",
    ],
)
def test_an_app_comes_back_by_https_or_on_the_persons_own_device(ana: User, address: str) -> None:
    apps.register(user=ana, name="Mine", addresses=[address], on_a_server=False)


@pytest.mark.parametrize(
    "address",
    [
        "http://app.example.org/back",
        "my-app://back",
        "org.example.app:/back",
        "javascript:alert(1)",
        "https://app.example.org/back#part",
        "https://ana@app.example.org/",
        "https://*.example.org/",
        "https:///back",
        "app.example.org",
        "https://app.example.org/" + "a" * 300,
    ],
)
def test_an_address_that_leads_astray_is_refused(ana: User, address: str) -> None:
    with pytest.raises(Problem, match="app_address"):
        apps.register(user=ana, name="Mine", addresses=[address], on_a_server=False)


@pytest.mark.parametrize("name", ["", "  ", "a" * 61, "Ta\u202emis", "Ta\u200bmis"])
def test_a_name_that_hides_something_is_none(ana: User, name: str) -> None:
    with pytest.raises(Problem, match="app_name"):
        apps.register(user=ana, name=name, addresses=[BACK], on_a_server=False)


def test_a_program_on_the_device_may_listen_at_any_port(ana: User) -> None:
    address = ["http://127.0.0.1/back"]
    made, _ = apps.register(user=ana, name="Mine", addresses=address, on_a_server=False)
    app, there = AnApp(made.client_id), "http://127.0.0.1:53111/back"
    asks = app.asks(redirect_uri=there)
    page = browser_of(ana).get(asks)
    assert page.headers["Content-Security-Policy"].endswith("form-action 'self' https: http:")
    assert b"a program on this device" in page.content
    code = told(browser_of(ana).post(asks, {"do": "allow"}), at=there)["code"]
    assert app.exchange(code, redirect_uri=there).status_code == 200
