"""A campaign's order: what people are given first, and changing one's mind about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crowd.models import Campaign
from crowd.services import leases, orders, outlines, queues
from tests import builders
from tests.builders import NOW, Drive

pytestmark = pytest.mark.django_db


def positions(drive: Drive, count: int) -> list[tuple[int, int]]:
    """(document, position) of what one newcomer is given, answering each."""
    person, found = builders.guest(), []
    for _ in range(count):
        held = drive.claim(person).assignment
        assert held is not None
        excerpt = held.microtask.excerpt
        found.append((excerpt.document.name, excerpt.position))
        builders.submit(held)
    return found


def with_order(drive: Drive, order: str, **more: str) -> None:
    Campaign.objects.filter(pk=drive.campaign.pk).update(order=order, **more)
    drive.campaign.refresh_from_db()
    outlines.forget()


def two_documents() -> Drive:
    drive = builders.drive(excerpts=2)
    other = builders.document(drive.campaign, rows=2, name="other.csv")
    builders.add_excerpts(Drive(campaign=drive.campaign, document=other), 2)
    return drive


def test_changing_the_order_changes_what_is_given_next() -> None:
    drive = two_documents()
    queues.rebuild(campaign=drive.campaign)
    one, other = "table.csv", "other.csv"
    assert positions(drive, 4) == [(one, 1), (one, 2), (other, 1), (other, 2)]
    with_order(drive, "spread")
    orders.apply(campaign=drive.campaign)
    assert positions(drive, 4) == [(one, 1), (other, 1), (one, 2), (other, 2)]


def test_a_column_of_the_table_says_what_comes_first() -> None:
    drive = builders.drive(excerpts=3)
    column = drive.microtask().excerpt.document.columns[0]
    for microtask, priority in zip(drive.microtasks(), ["30", "2", "100"], strict=True):
        microtask.excerpt.cells = [priority, *microtask.excerpt.cells[1:]]
        microtask.excerpt.save()
    with_order(drive, "column", order_column=column)
    orders.apply(campaign=drive.campaign)
    assert [position for _, position in positions(drive, 3)] == [2, 1, 3]


@pytest.mark.parametrize("why", ["finish", "deadline"])
def test_what_is_begun_comes_first_where_that_is_wanted_or_the_deadline_is_near(why: str) -> None:
    drive = builders.drive(excerpts=3, agree=2)
    if why == "finish":
        with_order(drive, "finish")
    else:
        soon = (timezone.now() + timedelta(days=1)).date()
        Campaign.objects.filter(pk=drive.campaign.pk).update(deadline=soon)
    drive.say("a", about=3)
    builders.settle()
    queues.rebuild(campaign=drive.campaign)
    assert [position for _, position in positions(drive, 3)] == [3, 1, 2]


def test_what_is_begun_behind_someone_comes_first_all_the_same() -> None:
    drive = builders.drive(excerpts=4, agree=2)
    with_order(drive, "finish")
    queues.rebuild(campaign=drive.campaign)
    person = builders.guest()
    for _ in range(2):  # they are at the second, or behind it, now
        held = drive.claim(person).assignment
        assert held is not None
        leases.give_back(assignment=held, now=NOW)
        builders.submit(drive.claim(person).assignment or held)
    drive.say("a", about=4)
    builders.settle()
    queues.offer(microtask_ids=[each.pk for each in drive.microtasks()])
    held = drive.claim(person).assignment
    assert held is not None
    assert held.microtask.excerpt.position == 4


def test_otherwise_what_is_begun_keeps_its_place() -> None:
    drive = builders.drive(excerpts=3, agree=2)
    drive.say("a", about=3)
    builders.settle()
    queues.rebuild(campaign=drive.campaign)
    assert [position for _, position in positions(drive, 3)] == [1, 2, 3]
