"""A turn: the answer and the next micro-task together, with every rule that each has alone."""

import uuid
from functools import partial
from typing import Any

import pytest

from crowd import valkey
from crowd.models import Answer, Assignment, Contributor, Excerpt, MicroTask, User
from crowd.rules.claims import Nothing
from crowd.rules.lifecycle import CampaignState
from crowd.services import answers, assignments, campaigns, leases, queues, turns
from crowd.services.answers import Outcome
from tests import builders
from tests.builders import LEASE, MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    made = builders.drive(excerpts=4, agree=2)
    queues.rebuild(campaign=made.campaign)
    return made


def take(
    drive: Drive, person: Contributor, held: Assignment | None = None, **more: Any
) -> turns.Turn:
    held = held or drive.claim(person).assignment
    assert held is not None
    told = {"answer_id": uuid.uuid4(), "values": {"q": "a"}, "badly_cut": False, "now": NOW, **more}
    loaded = assignments.to_answer(contributor=person, assignment_id=held.pk)
    return turns.take(contributor=person, assignment=loaded, **told)


def test_the_answer_is_kept_and_the_next_is_lent_with_all_that_a_page_shows(
    drive: Drive, django_assert_num_queries: Any
) -> None:
    person = builders.guest()
    turn = take(drive, person)
    assert turn.receipt.outcome is Outcome.ACCEPTED
    assert Answer.objects.get().values == {"q": "a"}
    assert turn.next.assignment is not None
    assert Assignment.objects.lent().get() == turn.next.assignment
    with django_assert_num_queries(0):
        microtask = turn.next.assignment.microtask
        assert microtask.excerpt.position == 2
        assert microtask.excerpt.document.name == "table.csv"
        assert microtask.campaign.title
        assert [question.key for question in microtask.step.questions.all()] == ["q"]
    lent = Assignment.objects.get(pk=turn.next.assignment.pk)
    assert (lent.state, lent.lent_at, lent.due_at) == ("lent", NOW, NOW + LEASE)


def test_a_turn_takes_one_statement(drive: Drive, django_assert_num_queries: Any) -> None:
    person = builders.guest()
    held = drive.claim(person).assignment
    assert held is not None
    loaded = assignments.to_answer(contributor=person, assignment_id=held.pk)
    with django_assert_num_queries(1):
        turns.take(
            contributor=person,
            assignment=loaded,
            answer_id=uuid.uuid4(),
            values={"q": "a"},
            badly_cut=False,
            now=NOW,
        )


@pytest.mark.parametrize("make", [builders.guest, builders.account])
def test_a_turn_of_an_account_takes_no_more_than_a_guests(
    drive: Drive, make: Any, django_assert_num_queries: Any
) -> None:
    person = make()
    held = drive.claim(person).assignment
    assert held is not None
    loaded = assignments.to_answer(contributor=person, assignment_id=held.pk)
    with django_assert_num_queries(1):
        turn = turns.take(contributor=person, assignment=loaded, **said())
    assert turn.next.assignment is not None


def said() -> dict[str, Any]:
    return {"answer_id": uuid.uuid4(), "values": {"q": "a"}, "badly_cut": False, "now": NOW}


def remembered(drive: Drive, person: Contributor) -> dict[str, Any]:
    """What `take_recent` is asked after a first turn, which lent the guest another micro-task."""
    lent = take(drive, person).next.assignment
    assert lent is not None
    return {"public_id": person.public_id, "assignment_id": lent.pk, **said()}


def test_what_was_lent_here_a_moment_ago_is_answered_without_looking_it_up(
    drive: Drive, django_assert_num_queries: Any
) -> None:
    person = builders.guest()
    asked = remembered(drive, person)
    with django_assert_num_queries(1):
        turn = turns.take_recent(**asked)
    assert turn is not None
    assert turn.receipt.outcome is Outcome.ACCEPTED
    assert turn.next.assignment is not None
    assert Answer.objects.filter(contributor=person).count() == 2


def test_nobody_answers_by_memory_what_was_lent_to_somebody_else(drive: Drive) -> None:
    asked = remembered(drive, builders.guest())
    other = builders.guest()
    assert turns.take_recent(**{**asked, "public_id": other.public_id}) is None


@pytest.mark.parametrize("change", [{"user": True}, {"forgotten_at": NOW}, {"has_joined": True}])
def test_a_guest_who_is_no_guest_any_more_is_looked_up(
    drive: Drive, change: dict[str, Any]
) -> None:
    person = builders.guest()
    asked = remembered(drive, person)
    if "user" in change:
        change = {"user": User.objects.create_user(), "kind": "account"}
    Contributor.objects.filter(pk=person.pk).update(**change)
    assert turns.take_recent(**asked) is None
    assert Answer.objects.filter(contributor=person).count() == 1


@pytest.mark.parametrize("state", ["answered", "returned", "expired"])
def test_a_lease_that_ended_elsewhere_is_looked_up(drive: Drive, state: str) -> None:
    person = builders.guest()
    asked = remembered(drive, person)
    Assignment.objects.filter(pk=asked["assignment_id"]).update(state=state, closed_at=NOW)
    assert turns.take_recent(**asked) is None
    assert turns.take_recent(**asked) is None


def test_the_oldest_leases_are_forgotten_first(drive: Drive, monkeypatch: Any) -> None:
    monkeypatch.setattr("crowd.services.recent.KEPT", 1)
    first, second = builders.guest(), builders.guest()
    asked = [remembered(drive, first), remembered(drive, second)]
    assert turns.take_recent(**asked[0]) is None
    assert turns.take_recent(**asked[1]) is not None


def test_the_same_answer_sent_again_is_recognised_and_brings_the_same_next(drive: Drive) -> None:
    person, answer_id = builders.guest(), uuid.uuid4()
    held = drive.claim(person).assignment
    first = take(drive, person, held, answer_id=answer_id)
    again = take(drive, person, held, answer_id=answer_id)
    assert again.receipt.outcome is Outcome.REPEATED
    assert again.next.assignment == first.next.assignment
    assert (Answer.objects.count(), Assignment.objects.lent().count()) == (1, 1)


def test_an_id_that_another_answer_has_is_refused(drive: Drive) -> None:
    answer_id = uuid.uuid4()
    take(drive, builders.guest(), answer_id=answer_id)
    with pytest.raises(answers.InvalidAnswer):
        take(drive, builders.guest(), answer_id=answer_id)


def test_values_that_do_not_fit_change_nothing(drive: Drive) -> None:
    person = builders.guest()
    with pytest.raises(answers.InvalidAnswer):
        take(drive, person, values={"q": "nonsense"})
    assert not Answer.objects.exists()
    assert Assignment.objects.lent().count() == 1


def test_a_late_answer_is_taken_and_brings_the_next(drive: Drive) -> None:
    person = builders.guest()
    held = drive.claim(person).assignment
    leases.expire_due(now=NOW + LEASE)
    turn = take(drive, person, held, now=NOW + LEASE + MINUTE)
    assert turn.receipt.outcome is Outcome.ACCEPTED
    assert turn.next.assignment is not None


def test_an_account_takes_turns_too(drive: Drive) -> None:
    turn = take(drive, builders.account())
    assert turn.receipt.outcome is Outcome.ACCEPTED
    assert turn.next.assignment is not None


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_turns_go_on() -> None:
    turn = take(builders.drive(excerpts=2), builders.guest())
    assert turn.receipt.outcome is Outcome.ACCEPTED
    assert turn.next.assignment is not None


@pytest.mark.parametrize("spoilt", ["hidden", "settled", "withdrawn", "full", "seen"])
def test_a_stale_queue_lends_nothing_that_may_not_be_lent(drive: Drive, spoilt: str) -> None:
    person = builders.guest()
    held = drive.claim(person).assignment
    next_one = drive.microtask(2)
    if spoilt == "hidden":
        Excerpt.objects.filter(pk=next_one.excerpt_id).update(hidden_at=NOW)
    elif spoilt == "full":
        for other in builders.guests(2):
            builders.lend(next_one, other)
    elif spoilt == "seen":
        builders.say(next_one, "a", by=person)
    else:
        MicroTask.objects.filter(pk=next_one.pk).update(state=spoilt, needs=0)
    turn = take(drive, person, held)
    assert turn.receipt.outcome is Outcome.ACCEPTED
    assert turn.next.assignment is not None
    assert turn.next.assignment.microtask.excerpt.position == 3


def test_a_campaign_that_closes_takes_the_answer_and_says_that_it_is_over(drive: Drive) -> None:
    person = builders.guest()
    held = drive.claim(person).assignment
    campaigns.move(campaign=drive.campaign, state=CampaignState.PAUSED, now=NOW)
    turn = take(drive, person, held)
    assert turn.receipt.outcome is Outcome.ACCEPTED
    assert turn.next.reason is Nothing.NOT_OPEN


def test_who_has_answered_everything_is_told_so(drive: Drive) -> None:
    person = builders.guest()
    turn = take(drive, person)
    while turn.next.assignment:
        turn = take(drive, person, turn.next.assignment)
    assert turn.next.reason is Nothing.ALL_YOURS
    assert Answer.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_turns_at_one_moment_never_lend_a_place_twice() -> None:
    drive = builders.drive(excerpts=6, agree=2)
    queues.rebuild(campaign=drive.campaign)
    for _ in range(4):
        people = builders.guests(6)
        held = [drive.claim(person).assignment for person in people]
        # Every queue offers what is nearly full: all but one are refused, and search on.
        for each in drive.microtasks():
            valkey.client().hset(f"tamis:slots:{each.step_id}", str(each.pk), 99)
            valkey.client().zadd(f"tamis:ready:{each.step_id}", {str(each.pk): each.rank})
        given = at_once(
            *[
                lambda p=p, h=h: take(drive, p, h)
                for p, h in zip(people, held, strict=True)
                if h is not None
            ]
        )
        assert all(isinstance(turn, turns.Turn) for turn in given), given
        for microtask in drive.microtasks():
            on_its_way = microtask.assignments.lent().count() + microtask.answers.count()
            assert on_its_way <= 2, microtask.pk
        Answer.objects.all().delete()
        Assignment.objects.all().delete()
        queues.rebuild(campaign=drive.campaign)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_takes_one_answer_and_lends_one_micro_task() -> None:
    drive = builders.drive(excerpts=5, agree=2)
    queues.rebuild(campaign=drive.campaign)
    for person in builders.guests(4):
        held, answer_id = drive.claim(person).assignment, uuid.uuid4()
        click = partial(take, drive, person, held, answer_id=answer_id)
        given = at_once(click, click, click)
        assert sorted(turn.receipt.outcome.value for turn in given) == [
            "accepted",
            "repeated",
            "repeated",
        ]
        assert len({turn.next.assignment for turn in given}) == 1
        assert Assignment.objects.lent().filter(contributor=person).count() == 1
