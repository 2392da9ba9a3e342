"""Micro-tasks whose answer is known are mixed in, each once a person, and take nobody's place."""

from typing import Any

import pytest

from crowd.models import KnownAnswer, MicroTask
from crowd.services import outlines, queues
from tests import builders
from tests.builders import NOW, Drive

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive(settings: Any) -> Drive:
    """Four excerpts; the answer to the fourth is known."""
    settings.TAMIS_KNOWN_RATES = ((0, 1.0),)
    made = builders.drive(excerpts=4)
    known = made.microtask(4)
    MicroTask.objects.filter(pk=known.pk).update(state="settled", needs=0, veiled=True)
    KnownAnswer.objects.create(microtask=known, values={"q": "a"}, made_at=NOW)
    outlines.forget()
    queues.rebuild(campaign=made.campaign)
    return made


def given(drive: Drive, count: int) -> list[int]:
    person, found = builders.guest(), []
    for _ in range(count):
        held = drive.claim(person).assignment
        assert held is not None
        found.append(held.microtask.excerpt.position)
        builders.submit(held)
    return found


def test_a_known_one_is_given_once_and_play_goes_on(drive: Drive) -> None:
    assert given(drive, 4) == [4, 1, 2, 3]


def test_any_number_of_people_may_hold_the_same_known_one(drive: Drive) -> None:
    held = [drive.claim(person).assignment for person in builders.guests(5)]
    assert {each.microtask.excerpt.position for each in held if each} == {4}


def test_whoever_holds_it_gets_the_same_again(drive: Drive) -> None:
    person = builders.guest()
    first, again = drive.claim(person), drive.claim(person)
    assert again.resumed
    assert again.assignment == first.assignment


def test_where_the_rate_is_nothing_none_is_given(drive: Drive, settings: Any) -> None:
    settings.TAMIS_KNOWN_RATES = ((0, 0.0),)
    assert given(drive, 3) == [1, 2, 3]


def test_those_of_the_tutorial_are_not_mixed_in(drive: Drive) -> None:
    KnownAnswer.objects.update(tutorial=True)
    outlines.forget()
    assert given(drive, 3) == [1, 2, 3]
