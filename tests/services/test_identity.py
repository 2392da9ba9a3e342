"""DESIGN, rules 3 and 4: identity is a token, and one person's voice counts once."""

import uuid
from typing import Any

import pytest
from django.core import signing
from django.test import override_settings

from crowd import valkey
from crowd.models import Answer, Assignment, Award, Contributor, User
from crowd.models.contributors import ContributorKind
from crowd.rules.claims import Nothing
from crowd.rules.problems import Problem
from crowd.services import assignments, contributors, leases, points, progress, queues
from crowd.services.answers import Outcome, Receipt
from tests import builders
from tests.builders import LEASE, MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


# --- Tokens --------------------------------------------------------------------------------------


def test_a_guest_is_known_again_by_the_token() -> None:
    guest, token = contributors.start_guest(language="fr", now=NOW)
    assert contributors.from_token(token=token) == guest
    assert str(guest.pk) not in token.split(":")


@pytest.mark.parametrize(
    "token", ["", "x", "a:b:c", "é:ü:ß", "\x00", "\ud800", "x" * 100_000, ":::::", "null"]
)
def test_a_forged_token_is_nobody(token: str) -> None:
    contributors.start_guest(language="fr", now=NOW)
    assert contributors.from_token(token=token) is None


def test_a_token_changed_in_one_letter_is_nobody() -> None:
    _, token = contributors.start_guest(language="fr", now=NOW)
    for place in (0, len(token) // 2, len(token) - 2):
        other = "A" if token[place] != "A" else "B"
        assert contributors.from_token(token=token[:place] + other + token[place + 1 :]) is None


def test_a_token_of_another_site_or_for_another_purpose_is_nobody() -> None:
    guest, token = contributors.start_guest(language="fr", now=NOW)
    assert contributors.from_token(token=signing.dumps(str(guest.public_id), salt="x")) is None
    with override_settings(SECRET_KEY="another site's " * 4):
        assert contributors.from_token(token=token) is None


@pytest.mark.parametrize("named", ["not a uuid", 12, None, ["a"], {"a": 1}])
def test_a_signed_token_that_names_no_contributor_is_nobody(named: Any) -> None:
    token = signing.dumps(named, salt=contributors.SALT)
    assert contributors.from_token(token=token) is None


def test_a_token_of_nobody_we_know_is_nobody() -> None:
    token = signing.dumps(str(uuid.uuid4()), salt=contributors.SALT)
    assert contributors.from_token(token=token) is None


def test_once_an_account_has_taken_over_the_guests_token_is_worth_nothing() -> None:
    own = builders.account()
    for user in (own.user, User.objects.create_user("new@example.org")):
        guest, token = contributors.start_guest(language="fr", now=NOW)
        contributors.sign_in(user=user, guest=guest, language="fr", now=NOW)
        assert contributors.from_token(token=token) is None


# --- Signing in ----------------------------------------------------------------------------------


def sign_in(account: Contributor, guest: Contributor | None) -> Contributor:
    assert account.user is not None
    return contributors.sign_in(user=account.user, guest=guest, language="fr", now=NOW + MINUTE)


def test_signing_up_keeps_the_guests_row_answers_and_name() -> None:
    drive = builders.drive()
    guest = builders.guest("Mésange")
    drive.say("a", by=guest)
    own = builders.account(guest=guest)
    assert own == guest
    assert (own.kind, own.pseudonym, own.listed) == (ContributorKind.ACCOUNT, "Mésange", True)
    assert points.summary(contributor=own).waiting == 1


def test_signing_in_without_having_played_makes_a_contributor_once() -> None:
    own = builders.account()
    assert sign_in(own, None) == own
    assert Contributor.objects.count() == 1


def test_signing_in_to_an_account_joins_the_guest_to_it() -> None:
    own, guest = builders.account(), builders.guest()
    assert sign_in(own, guest) == own
    guest.refresh_from_db()
    assert guest.joined_into == own
    assert contributors.person_ids(contributor=own) == [own.pk, guest.pk]
    assert contributors.person_ids(contributor=guest) == [own.pk, guest.pk]


def test_an_account_without_a_name_takes_the_guests() -> None:
    own, guest = builders.account(), builders.guest("Pinson")
    sign_in(own, guest)
    own.refresh_from_db()
    guest.refresh_from_db()
    assert (own.pseudonym, own.listed) == ("Pinson", True)
    assert (guest.pseudonym, guest.listed) == (None, None)


def test_an_account_that_chose_keeps_its_choice() -> None:
    own = builders.account()
    contributors.choose_name(contributor=own, pseudonym="", listed=False)
    sign_in(own, builders.guest("Pinson"))
    own.refresh_from_db()
    assert (own.pseudonym, own.listed) == (None, False)


def test_a_guest_is_joined_to_one_account_only() -> None:
    one, other, guest = builders.account(), builders.account(), builders.guest()
    stale = Contributor.objects.get(pk=guest.pk)
    sign_in(one, guest)
    sign_in(other, stale)
    guest.refresh_from_db()
    assert guest.joined_into == one


def test_of_two_answers_of_one_person_the_earlier_one_counts() -> None:
    drive = builders.drive()
    own, guest = builders.account(), builders.guest()
    later = drive.say("b", by=own, now=NOW + MINUTE)
    earlier = drive.say("a", by=guest, now=NOW)
    builders.settle()
    sign_in(own, guest)
    later.refresh_from_db()
    earlier.refresh_from_db()
    assert (later.set_aside_reason, later.counted_at) == ("joined", None)
    assert (earlier.set_aside_reason, earlier.values) == ("", {"q": "a"})


def test_the_verdict_is_revised_when_two_voices_were_one() -> None:
    drive = builders.drive(agree=2)
    own, guest = builders.account(), builders.guest()
    drive.say("a", by=own)
    drive.say("a", by=guest, now=NOW + MINUTE)
    builders.settle()
    assert drive.microtask().state == "settled"
    sign_in(own, guest)
    builders.settle()
    assert (drive.microtask().state, drive.microtask().needs) == ("open", 1)
    assert drive.verdict() is None
    drive.say("a")
    builders.settle()
    verdict = drive.verdict()
    assert verdict is not None
    assert (verdict.revision, verdict.answers_count) == (2, 2)


def test_after_joining_totals_are_those_of_a_fresh_settlement() -> None:
    def played(*, joined: bool) -> dict[str, Any]:
        drive = builders.drive(agree=2, at_most=5)
        own, guest, others = builders.account(), builders.guest(), builders.guests(2)
        drive.say("a", by=own)
        if joined:
            drive.say("b", by=guest, now=NOW + MINUTE)
        drive.say("a", by=others[0], now=NOW + 2 * MINUTE)
        drive.say("b", by=others[1], now=NOW + 3 * MINUTE)
        builders.settle()
        if joined:
            sign_in(own, guest)
            builders.settle()
        everyone = [own, guest, *others]
        return {"points": list(map(builders.points, everyone)), "verdict": _said(drive)}

    assert played(joined=True) == played(joined=False)


def _said(drive: Drive) -> Any:
    verdict = drive.verdict()
    assert verdict is not None
    return verdict.outcome, verdict.values, verdict.answers_count


def test_what_a_set_aside_answer_earned_is_given_back_by_a_row_that_names_it() -> None:
    drive = builders.drive(agree=2, at_most=5)
    own, guest = builders.account(), builders.guest()
    drive.say("a", by=own)
    drive.say("a", by=guest, now=NOW + MINUTE)
    drive.say("a")
    builders.settle()
    earned = builders.points(guest)
    assert earned > 0
    sign_in(own, guest)
    builders.settle()
    first, second = Award.objects.filter(contributor=guest).order_by("pk")
    assert second.compensates == first
    assert second.points == -earned
    assert points.summary(contributor=own).raw == builders.points(own)


def test_a_person_never_gets_what_they_answered_or_passed_over_as_a_guest() -> None:
    for loaded in (True, False):
        drive = builders.drive(excerpts=4)
        own, guest = builders.account(), builders.guest()
        if loaded:
            queues.rebuild(campaign=drive.campaign)
            drive.claim(own)  # what this person has seen is in Valkey already
            leases.give_back(assignment=Assignment.objects.get(contributor=own), now=NOW)
        drive.say("a", by=guest, about=1)
        passed = builders.lend(drive.microtask(2), guest)
        leases.skip(assignment=passed, now=NOW)
        sign_in(own, guest)
        seen = []
        for _ in range(2):
            claim = drive.claim(own, now=NOW + MINUTE)
            assert claim.assignment is not None
            seen.append(claim.assignment.microtask.excerpt.position)
            builders.submit(claim.assignment, now=NOW + MINUTE)
        assert seen == [3, 4]
        assert drive.claim(own, now=NOW + MINUTE).reason is Nothing.ALL_YOURS
        valkey.client().flushdb()


def test_joining_takes_no_micro_task_from_the_queue_of_others(
    django_capture_on_commit_callbacks: Any,
) -> None:
    drive = builders.drive(excerpts=3)
    own, guest = builders.account(), builders.guest()
    queues.rebuild(campaign=drive.campaign)
    drive.claim(own)
    leases.give_back(assignment=Assignment.objects.get(contributor=own), now=NOW)
    drive.say("a", by=guest, about=1)
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(own, guest)
    drive.claim(own, now=NOW + MINUTE)
    ready = valkey.client().zrange(f"tamis:ready:{drive.step().pk}", 0, -1)
    assert str(drive.microtask(1).pk) in ready


def test_a_lease_of_the_guest_on_what_the_account_has_answered_ends() -> None:
    drive = builders.drive(excerpts=2, agree=3)
    own, guest = builders.account(), builders.guest()
    drive.say("a", by=own, about=1)
    double = builders.lend(drive.microtask(1), guest)
    other = builders.lend(drive.microtask(2), guest, now=NOW + MINUTE)
    sign_in(own, guest)
    double.refresh_from_db()
    other.refresh_from_db()
    assert (double.state, other.state) == ("returned", "lent")
    claim = drive.claim(own, now=NOW + MINUTE)
    assert claim.assignment == other
    assert claim.resumed


def test_two_leases_of_one_person_on_one_micro_task_become_one() -> None:
    drive = builders.drive(agree=3)
    own, guest = builders.account(), builders.guest()
    first = builders.lend(drive.microtask(), guest)
    builders.lend(drive.microtask(), own, now=NOW + MINUTE)
    sign_in(own, guest)
    assert Assignment.objects.lent().get() == first


@pytest.mark.parametrize("moment", [NOW + MINUTE, NOW + 2 * LEASE], ids=["in time", "late"])
def test_a_second_answer_through_the_guests_old_lease_does_not_count(moment: Any) -> None:
    drive = builders.drive(agree=3)
    own, guest = builders.account(), builders.guest()
    old = builders.lend(drive.microtask(), guest)
    first = drive.say("a", by=own)
    sign_in(own, guest)
    again = assignments.to_answer(contributor=own, assignment_id=old.pk)
    receipt = builders.submit(again, "a", now=moment)
    assert receipt.outcome is Outcome.LATE
    assert receipt.answer.set_aside_reason == "joined"
    assert Answer.objects.counting().get() == first


def test_an_answer_set_aside_by_joining_can_not_be_given_anew() -> None:
    drive = builders.drive(agree=3)
    own, guest = builders.account(), builders.guest()
    drive.say("a", by=own)
    double = drive.say("a", by=guest, now=NOW + MINUTE)
    sign_in(own, guest)
    old = assignments.to_answer(contributor=own, assignment_id=double.assignment_id)
    assert builders.submit(old, "a").outcome is Outcome.REPEATED
    assert Answer.objects.counting().count() == 1


def test_an_account_and_the_guests_it_was_are_one_in_the_counts() -> None:
    drive = builders.drive(excerpts=3)
    own, guest = builders.account(), builders.guest()
    drive.say("a", by=own, about=1)
    drive.say("a", by=guest, about=2)
    assert progress.recount(drive.campaign).contributors == 2
    sign_in(own, guest)
    assert progress.recount(drive.campaign).contributors == 1
    assert points.summary(contributor=own).waiting == 2


# --- Names ---------------------------------------------------------------------------------------


def test_a_name_is_one_persons_whatever_its_case() -> None:
    builders.guest("Mésange")
    other = builders.guest()
    with pytest.raises(Problem, match="pseudonym_taken"):
        contributors.choose_name(contributor=other, pseudonym="mÉSANGE", listed=True)
    other.refresh_from_db()
    assert (other.pseudonym, other.listed) == (None, None)


@pytest.mark.parametrize(
    "lookalike",
    [
        "Mésange\u200b",
        "\u202eMésange",
        "Me\u0301sange",
        " Mésange ",
        "Mé\u00adsange",
        "Mésange\x00",
    ],
)
def test_nobody_looks_like_someone_else_by_invisible_characters(lookalike: str) -> None:
    builders.guest("Mésange")
    with pytest.raises(Problem, match="pseudonym_taken"):
        contributors.choose_name(contributor=builders.guest(), pseudonym=lookalike, listed=True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "pseudonym_missing"),
        ("  ", "pseudonym_missing"),
        ("\u200b\u200b\u200b", "pseudonym_missing"),
        ("x", "pseudonym_length"),
        ("x" * 41, "pseudonym_length"),
        ("ana@example.org", "pseudonym_characters"),
        ("https://example.org", "pseudonym_characters"),
        ("www.example.org", "pseudonym_characters"),
    ],
)
def test_what_is_no_name_is_refused(name: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        contributors.choose_name(contributor=builders.guest(), pseudonym=name, listed=True)
    assert refused.value.code == code


def test_a_name_can_be_taken_back() -> None:
    person = builders.guest("Mésange")
    contributors.choose_name(contributor=person, pseudonym="", listed=False)
    assert builders.guest("Mésange").pseudonym == "Mésange"


# --- At the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_sign_in_at_once_make_one_contributor() -> None:
    user = User.objects.create_user("ana@example.org")
    guest = builders.guest()
    made = at_once(
        *[
            lambda g=each: contributors.sign_in(user=user, guest=g, language="fr", now=NOW)
            for each in (guest, None, Contributor.objects.get(pk=guest.pk))
        ]
    )
    assert len({each.pk for each in made}) == 1, made
    assert Contributor.objects.filter(user=user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_guest_signing_in_to_two_accounts_at_once_belongs_to_one() -> None:
    one, other, guest = builders.account(), builders.account(), builders.guest()
    at_once(
        lambda: sign_in(one, Contributor.objects.get(pk=guest.pk)),
        lambda: sign_in(other, Contributor.objects.get(pk=guest.pk)),
    )
    guest.refresh_from_db()
    assert guest.joined_into in {one, other}
    assert len(contributors.person_ids(contributor=guest)) == 2


@pytest.mark.django_db(transaction=True)
def test_answering_in_two_browsers_while_they_become_one_counts_once() -> None:
    drive = builders.drive(excerpts=8, agree=3)
    for position in range(1, 9):
        own, guest = builders.account(), builders.guest()
        mine = builders.lend(drive.microtask(position), own)
        guests = builders.lend(drive.microtask(position), guest)
        results = at_once(
            lambda a=mine: builders.submit(a, "a"),
            lambda a=guests: builders.submit(a, "b"),
            lambda o=own, g=guest: sign_in(o, Contributor.objects.get(pk=g.pk)),
        )
        assert all(isinstance(each, Receipt | Contributor) for each in results), results
        assert Answer.objects.filter(contributor__in=[own, guest]).counting().count() == 1


@pytest.mark.django_db(transaction=True)
def test_signing_in_while_the_cross_check_runs_blocks_neither() -> None:
    for _ in range(4):
        drive = builders.drive(excerpts=6)
        own, guest = builders.account(), builders.guest()
        for position in range(1, 7):
            drive.say("a", by=guest, about=position)
            drive.say("a", by=own, about=position, now=NOW + MINUTE)
        results = at_once(
            builders.settle, lambda o=own, g=guest: sign_in(o, Contributor.objects.get(pk=g.pk))
        )
        assert not [each for each in results if isinstance(each, Exception)], results
        builders.settle()
        assert set(drive.microtasks().values_list("state", "needs")) == {("open", 1)}
