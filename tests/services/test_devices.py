"""A phone and a laptop become one person, whichever of them shows the code."""

from typing import Any

import pytest

from crowd import valkey
from crowd.models import Answer, Contributor
from crowd.rules.claims import Nothing
from crowd.rules.problems import Problem
from crowd.services import contributors, devices, points
from tests import builders
from tests.builders import MINUTE, NOW
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


def join(
    shower: Contributor, opener: Contributor | None, *, signed_in: bool = False
) -> devices.Joined:
    """`opener` opens what `shower` shows."""
    code = devices.make_code(contributor=shower, now=NOW)
    user = opener.user if opener is not None else None
    return devices.join(letters=code.spaced, contributor=opener, user=user, now=NOW + MINUTE)


# --- Who speaks for both -------------------------------------------------------------------------


def test_of_two_guests_the_one_who_shows_the_code_speaks_for_both() -> None:
    phone, laptop = builders.guest(), builders.guest()
    joined = join(phone, laptop)
    assert (joined.person, joined.account_for_shower) == (phone, False)
    phone.refresh_from_db()
    laptop.refresh_from_db()
    assert (phone.has_joined, laptop.joined_into) == (True, phone)
    for each in (phone, laptop):
        assert contributors.person_ids(contributor=each) == [phone.pk, laptop.pk]
    assert contributors.from_token(token=contributors.token_of(contributor=phone)) == phone
    assert contributors.from_token(token=contributors.token_of(contributor=laptop)) is None


@pytest.mark.parametrize("account_shows", [True, False])
def test_an_account_speaks_for_a_guest_whoever_shows_the_code(account_shows: bool) -> None:
    own, guest = builders.account(), builders.guest()
    joined = join(own, guest) if account_shows else join(guest, own)
    guest.refresh_from_db()
    assert (joined.person, guest.joined_into) == (own, own)
    assert joined.account_for_shower is not account_shows


def test_the_guest_who_showed_the_code_learns_its_account_once() -> None:
    own, (guest, token) = builders.account(), contributors.start_guest(language="fr", now=NOW)
    assert devices.account_of(guest_token=token) is None
    join(guest, own)
    assert devices.was_joined(guest_token=token)
    assert devices.account_of(guest_token=token) == own.user
    assert devices.account_of(guest_token=token) is None
    assert not devices.was_joined(guest_token=token)


def test_a_device_that_has_not_taken_part_becomes_the_same_guest() -> None:
    phone = builders.guest()
    assert join(phone, None).person == phone


def test_three_devices_are_one_person_and_nobody_is_part_of_a_part() -> None:
    phone, laptop, library, own = *builders.guests(3), builders.account()
    join(phone, laptop)
    join(library, Contributor.objects.get(pk=phone.pk))
    assert set(library.joined.all()) == {phone, laptop}
    assert own.user is not None
    contributors.sign_in(
        user=own.user, guest=Contributor.objects.get(pk=library.pk), language="fr", now=NOW
    )
    assert set(own.joined.all()) == {phone, laptop, library}
    assert not Contributor.objects.filter(joined_into__joined_into__isnull=False).exists()


# --- What does not work --------------------------------------------------------------------------


def refused(*, letters: str, opener: Contributor | None) -> str:
    user = opener.user if opener is not None else None
    with pytest.raises(Problem) as problem:
        devices.join(letters=letters, contributor=opener, user=user, now=NOW)
    return problem.value.code


def test_a_code_works_once_and_only_the_newest_of_a_person() -> None:
    phone = builders.guest()
    old = devices.make_code(contributor=phone, now=NOW)
    new = devices.make_code(contributor=phone, now=NOW)
    assert refused(letters=old.letters, opener=builders.guest()) == "code_unknown"
    devices.join(letters=new.letters.lower(), contributor=builders.guest(), user=None, now=NOW)
    assert refused(letters=new.letters, opener=builders.guest()) == "code_unknown"


@pytest.mark.parametrize("letters", ["", "AAAA AAAA", "é\x00", "x" * 10_000])
def test_a_wrong_code_is_a_sentence(letters: str) -> None:
    assert refused(letters=letters, opener=builders.guest()) == "code_unknown"


def test_two_accounts_oneself_and_the_staff_are_not_joined() -> None:
    own, other = builders.account(), builders.account()
    code = devices.make_code(contributor=own, now=NOW)
    assert refused(letters=code.letters, opener=other) == "joining_two_accounts"
    assert refused(letters=code.letters, opener=own) == "joining_yourself"
    assert other.user is not None
    other.user.is_staff = True
    other.user.save()
    with pytest.raises(Problem, match="joining_staff"):
        devices.make_code(contributor=other, now=NOW)
    # Refused, the code is not used up.
    devices.join(letters=code.letters, contributor=builders.guest(), user=None, now=NOW)


def test_a_code_lives_for_minutes() -> None:
    code = devices.make_code(contributor=builders.guest(), now=NOW)
    assert 0 < valkey.client().ttl(f"tamis:joining-code:{code.letters}") <= 600


def test_without_valkey_there_is_a_sentence(valkey_away: None) -> None:
    with pytest.raises(Problem, match="codes_away"):
        devices.make_code(contributor=builders.guest(), now=NOW)


# --- What both did -------------------------------------------------------------------------------


@pytest.mark.parametrize("first_shows", [True, False])
@pytest.mark.parametrize("kind", ["guests", "account and guest"])
def test_the_earlier_answer_decides_and_all_totals_are_as_if_it_were_the_only_one(
    first_shows: bool, kind: str
) -> None:
    def played(*, twice: bool) -> Any:
        drive = builders.drive(agree=2, at_most=5)
        early = builders.account() if kind == "account and guest" else builders.guest()
        late, others = builders.guest(), builders.guests(2)
        drive.say("a", by=early)
        if twice:
            drive.say("b", by=late, now=NOW + MINUTE)
        drive.say("a", by=others[0], now=NOW + 2 * MINUTE)
        drive.say("b", by=others[1], now=NOW + 3 * MINUTE)
        builders.settle()
        if twice:
            join(early, late) if first_shows else join(late, early)
            builders.settle()
        verdict = drive.verdict()
        assert verdict is not None
        everyone = [builders.points(each) for each in (early, late, *others)]
        return everyone, verdict.outcome, verdict.values, verdict.answers_count

    assert played(twice=True) == played(twice=False)


def test_joined_guests_are_not_asked_what_either_has_answered() -> None:
    drive = builders.drive(excerpts=3, agree=3)
    phone, laptop = builders.guests(2)
    drive.say("a", by=phone, about=1)
    drive.say("a", by=laptop, about=2)
    join(phone, laptop)
    phone = Contributor.objects.get(pk=phone.pk)
    claim = drive.claim(phone)
    assert claim.assignment is not None
    assert claim.assignment.microtask.excerpt.position == 3
    builders.submit(claim.assignment)
    assert drive.claim(phone).reason is Nothing.ALL_YOURS
    assert points.summary(contributor=phone).waiting == 3


def test_a_joined_guests_old_lease_counts_for_the_person() -> None:
    drive = builders.drive(excerpts=1, agree=3)
    phone, laptop = builders.guests(2)
    lease = builders.lend(drive.microtask(), laptop)
    join(phone, laptop)
    claim = drive.claim(Contributor.objects.get(pk=phone.pk))
    assert (claim.assignment, claim.resumed) == (lease, True)


# --- At the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_code_opened_on_two_devices_at_once_joins_one() -> None:
    phone, laptop, library = builders.guests(3)
    code = devices.make_code(contributor=phone, now=NOW)
    results = at_once(
        *[
            lambda o=each: devices.join(letters=code.letters, contributor=o, user=None, now=NOW)
            for each in (laptop, library)
        ]
    )
    assert sorted(type(each).__name__ for each in results) == ["Joined", "Problem"], results
    assert phone.joined.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_guests_who_open_each_others_code_at_once_are_one() -> None:
    for _ in range(4):
        phone, laptop = builders.guests(2)
        codes = [devices.make_code(contributor=each, now=NOW).letters for each in (phone, laptop)]
        results = at_once(
            lambda o=laptop, c=codes[0]: devices.join(letters=c, contributor=o, user=None, now=NOW),
            lambda o=phone, c=codes[1]: devices.join(letters=c, contributor=o, user=None, now=NOW),
        )
        assert all(isinstance(each, devices.Joined | Problem) for each in results), results
        assert (
            Contributor.objects.filter(pk__in=[phone.pk, laptop.pk], joined_into=None).count() == 1
        )


@pytest.mark.django_db(transaction=True)
def test_answering_on_both_devices_while_they_are_joined_counts_once() -> None:
    drive = builders.drive(excerpts=8, agree=3)
    for position in range(1, 9):
        phone, laptop = builders.guests(2)
        leases = [builders.lend(drive.microtask(position), each) for each in (phone, laptop)]
        code = devices.make_code(contributor=phone, now=NOW).letters
        results = at_once(
            lambda a=leases[0]: builders.submit(a, "a"),
            lambda a=leases[1]: builders.submit(a, "b"),
            lambda c=code, o=laptop: devices.join(letters=c, contributor=o, user=None, now=NOW),
        )
        assert not [each for each in results if isinstance(each, Exception)], results
        said = Answer.objects.filter(contributor__in=[phone, laptop]).counting()
        assert said.count() == 1
