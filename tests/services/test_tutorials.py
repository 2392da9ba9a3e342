"""A tutorial teaches on known answers, and leaves no trace."""

from typing import Any

import pytest

from crowd.models import Answer, Assignment, Award
from crowd.rules.problems import Problem
from crowd.services import outlines, tutorials, veils
from crowd.services.answers import InvalidAnswer
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    outlines.forget()


def test_lessons_come_in_their_order_and_can_be_moved_and_removed() -> None:
    drive = builders.drive(excerpts=3)
    made = [
        tutorials.add(microtask=drive.microtask(n), values={"q": "a"}, note=f"{n}", now=NOW)
        for n in (1, 2, 3)
    ]
    tutorials.move(lesson=made[2], position=1)
    assert [each.note for each in tutorials.lessons(campaign=drive.campaign)] == ["3", "1", "2"]
    tutorials.remove(lesson=made[0])
    assert [each.note for each in tutorials.lessons(campaign=drive.campaign)] == ["3", "2"]


def test_what_is_said_is_compared_and_forgotten() -> None:
    drive = builders.drive(builders.step(builders.text("q"), builders.choice("r")))
    lesson = tutorials.add(
        microtask=drive.microtask(), values={"q": "Régie des Tilleuls", "r": "a"}, now=NOW
    )
    (shown,) = tutorials.lessons(campaign=drive.campaign)
    assert shown.pk == lesson.pk
    feedback = tutorials.compare(lesson=shown, values={"q": "regie des tilleuls", "r": "b"})
    assert [each.agrees for each in feedback.said] == [True, False]
    assert not feedback.right
    with pytest.raises(InvalidAnswer):
        tutorials.compare(lesson=shown, values={"q": "x"})
    assert not Answer.objects.exists()
    assert not Assignment.objects.exists()
    assert not Award.objects.exists()


def test_a_lesson_is_asked_of_nobody_and_never_veiled(settings: Any) -> None:
    settings.TAMIS_VEILED_SHARE = 1.0
    drive = builders.drive()
    tutorials.add(microtask=drive.microtask(), values={"q": "a"}, now=NOW)
    assert drive.microtask().state == "settled"
    assert not drive.microtask().veiled
    assert drive.claim(builders.guest()).assignment is None


def test_what_measures_is_not_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veils, "_falls_on", lambda microtask: True)
    drive = builders.drive(agree=1)
    drive.say("a")
    builders.settle()
    with pytest.raises(Problem, match="lesson_veiled"):
        tutorials.add(microtask=drive.microtask(), values={"q": "a"}, now=NOW)


def test_it_is_for_newcomers_of_this_campaign() -> None:
    drive = builders.drive(excerpts=2)
    person = builders.guest()
    assert not tutorials.is_for(contributor=person, campaign=drive.campaign)
    tutorials.add(microtask=drive.microtask(), values={"q": "a"}, now=NOW)
    assert tutorials.is_for(contributor=None, campaign=drive.campaign)
    assert tutorials.is_for(contributor=person, campaign=drive.campaign)
    drive.claim(person)
    assert not tutorials.is_for(contributor=person, campaign=drive.campaign)
