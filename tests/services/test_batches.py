"""Batches: some micro-tasks taken along, for hours, without harm to anyone who plays meanwhile."""

from datetime import timedelta

import pytest

from crowd.models import Assignment, Batch
from crowd.rules.claims import Nothing
from crowd.rules.lifecycle import CampaignState
from crowd.services import batches, leases, queues
from tests import builders
from tests.builders import NOW
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


def test_up_to_twenty_are_lent_for_four_hours() -> None:
    drive = builders.drive(excerpts=25)
    queues.rebuild(campaign=drive.campaign)
    person = builders.guest()
    batch = batches.take_along(contributor=person, campaign=drive.campaign, now=NOW)
    assert batch is not None
    held = batches.contents(batch=batch)
    assert [each.microtask.excerpt.position for each in held] == list(range(1, 21))
    assert {each.due_at for each in held} == {NOW + timedelta(hours=4)}


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_a_batch_is_found_too() -> None:
    drive = builders.drive(excerpts=3)
    batch = batches.take_along(contributor=builders.guest(), campaign=drive.campaign, now=NOW)
    assert batch is not None
    assert len(batches.contents(batch=batch)) == 3


def test_one_open_batch_a_person() -> None:
    drive = builders.drive(excerpts=30)
    person = builders.guest()
    first = batches.take_along(contributor=person, campaign=drive.campaign, now=NOW)
    again = batches.take_along(contributor=person, campaign=drive.campaign, now=NOW)
    assert first == again == batches.of_contributor(contributor=person)
    assert Assignment.objects.lent().count() == 20


def test_playing_goes_on_beside_a_batch_with_other_micro_tasks() -> None:
    drive = builders.drive(excerpts=22)
    person = builders.guest()
    batches.take_along(contributor=person, campaign=drive.campaign, now=NOW)
    positions = []
    while (claim := drive.claim(person)).assignment:
        positions.append(claim.assignment.microtask.excerpt.position)
        builders.submit(claim.assignment)
    assert positions == [21, 22]
    assert claim.reason is Nothing.ALL_YOURS


def test_what_is_answered_leaves_the_batch_and_the_last_one_ends_it() -> None:
    drive = builders.drive(excerpts=2)
    person = builders.guest()
    batch = batches.take_along(contributor=person, campaign=drive.campaign, now=NOW)
    assert batch is not None
    for left in (1, 0):
        builders.submit(batches.contents(batch=batch)[0])
        assert len(batches.contents(batch=batch)) == left
    assert batches.of_contributor(contributor=person) is None


def test_what_is_given_back_is_for_anyone() -> None:
    drive = builders.drive(excerpts=2, agree=1)
    person, other = builders.guests(2)
    batch = batches.take_along(contributor=person, campaign=drive.campaign, now=NOW)
    assert batch is not None
    assert drive.claim(other).reason is Nothing.ALL_LENT
    assert batches.give_back(batch=batch, now=NOW) == 2
    assert drive.claim(other).assignment is not None


def test_a_heartbeat_never_shortens_a_batchs_lease() -> None:
    drive = builders.drive(excerpts=1)
    batch = batches.take_along(contributor=builders.guest(), campaign=drive.campaign, now=NOW)
    assert batch is not None
    (held,) = batches.contents(batch=batch)
    assert leases.extend(assignment=held, now=NOW)
    held.refresh_from_db()
    assert held.due_at == batch.due_at


def test_where_there_is_nothing_no_batch_is_made() -> None:
    drive = builders.drive(state=CampaignState.PAUSED)
    person = builders.guest()
    assert batches.take_along(contributor=person, campaign=drive.campaign, now=NOW) is None
    empty = builders.drive(excerpts=0)
    assert batches.take_along(contributor=person, campaign=empty.campaign, now=NOW) is None
    assert not Batch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_batches_taken_at_once_lend_no_place_twice_and_never_block() -> None:
    drive = builders.drive(excerpts=30, agree=2)
    queues.rebuild(campaign=drive.campaign)
    people = builders.guests(5)
    made = at_once(
        *[
            lambda p=person: batches.take_along(contributor=p, campaign=drive.campaign, now=NOW)
            for person in people
        ]
    )
    assert not [each for each in made if isinstance(each, Exception)], made
    for microtask in drive.microtasks():
        assert microtask.assignments.lent().count() <= 2
