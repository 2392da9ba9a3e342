"""The API from our own pages: cookies say who it is; changes need a CSRF token too."""

import pytest
from django.conf import settings
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from crowd.models import User
from tests.api.caller import Caller, volunteer

CLAIMS = "/campaigns/letters/assignments"


@pytest.fixture
def browser(campaign) -> Caller:
    """A guest's browser; Django's test client checks CSRF only when told to."""
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.TAMIS_GUEST_COOKIE] = volunteer().token
    return Caller(client=client)


def with_csrf(client: Client) -> str:
    """What a page of ours would hold."""
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return token


def test_a_guests_browser_reads_with_its_cookie(browser):
    assert browser.get("/contributors/me").json()["kind"] == "guest"


def test_a_guests_browser_changes_nothing_without_the_pages_token(browser):
    refused = browser.post(CLAIMS)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    token = with_csrf(browser.client)
    assert browser.post(CLAIMS, **{"X-CSRFToken": token}).status_code == 201


def test_so_it_is_for_who_is_signed_in(campaign):
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user(email="someone@example.org"))
    signed_in = Caller(client=client)
    assert signed_in.post(CLAIMS).json()["code"] == "csrf_failed"
    token = with_csrf(client)
    assert signed_in.post(CLAIMS, **{"X-CSRFToken": token}).status_code == 201
    assert signed_in.get("/contributors/me").json()["kind"] == "account"


def test_what_was_done_as_a_guest_stays_with_who_signs_in(browser):
    token = with_csrf(browser.client)
    held = browser.post(CLAIMS, **{"X-CSRFToken": token}).json()["assignment"]
    browser.client.force_login(User.objects.create_user(email="someone@example.org"))
    token = with_csrf(browser.client)
    again = browser.post(CLAIMS, **{"X-CSRFToken": token}).json()
    assert (again["resumed"], again["assignment"]["id"]) == (True, held["id"])


def test_a_spoilt_guest_cookie_is_nobody(campaign):
    client = Client()
    client.cookies[settings.TAMIS_GUEST_COOKIE] = "spoilt"
    assert Caller(client=client).get("/contributors/me").status_code == 401
    assert Caller(client=client).get("/campaigns").status_code == 200
