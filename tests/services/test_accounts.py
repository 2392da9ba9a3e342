"""Sign-in links work once, API keys until they end; of both only what is needed is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from crowd.models import ApiKey, Campaign, User
from crowd.rules.problems import Problem
from crowd.services import accounts
from tests.builders import MINUTE, NOW
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ana@example.org")


def parts(link: str) -> dict[str, str]:
    assert link.startswith("https://tamis.example.org/sign-in/")
    *_, name, token, _ = link.split("/")
    return {"name": name, "token": token}


def link_of(user: User) -> dict[str, str]:
    return parts(accounts.make_link(user=user, origin="https://tamis.example.org"))


def test_a_link_signs_in_once(user: User) -> None:
    link = link_of(user)
    assert accounts.use_link(**link, now=NOW) == user
    user.refresh_from_db()
    assert user.last_login == NOW
    with pytest.raises(Problem, match="link_invalid"):
        accounts.use_link(**link, now=NOW + MINUTE)


def test_using_one_link_uses_up_the_others_of_that_account(user: User) -> None:
    one, other = link_of(user), link_of(user)
    accounts.use_link(**one, now=NOW)
    with pytest.raises(Problem, match="link_invalid"):
        accounts.use_link(**other, now=NOW + MINUTE)


def test_a_link_grows_old(user: User, settings: Any) -> None:
    link = link_of(user)
    settings.PASSWORD_RESET_TIMEOUT = -1
    with pytest.raises(Problem, match="link_invalid"):
        accounts.use_link(**link, now=NOW)


@pytest.mark.parametrize("name", ["", "x", "é", "MTIz", "////", "\x00", "OTk5OTk5OTk5OTk5OTk5OTk5"])
@pytest.mark.parametrize("token", ["", "x", "a-b", "é", "\x00"])
def test_a_forged_link_signs_nobody_in(user: User, name: str, token: str) -> None:
    with pytest.raises(Problem, match="link_invalid"):
        accounts.use_link(name=name, token=token, now=NOW)


def test_nobodys_link_opens_anothers_account(user: User) -> None:
    other = User.objects.create_user("bo@example.org")
    with pytest.raises(Problem, match="link_invalid"):
        accounts.use_link(name=link_of(other)["name"], token=link_of(user)["token"], now=NOW)


def test_an_account_that_may_not_sign_in_has_no_working_link(user: User) -> None:
    link = link_of(user)
    User.objects.update(is_active=False)
    with pytest.raises(Problem, match="link_invalid"):
        accounts.use_link(**link, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_link_opened_twice_at_once_signs_in_once(user: User) -> None:
    link = link_of(user)
    results = at_once(*[lambda: accounts.use_link(**link, now=NOW)] * 4)
    assert sorted(type(each).__name__ for each in results) == ["Problem"] * 3 + ["User"]


def test_a_key_acts_for_its_account_until_it_ends(user: User) -> None:
    secret = accounts.make_key(user=user, name="script", now=NOW, days=2)
    assert secret.startswith("tamis_")
    assert accounts.of_key(secret=secret, now=NOW) == user
    assert accounts.of_key(secret=secret, now=NOW + timedelta(days=1)) == user
    assert accounts.of_key(secret=secret, now=NOW + timedelta(days=2)) is None
    assert ApiKey.objects.get().last_used_at == NOW + timedelta(days=1)


def test_a_key_without_end_lasts_until_it_is_revoked(user: User) -> None:
    secret = accounts.make_key(user=user, name="script", now=NOW)
    assert accounts.of_key(secret=secret, now=NOW + timedelta(days=9999)) == user
    ApiKey.objects.update(revoked_at=NOW)
    assert accounts.of_key(secret=secret, now=NOW) is None


def test_the_last_use_of_a_key_is_written_once_an_hour(
    user: User, django_assert_num_queries: Any
) -> None:
    secret = accounts.make_key(user=user, name="script", now=NOW)
    assert accounts.of_key(secret=secret, now=NOW) == user
    with django_assert_num_queries(1):
        accounts.of_key(secret=secret, now=NOW + 59 * MINUTE)
    accounts.of_key(secret=secret, now=NOW + 60 * MINUTE)
    assert ApiKey.objects.get().last_used_at == NOW + 60 * MINUTE


def test_a_key_that_can_not_be_is_refused(user: User) -> None:
    campaign = Campaign.objects.create(slug="letters", title="Letters", made_at=NOW)
    refused: list[tuple[dict[str, Any], str]] = [
        ({"name": " "}, "key_name"),
        ({"scopes": []}, "key_scopes"),
        ({"scopes": ["everything"]}, "key_scopes"),
        ({"days": 0}, "key_days"),
        ({"campaign": campaign}, "key_campaign"),
    ]
    for wrong, code in refused:
        with pytest.raises(Problem, match=code):
            accounts.make_key(**{"user": user, "name": "script", "now": NOW, **wrong})
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_listed_no_more(user: User) -> None:
    secret = accounts.make_key(user=user, name="script", now=NOW, scopes=["read"])
    (key,) = accounts.keys_of(user=user)
    assert key.scopes == ["read"]
    for _twice in range(2):
        accounts.revoke_key(user=user, key_id=key.pk, now=NOW)
    assert not accounts.keys_of(user=user).exists()
    assert accounts.of_key(secret=secret, now=NOW) is None


def test_of_a_key_only_its_digest_is_kept(user: User) -> None:
    secret = accounts.make_key(user=user, name="script", now=NOW)
    kept = ApiKey.objects.values().get()
    assert secret not in str(kept)
    assert accounts.of_key(secret=kept["digest"], now=NOW) is None


def test_a_key_of_an_account_that_may_not_sign_in_opens_nothing(user: User) -> None:
    secret = accounts.make_key(user=user, name="script", now=NOW)
    User.objects.update(is_active=False)
    assert accounts.of_key(secret=secret, now=NOW) is None


def test_one_address_is_one_account_whatever_its_case() -> None:
    assert accounts.admin(email="Admin@Example.org") == accounts.admin(email="admin@example.ORG")
    assert User.objects.count() == 1


def test_an_account_that_is_there_can_become_an_administrator(user: User) -> None:
    made = accounts.admin(email="ANA@example.org")
    assert made == user
    assert (made.is_staff, made.is_superuser) == (True, True)


def test_accounts_without_an_address_do_not_collide() -> None:
    assert accounts.open_without_email() != accounts.open_without_email()


def test_the_commands_print_a_link_and_a_key_that_work(user: User, capsys: Any) -> None:
    call_command("api_key", "ana@example.org", "script", "--days", "3")
    assert accounts.of_key(secret=capsys.readouterr().out.strip(), now=NOW) == user
    call_command("signin_link", "ana@example.org")
    *_, name, token, _ = capsys.readouterr().out.strip().split("/")
    assert accounts.use_link(name=name, token=token, now=NOW) == user
    call_command("signin_link", "--admin")
    assert User.objects.get(email="admin@localhost").is_superuser
    for wrong in (["api_key", "nobody@example.org", "x"], ["signin_link"]):
        with pytest.raises(CommandError):
            call_command(*wrong)
