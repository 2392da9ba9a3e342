"""A verdict opens the next step; a revised one withdraws and restores what it had opened."""

import csv
import io
from typing import Any

import pytest

from crowd.models import Verdict
from crowd.rules.claims import Nothing
from crowd.services import exports, progress
from tests import builders
from tests.builders import LEASE, MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db

EACH = {"step": "read", "question": "q", "each": True}
IS = {"step": "read", "question": "q", "is": "a"}
ANY = {"step": "read", "question": "q"}


def two_steps(condition: Any, *, first: Any = None, **more: Any) -> Drive:
    return builders.drive(
        builders.step(first or builders.choices(options=["a", "b", "c"])),
        builders.step(builders.text("said"), key="sum", opens_when=condition),
        **more,
    )


def agreed(drive: Drive, value: Any, *, about: int = 1) -> None:
    drive.say(value, about=about)
    drive.say(value, about=about)
    builders.settle()


def open_ones(drive: Drive, *, step: str = "sum") -> list[str]:
    return list(
        drive.microtasks(step=step).exclude(state="withdrawn").values_list("about", flat=True)
    )


def test_nothing_is_open_before_there_is_a_verdict() -> None:
    drive = two_steps(EACH)
    drive.say(["a"])
    builders.settle()
    assert open_ones(drive) == []


def test_each_option_of_the_verdict_opens_a_follow_up_about_it() -> None:
    drive = two_steps(EACH, excerpts=2)
    agreed(drive, ["a", "c"])
    assert open_ones(drive) == ["a", "c"]
    assert {each.excerpt.position for each in drive.microtasks(step="sum")} == {1}
    assert {(each.state, each.needs) for each in drive.microtasks(step="sum")} == {("open", 2)}


@pytest.mark.parametrize(
    ("condition", "value", "opened"),
    [(IS, ["a", "b"], [""]), (IS, ["b"], []), (ANY, ["b"], [""]), (ANY, [], []), (EACH, [], [])],
)
def test_the_condition_says_what_opens(condition: Any, value: Any, opened: list[str]) -> None:
    drive = two_steps(condition)
    agreed(drive, value)
    assert open_ones(drive) == opened


@pytest.mark.parametrize("value", [None, builders.CUT])
def test_what_nobody_can_tell_or_read_opens_nothing(value: Any) -> None:
    drive = two_steps(EACH)
    agreed(drive, value)
    assert open_ones(drive) == []


def test_a_contested_verdict_opens_nothing() -> None:
    drive = two_steps(IS, first=builders.choice(), at_most=3)
    for value in "abc":
        drive.say(value)
    builders.settle()
    assert drive.microtask().state == "contested"
    assert open_ones(drive) == []


def test_a_contested_verdict_still_opens_what_was_agreed_on() -> None:
    drive = builders.drive(
        builders.step(builders.choice("q"), builders.choice("other")),
        builders.step(builders.text("said"), key="sum", opens_when=IS),
        at_most=3,
    )
    for other in "abc":
        drive.say({"q": "a", "other": other})
    builders.settle()
    assert drive.microtask().state == "contested"
    assert open_ones(drive) == [""]


def test_settling_again_opens_nothing_twice() -> None:
    drive = two_steps(EACH)
    agreed(drive, ["a", "b"])
    drive.microtask().answers.update(counted_at=None)
    builders.settle()
    assert open_ones(drive) == ["a", "b"]


def revised(drive: Drive, first: Any, then: Any) -> None:
    """Two agree; three who hold a lease already outvote them."""
    late = [builders.lend(drive.microtask(), person) for person in builders.guests(3)]
    agreed(drive, first)
    for assignment in late:
        builders.submit(assignment, then, now=NOW + MINUTE)
    builders.settle()


def test_a_revised_verdict_withdraws_what_it_no_longer_calls_for() -> None:
    drive = two_steps(EACH, at_most=9)
    revised(drive, ["a", "b"], ["b", "c"])
    assert open_ones(drive) == ["b", "c"]
    assert drive.microtask(step="sum", about="a").state == "withdrawn"


def test_answers_to_a_withdrawn_follow_up_are_kept_and_read_when_it_is_restored() -> None:
    drive = two_steps(EACH, at_most=9)
    late = [builders.lend(drive.microtask(), person) for person in builders.guests(5)]
    agreed(drive, ["a"])
    follow_up = drive.microtask(step="sum", about="a")
    held = builders.lend(follow_up, builders.guest(), now=NOW + MINUTE)
    builders.say(follow_up, "x", by=builders.guest())
    for assignment in late[:3]:
        builders.submit(assignment, ["b"], now=NOW + MINUTE)
    builders.settle()
    assert open_ones(drive) == ["b"]
    builders.submit(held, "x", now=NOW + 2 * MINUTE)
    builders.settle()
    assert drive.verdict(step="sum", about="a") is None
    for assignment in late[3:]:
        builders.submit(assignment, ["a"], now=NOW + 3 * MINUTE)
    drive.say(["a"])
    builders.settle()
    builders.settle()
    assert open_ones(drive) == ["a"]
    verdict = drive.verdict(step="sum", about="a")
    assert verdict is not None
    assert verdict.values["said"]["value"] == "x"


def test_a_withdrawn_verdict_is_neither_shown_nor_counted_and_comes_back_unchanged() -> None:
    drive = two_steps(EACH, at_most=9)
    late = [builders.lend(drive.microtask(), person) for person in builders.guests(5)]
    agreed(drive, ["a"])
    for person in builders.guests(2):
        builders.say(drive.microtask(step="sum", about="a"), "x", by=person)
    builders.settle()
    assert _exported(drive, "sum.a.said") == "x"
    for assignment in late[:3]:
        builders.submit(assignment, ["b"], now=NOW + MINUTE)
    builders.settle()
    assert _exported(drive, "sum.a.said") == ""
    assert progress.recount(drive.campaign).total == 2
    for assignment in late[3:]:
        builders.submit(assignment, ["a"], now=NOW + 2 * MINUTE)
    drive.say(["a"])
    builders.settle()
    assert _exported(drive, "sum.a.said") == "x"
    verdicts = Verdict.objects.filter(step__key="sum")
    assert [(each.revision, each.is_current) for each in verdicts] == [(1, True)]


def _exported(drive: Drive, column: str) -> str:
    text = b"".join(exports.stream(campaign=drive.campaign, format="csv")).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    return row[column]


def test_a_withdrawn_follow_up_is_lent_to_nobody() -> None:
    drive = two_steps(EACH, at_most=9)
    revised(drive, ["a"], [])
    assert drive.claim(builders.guest()).reason is Nothing.COMPLETE


def three_steps() -> Drive:
    return builders.drive(
        builders.step(builders.choices()),
        builders.step(builders.choice("ok", options="yn"), key="sum", opens_when=EACH),
        builders.step(
            builders.text("why"),
            key="why",
            opens_when={"step": "sum", "question": "ok", "is": "n"},
        ),
        at_most=9,
    )


def test_follow_ups_of_follow_ups_do_not_undo_one_another() -> None:
    drive = three_steps()
    agreed(drive, ["a", "b"])
    for about, value in [("a", "n"), ("b", "y")]:
        for person in builders.guests(2):
            builders.say(drive.microtask(step="sum", about=about), value, by=person)
        builders.settle()
    # The verdict about "b" calls for nothing; the one about "a" still does.
    assert open_ones(drive, step="why") == [""]


def test_withdrawing_a_follow_up_withdraws_what_it_had_opened_and_restoring_restores_it() -> None:
    drive = three_steps()
    late = [builders.lend(drive.microtask(), person) for person in builders.guests(5)]
    agreed(drive, ["a"])
    for person in builders.guests(2):
        builders.say(drive.microtask(step="sum", about="a"), "n", by=person)
    builders.settle()
    assert open_ones(drive, step="why") == [""]
    for assignment in late[:3]:
        builders.submit(assignment, [], now=NOW + MINUTE)
    builders.settle()
    assert open_ones(drive, step="sum") == []
    assert open_ones(drive, step="why") == []
    for assignment in late[3:]:
        builders.submit(assignment, ["a"], now=NOW + MINUTE)
    drive.say(["a"], now=NOW + LEASE)
    builders.settle()
    builders.settle()
    assert drive.microtask(step="sum", about="a").state == "settled"
    assert open_ones(drive, step="why") == [""]
