"""The page of one's API keys: made and shown once, listed, revoked, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import ApiKey, User
from crowd.services import accounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    made = User.objects.create_user("ana@example.org")
    client.force_login(made)
    return made


def test_a_key_is_shown_when_it_is_made_and_never_again(client: Client, user: User) -> None:
    assert b"You have no key yet" in client.get("/account/keys/").content
    sent = {"name": "Mirror", "scopes": ["read"], "days": "30"}
    page = client.post("/account/keys/", sent)
    (secret,) = re.findall(r'value="(tamis_[^"]+)"', page.content.decode())
    assert "no-store" in page.headers["Cache-Control"]
    assert accounts.of_key(secret=secret, now=timezone.now()) == user
    again = client.get("/account/keys/").content.decode()
    assert "Mirror" in again
    assert secret not in again


def test_what_does_not_fit_is_said_and_what_was_typed_stays(client: Client, user: User) -> None:
    page = client.post("/account/keys/", {"name": "Mirror", "days": "30"})
    assert page.status_code == 422
    assert "Please choose what this key may do" in page.content.decode()
    assert 'value="Mirror"' in page.content.decode()
    for wrong in ({"days": "soon"}, {"campaign": "nowhere"}, {"name": ""}):
        sent = {"name": "Mirror", "scopes": ["read"], **wrong}
        assert client.post("/account/keys/", sent).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_leaves_the_page_and_an_expired_one_says_so(
    client: Client, user: User
) -> None:
    before = timezone.now() - timedelta(days=3)
    accounts.make_key(user=user, name="Old", now=before, days=1)
    assert "Expired on" in client.get("/account/keys/").content.decode()
    key = ApiKey.objects.get()
    gone = client.post(f"/account/keys/{key.pk}/revoke/", follow=True)
    assert "The key is revoked" in gone.content.decode()
    assert "You have no key yet" in gone.content.decode()


def test_keys_of_others_and_visitors_are_out_of_reach(client: Client, user: User) -> None:
    other = User.objects.create_user("bea@example.org")
    accounts.make_key(user=other, name="Hers", now=timezone.now())
    assert "Hers" not in client.get("/account/keys/").content.decode()
    theirs = ApiKey.objects.get().pk
    assert client.post(f"/account/keys/{theirs}/revoke/").status_code == 404
    assert Client().get("/account/keys/").status_code == 302
