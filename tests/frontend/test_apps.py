"""The pages of apps: what one is asked, which act for one, and those one makes."""

import re

import pytest
from django.test import Client

from crowd.models import User
from tests.api.an_app import AnApp, allowed, browser_of, made_by, tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user("ana@example.org")


@pytest.fixture
def app() -> AnApp:
    return made_by(User.objects.create_user("maker@example.org"), name="Town crier <b>")


def test_what_an_app_could_do_is_said_in_plain_words(app: AnApp, ana: User) -> None:
    browser = browser_of(ana)
    page = browser.get(app.asks())
    said = page.content.decode()
    assert "“Town crier &lt;b&gt;” would like to act for you" in said
    assert "Take part as you" in said
    assert "app.example.org" in said
    assert "ana@example.org" in said
    assert page.headers["Content-Security-Policy"].endswith("form-action 'self' https:")
    assert "no-store" in page.headers["Cache-Control"]
    reading = browser.get(app.asks(scope="read")).content.decode()
    assert "Take part as you" not in reading
    assert "It can change nothing" in reading
    elsewhere = browser.get("/account/").headers["Content-Security-Policy"]
    assert elsewhere.endswith("form-action 'self'")


def test_a_guest_is_told_that_an_account_is_needed_and_comes_back(app: AnApp) -> None:
    said = Client(headers={"Accept-Language": "en"}).get(app.asks()).content.decode()
    assert "For this you need an account" in said
    assert 'value="allow"' not in said
    (there,) = re.findall(r'href="/accounts/login/\?next=([^"]+)"', said)
    assert "oauth%2Fauthorize" in there
    assert app.client_id in there


def test_in_french_too(app: AnApp) -> None:
    french = Client(headers={"Accept-Language": "fr"})
    assert french.get(app.asks()).status_code == 200


def test_an_app_is_registered_its_secret_shown_once_and_removed(ana: User) -> None:
    browser = browser_of(ana)
    sent = {"name": "Crier", "addresses": "https://a.example.org/\nhttps://b.example.org/"}
    page = browser.post("/account/apps/", {**sent, "kind": "server"}).content.decode()
    (secret,) = re.findall(r'id="secret"[^>]*value="([^"]+)"', page)
    (client_id,) = re.findall(r'id="client-id"[^>]*value="([^"]+)"', page)
    again = browser.get("/account/apps/").content.decode()
    assert secret not in again
    assert client_id in again
    assert "https://a.example.org/ https://b.example.org/" in again
    (remove,) = re.findall(r'action="(/account/apps/\d+/remove/)"', again)
    assert browser_of(User.objects.create_user()).post(remove).status_code == 303
    assert client_id in browser.get("/account/apps/").content.decode()
    assert "acts for nobody" in browser.post(remove, follow=True).content.decode()
    assert client_id not in browser.get("/account/apps/").content.decode()


def test_on_a_device_there_is_no_secret(ana: User) -> None:
    sent = {"name": "Crier", "addresses": "http://127.0.0.1/", "kind": "device"}
    page = browser_of(ana).post("/account/apps/", sent).content.decode()
    assert "It has no secret" in page
    assert 'id="secret"' not in page


def test_what_does_not_fit_is_said_and_what_was_typed_stays(ana: User) -> None:
    sent = {"name": "Crier", "addresses": "http://a.example.org/", "kind": "device"}
    page = browser_of(ana).post("/account/apps/", sent)
    assert page.status_code == 422
    said = page.content.decode()
    assert "“http://a.example.org/” can&#x27;t be used" in said
    assert 'value="Crier"' in said
    assert re.search(r'value="device" checked', said)


def test_apps_that_act_for_me_are_listed_and_ended_with_one_click(app: AnApp, ana: User) -> None:
    browser = browser_of(ana)
    assert "None. An app that wants to" in browser.get("/account/apps/").content.decode()
    tokens(app, ana)
    said = browser.get("/account/apps/").content.decode()
    assert "Town crier &lt;b&gt;" in said
    assert "Last used" in said
    (end,) = re.findall(r'action="(/account/apps/\d+/end/)"', said)
    other = browser_of(User.objects.create_user())
    assert other.post(end).status_code == 303  # ends nothing of anybody else
    assert "Last used" in browser.get("/account/apps/").content.decode()
    gone = browser.post(end, follow=True).content.decode()
    assert "no longer acts for you" in gone
    assert "Last used" not in gone
    allowed(browser, app.asks())  # and may be allowed again


def test_visitors_sign_in_first(db: None) -> None:
    assert Client().get("/account/apps/").status_code == 302
