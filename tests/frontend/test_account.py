"""Accounts without a password: passkeys, one-time links, and the work done as a guest."""

import pytest
from django.core import mail
from django.test import Client, override_settings

from crowd.models import Answer, Contributor, User
from crowd.services import accounts
from tests.frontend import drives

pytestmark = pytest.mark.django_db
MEMORY = "django.core.mail.backends.locmem.EmailBackend"


def link_for(user: User) -> str:
    return accounts.make_link(user=user, origin="")


def test_a_sign_in_link_is_spent_by_pressing_its_button_not_by_looking(client: Client) -> None:
    user = User.objects.create_user("a@example.org")
    link = link_for(user)
    assert client.get(link).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(link).status_code == 303
    assert client.session["_auth_user_id"] == str(user.pk)
    spent = Client().post(link)
    assert spent.status_code == 410
    assert b"no longer works" in spent.content


def test_signing_in_keeps_what_was_done_as_a_guest(client: Client) -> None:
    campaign = drives.open_drive()
    client.post(drives.start(client, campaign), drives.SENT)
    user = User.objects.create_user("a@example.org")
    client.post(link_for(user))
    assert Answer.objects.get().contributor.user == user
    assert client.cookies["tamis_guest"].value == ""
    assert b"Waiting for others" in client.get("/contributions/").content


@override_settings(TAMIS_SENDS_EMAIL=False)
def test_without_mail_an_account_is_opened_with_a_button_and_asks_for_a_passkey(
    client: Client,
) -> None:
    assert b"account lives by a passkey" in client.get("/accounts/signup/").content
    reply = client.post("/account/open/", follow=True)
    assert reply.redirect_chain == [("/accounts/2fa/webauthn/add/", 303)]
    assert b"Add a passkey" in reply.content
    assert Contributor.objects.get().user == User.objects.get()
    client.post("/account/open/")
    assert User.objects.count() == 1


@override_settings(TAMIS_SENDS_EMAIL=False)
def test_who_opened_an_account_to_launch_is_led_there_and_nobody_to_another_site(
    client: Client,
) -> None:
    asked = client.get("/accounts/signup/?next=/launch/")
    assert b'name="next" value="/launch/"' in asked.content
    page = client.post("/account/open/", {"next": "/launch/"})["Location"]
    assert b'<a href="/launch/">Later' in client.get(page).content
    stranger = Client()
    page = stranger.post("/account/open/", {"next": "https://example.org/"})["Location"]
    assert b"example.org" not in stranger.get(page).content


@override_settings(TAMIS_SENDS_EMAIL=False)
def test_without_mail_signing_in_says_whom_to_ask(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with a passkey" in page
    assert "Ask its administrator for a sign-in link" in page
    assert 'type="email"' not in page


def test_without_mail_nobody_is_promised_a_code(client: Client) -> None:
    answer = client.post("/accounts/login/code/", {"email": "someone@example.org"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/accounts/login/")


@override_settings(TAMIS_SENDS_EMAIL=True)
def test_with_mail_a_code_can_be_asked_for(client: Client) -> None:
    assert 'type="email"' in client.get("/accounts/login/").content.decode()
    assert client.post("/account/open/").status_code == 404


@override_settings(TAMIS_SENDS_EMAIL=True, EMAIL_BACKEND=MEMORY, TAMIS_ORIGIN="https://x.example")
def test_a_code_comes_in_the_language_of_the_page_and_names_no_other_site(client: Client) -> None:
    User.objects.create_user("a@example.org")
    for asked, first in (("/accounts/login/code/", "a"), ("/accounts/signup/", "b")):
        client.post(asked, {"email": f"{first}@example.org"}, headers={"Accept-Language": "en"})
    signing_in, opening = mail.outbox
    for sent in (signing_in, opening):
        code = sent.subject.split()[0]
        assert sent.subject == f"{code} is your code for x.example"
        assert code in sent.body
        assert "15 minutes" in sent.body
        assert code in sent.alternatives[0].content
        assert "example.com" not in sent.body


@override_settings(TAMIS_SENDS_EMAIL=True, EMAIL_BACKEND=MEMORY, TAMIS_ORIGIN="https://x.example")
def test_who_opens_an_account_twice_is_told_by_mail_to_sign_in(client: Client) -> None:
    User.objects.create_user("a@example.org")
    client.post("/accounts/signup/", {"email": "a@example.org"})
    [sent] = mail.outbox
    assert "https://x.example/accounts/login/" in sent.body
    assert "password" not in sent.body


def test_an_account_signed_in_for_the_first_time_takes_part_as_itself(client: Client) -> None:
    user = User.objects.create_user("a@example.org")
    client.force_login(user)
    assert client.get("/contributions/").status_code == 200
    assert not Contributor.objects.exists()
    campaign = drives.open_drive()
    drives.start(client, campaign)
    assert Contributor.objects.get().user == user
    assert "tamis_guest" not in client.cookies


def test_the_account_page_is_for_those_signed_in(client: Client) -> None:
    assert client.get("/account/").status_code == 302
    client.force_login(User.objects.create_user("a@example.org"))
    assert b"Add a passkey" in client.get("/account/").content


def test_a_forged_guest_cookie_is_nobody(client: Client) -> None:
    client.cookies["tamis_guest"] = "forged"
    assert client.get("/contributions/").status_code == 200
    assert not Contributor.objects.exists()


@override_settings(TAMIS_SENDS_EMAIL=True)
def test_who_tries_too_often_is_told_to_wait_in_plain_words(client: Client) -> None:
    for _ in range(21):
        asked = client.post("/accounts/signup/", {"email": "no address"})
    assert asked.status_code == 429
    assert b"Please wait a little" in asked.content
