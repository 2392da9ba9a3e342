"""Volunteers leave out what they can't read or do not want to see."""

import pytest

from crowd.rules.claims import Nothing
from crowd.services import batches, contributors, outlines, wishes
from tests import builders
from tests.builders import NOW, choice, step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    outlines.forget()


def test_steps_that_are_left_out_are_not_lent() -> None:
    drive = builders.drive(
        step(choice(), key="type"), step(choice(), key="hand", handwritten=True), excerpts=2
    )
    person = builders.guest()
    wishes.choose(contributor=person, reads=[], no_handwriting=True, no_sensitive=False)
    for _ in range(2):
        claim = drive.claim(person)
        assert claim.assignment is not None
        assert claim.assignment.microtask.step.key == "type"
        builders.submit(claim.assignment, "a")
    assert drive.claim(person).reason is Nothing.FILTERED
    assert batches.take_along(contributor=person, campaign=drive.campaign, now=NOW) is None
    wishes.choose(contributor=person, reads=[], no_handwriting=False, no_sensitive=True)
    claim = drive.claim(person)
    assert claim.assignment is not None
    assert claim.assignment.microtask.step.key == "hand"


def test_a_campaign_in_another_language_is_left_out() -> None:
    drive = builders.drive()  # in French
    person = builders.guest()
    wishes.choose(contributor=person, reads=["en"], no_handwriting=False, no_sensitive=False)
    assert drive.claim(person).reason is Nothing.FILTERED
    assert wishes.wanted(campaigns=[drive.campaign], contributor=person) == []
    wishes.choose(contributor=person, reads=["en", "fr"], no_handwriting=False, no_sensitive=False)
    assert drive.claim(person).assignment is not None


def test_nothing_is_said_of_filters_where_they_hide_nothing() -> None:
    drive = builders.drive(sensitive=True, agree=1)
    person = builders.guest()
    wishes.choose(contributor=person, reads=[], no_handwriting=False, no_sensitive=True)
    assert drive.claim(person).reason is Nothing.FILTERED
    drive.say("a")
    builders.settle()
    assert drive.claim(person).reason is Nothing.COMPLETE


def test_what_one_holds_and_no_longer_wants_can_be_given_back() -> None:
    drive = builders.drive(sensitive=True)
    person = builders.guest()
    held = drive.claim(person).assignment
    wishes.choose(contributor=person, reads=[], no_handwriting=False, no_sensitive=True)
    assert held is not None
    assert [each.pk for each in wishes.unwanted_of(contributor=person)] == [held.pk]


def test_an_account_without_wishes_takes_its_guests() -> None:
    person = builders.account()
    guest = builders.guest()
    wishes.choose(contributor=guest, reads=["fr"], no_handwriting=True, no_sensitive=False)
    assert person.user is not None
    contributors.sign_in(user=person.user, guest=guest, language="fr", now=NOW)
    person.refresh_from_db()
    assert (person.reads, person.no_handwriting) == ("fr", True)
