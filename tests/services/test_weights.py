"""Work that few love counts more: fixed when it is lent, whatever becomes of it later."""

import uuid
from decimal import Decimal

import pytest

from crowd.models import Assignment, Award
from crowd.services import endings, outlines, turns
from tests import builders
from tests.builders import MINUTE, NOW

OPENS = {"step": "read", "question": "q", "is": "a"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    outlines.forget()


def test_usual_work_counts_once() -> None:
    drive = builders.drive()
    lent = drive.claim(builders.guest()).assignment
    assert lent is not None
    assert lent.weight == 1


def test_what_people_disagree_about_counts_twice() -> None:
    drive = builders.drive(agree=2, at_most=5)
    drive.say("a")
    drive.say("b")
    builders.settle()
    assert drive.microtask().disputed
    third = builders.guest()
    lent = drive.claim(third, now=NOW + MINUTE).assignment
    assert lent is not None
    assert lent.weight == 2
    builders.submit(lent, "a", now=NOW + MINUTE)
    builders.settle(now=NOW + MINUTE)
    row = Award.objects.get(contributor=third)
    assert row.weight == 2
    assert row.points == pytest.approx(
        Decimal(str(2 * (row.agreement - row.chance))), abs=Decimal("0.0001")
    )


def test_what_people_agree_about_is_not_disputed() -> None:
    drive = builders.drive(agree=3, at_most=5)
    drive.say("a")
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "open"
    assert not drive.microtask().disputed


def test_a_verdict_that_falls_again_is_disputed() -> None:
    drive = builders.drive(agree=2, at_most=5)
    first = drive.say("a")
    drive.say("a")
    builders.settle()
    assert not drive.microtask().disputed
    first.set_aside_at, first.set_aside_reason, first.counted_at = NOW, "joined", None
    first.save()
    builders.settle(now=NOW + MINUTE)
    assert (drive.microtask().state, drive.microtask().disputed) == ("open", True)


def test_the_last_twentieth_of_a_step_counts_twice() -> None:
    drive = builders.drive(excerpts=40, agree=1, at_most=1)
    for position in range(1, 38):
        drive.say("a", about=position)
    builders.settle()
    endings.look()
    assert endings.of_steps() == frozenset()  # three of forty are left
    drive.say("a", about=38)
    builders.settle()
    endings.look()
    assert endings.of_steps() == {drive.step().pk}
    outlines.forget()
    lent = drive.claim(builders.guest()).assignment
    assert lent is not None
    assert lent.weight == 2


def test_small_steps_have_no_last_twentieth_and_follow_ups_wait_for_what_opens_them() -> None:
    follow = builders.step(
        builders.choice("why"),
        key="follow",
        opens_when={"step": "read", "question": "q", "is": "a"},
    )
    drive = builders.drive(builders.step(), follow, excerpts=45, agree=1, at_most=1)
    for position in range(1, 44):
        drive.say("a", about=position)
    builders.settle()
    for microtask in list(drive.microtasks(step="follow"))[:41]:
        builders.say(microtask, "a", by=builders.guest())
    builders.settle()
    endings.look()
    assert endings.of_steps() == {drive.step().pk}  # two of each are left


def test_a_turn_lends_with_the_weight_of_what_it_lends() -> None:
    drive = builders.drive(excerpts=2, agree=2, at_most=5)
    person = builders.guest()
    lent = drive.claim(person).assignment
    assert lent is not None
    other = 1 if lent.microtask_id == drive.microtask(2).pk else 2
    for value in "ab":
        drive.say(value, about=other)
    builders.settle()
    turn = turns.take(
        contributor=person,
        assignment=lent,
        answer_id=uuid.uuid4(),
        values={"q": "a"},
        badly_cut=False,
        now=NOW + MINUTE,
    )
    assert turn.next.assignment is not None
    assert Assignment.objects.get(pk=turn.next.assignment.pk).weight == 2
