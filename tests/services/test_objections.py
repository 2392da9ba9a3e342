"""Objecting to a verdict asks one more person, unsettles nothing by itself, and ends in review."""

import uuid
from typing import Any

import pytest

from crowd.models import Assignment, Contributor, Objection, Verdict
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.services import (
    campaigns,
    leases,
    objections,
    outlines,
    progress,
    queues,
    turns,
)
from tests import builders
from tests.builders import LEASE, MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


def settled_against(person: Contributor, *, excerpts: int = 1) -> Drive:
    """Two others say "a" of the first excerpt, this person "b": settled as "a"."""
    drive = builders.drive(excerpts=excerpts, agree=2, at_most=3)
    drive.say("b", by=person)
    drive.say("a")
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "settled"
    return drive


def object_to(drive: Drive, person: Contributor, **more: Any) -> Objection:
    verdict = drive.verdict()
    assert verdict is not None
    made = objections.object_to(
        verdict=verdict, contributor=person, now=NOW + MINUTE, **{"reason": "It says b.", **more}
    )
    outlines.forget()
    return made


def another_opinion(drive: Drive, value: str) -> Contributor:
    """Somebody new plays, is given what is objected to, and answers."""
    someone = builders.guest()
    claim = drive.claim(someone, now=NOW + 2 * MINUTE)
    assert claim.assignment is not None
    assert claim.assignment.microtask == drive.microtask()
    builders.submit(claim.assignment, value, now=NOW + 3 * MINUTE)
    builders.settle(now=NOW + 3 * MINUTE)
    return someone


# --- Who may -------------------------------------------------------------------------------------


def test_whoever_was_not_confirmed_may_object_once() -> None:
    person = builders.guest()
    drive = settled_against(person)
    made = object_to(drive, person, reason=" It says b.\x00 ")
    assert (made.reason, made.state) == ("It says b.", "waiting")
    assert object_to(drive, person, reason="again") == made


def test_who_was_confirmed_or_never_answered_has_nothing_to_object() -> None:
    person = builders.guest()
    drive = settled_against(person)
    right = drive.microtask().answers.exclude(contributor=person).first()
    assert right is not None
    for each in (right.contributor, builders.guest()):
        with pytest.raises(Problem, match="objection_needless"):
            object_to(drive, each)


def test_a_person_objects_a_few_times_only() -> None:
    person = builders.guest()
    for _ in range(objections.MOST_WAITING):
        object_to(settled_against(person), person)
    with pytest.raises(Problem, match="objections_too_many"):
        object_to(settled_against(person), person)


def test_a_reason_has_a_length() -> None:
    person = builders.guest()
    with pytest.raises(Problem, match="note_too_long"):
        object_to(settled_against(person), person, reason="x" * 501)


def test_what_is_veiled_hidden_or_lent_can_not_be_objected_to() -> None:
    person = builders.guest()
    for change in ("veil", "hide", "lend"):
        drive = settled_against(person)
        if change == "veil":
            drive.microtasks().update(veiled=True)
        elif change == "hide":
            drive.campaign.excerpts.update(hidden_at=NOW)
        else:
            builders.lend(drive.microtask(), builders.guest())
        with pytest.raises(Verdict.DoesNotExist):
            object_to(drive, person)


# --- One more opinion ----------------------------------------------------------------------------


def test_one_more_person_is_asked_and_the_verdict_stands_meanwhile() -> None:
    person = builders.guest()
    drive = settled_against(person)
    before = drive.verdict()
    made = object_to(drive, person)
    first = drive.claim(builders.guest(), now=NOW + MINUTE)
    assert first.assignment is not None
    assert first.assignment.microtask == drive.microtask()
    assert drive.claim(builders.guest(), now=NOW + MINUTE).assignment is None
    assert drive.microtask().state == "settled"
    assert drive.verdict() == before
    assert progress.recount(drive.campaign).settled == 1
    builders.submit(first.assignment, "a", now=NOW + 2 * MINUTE)
    builders.settle(now=NOW + 2 * MINUTE)
    made.refresh_from_db()
    assert (made.heard_at, made.state) == (NOW + 2 * MINUTE, "waiting")
    assert list(objections.waiting(campaign=drive.campaign)) == [made]
    outlines.forget()
    assert drive.claim(builders.guest(), now=NOW + 3 * MINUTE).assignment is None


def test_neither_the_objector_nor_who_answered_before_is_asked() -> None:
    person = builders.guest()
    drive = settled_against(person)
    object_to(drive, person)
    for answer in drive.microtask().answers.all():
        assert drive.claim(answer.contributor, now=NOW + MINUTE).assignment is None


def test_an_opinion_that_is_not_given_is_asked_of_someone_else() -> None:
    person = builders.guest()
    drive = settled_against(person)
    object_to(drive, person)
    drive.claim(builders.guest(), now=NOW + MINUTE)
    leases.expire_due(now=NOW + 2 * LEASE)
    outlines.forget()
    claim = drive.claim(builders.guest(), now=NOW + 2 * LEASE)
    assert claim.assignment is not None


def test_opinions_for_the_objector_may_turn_the_verdict_and_grant_it() -> None:
    person = builders.guest()
    drive = builders.drive(agree=2, at_most=5)
    drive.say("b", by=person)
    drive.say("a")
    drive.say("a")
    builders.settle()
    made = object_to(drive, person)
    another_opinion(drive, "b")  # two against two: asked again
    assert drive.microtask().state == "open"
    drive.say("b", now=NOW + 4 * MINUTE)
    builders.settle(now=NOW + 4 * MINUTE)
    verdict = drive.verdict()
    assert verdict is not None
    if verdict.values["q"]["value"] == "b":
        made.refresh_from_db()
        assert made.state == "granted"
    else:
        pytest.fail(f"three of five say b: {verdict.values}")


def test_two_objections_to_one_verdict_ask_one_more_person() -> None:
    first, second = builders.guests(2)
    drive = builders.drive(agree=2, at_most=5)
    for each in (first, second):
        drive.say("b" if each == first else "c", by=each)
    for _ in range(2):
        drive.say("a")
    builders.settle()
    assert drive.microtask().state == "settled"
    for each in (first, second):
        object_to(drive, each)
    another_opinion(drive, "a")
    outlines.forget()
    assert drive.claim(builders.guest(), now=NOW + 5 * MINUTE).assignment is None
    assert objections.waiting(campaign=drive.campaign).count() == 2


def test_in_a_turn_what_is_objected_to_comes_before_the_queue() -> None:
    person, someone = builders.guests(2)
    drive = settled_against(person, excerpts=4)
    queues.rebuild(campaign=drive.campaign)
    held = drive.claim(someone).assignment
    assert held is not None
    object_to(drive, person)
    turn = turns.take(
        contributor=someone,
        assignment=held,
        answer_id=uuid.uuid4(),
        values={"q": "a"},
        badly_cut=False,
        now=NOW + MINUTE,
    )
    assert turn.next.assignment is not None
    assert turn.next.assignment.microtask == drive.microtask()


@pytest.mark.django_db(transaction=True)
def test_claims_at_once_lend_one_opinion() -> None:
    for _ in range(3):
        person = builders.guest()
        drive = settled_against(person)
        object_to(drive, person)
        results = at_once(
            *[lambda g=each, d=drive: d.claim(g, now=NOW + MINUTE) for each in builders.guests(3)]
        )
        assert not [each for each in results if isinstance(each, Exception)], results
        assert Assignment.objects.lent().filter(microtask=drive.microtask()).count() == 1


# --- Review --------------------------------------------------------------------------------------


def test_a_closed_campaign_asks_nobody_but_its_team() -> None:
    person = builders.guest()
    drive = settled_against(person)
    campaigns.move(campaign=drive.campaign, state=CampaignState.CLOSED, now=NOW)
    made = object_to(drive, person)
    drive.campaign.refresh_from_db()
    assert list(objections.waiting(campaign=drive.campaign)) == [made]


def test_an_objection_is_decided_once() -> None:
    person = builders.guest()
    made = object_to(settled_against(person), person)
    assert objections.decide(objection=made, granted=False, by=None, now=NOW)
    assert not objections.decide(objection=made, granted=True, by=None, now=NOW)
    made.refresh_from_db()
    assert made.state == "declined"
