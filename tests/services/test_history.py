"""What one person has said, newest first, with what became of it."""

import pytest

from crowd.services import contributors, history, points
from tests import builders
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=5)


def test_answers_come_newest_first_with_verdict_and_points(drive: Drive) -> None:
    me = builders.guest()
    first = drive.say("a", by=me, about=1)
    second = drive.say("a", by=me, about=2, now=NOW + MINUTE)
    drive.say("a", about=1)
    builders.settle()
    waiting, done = history.of(contributor=me)
    assert [waiting.answer, done.answer] == [second, first]
    assert (waiting.verdict, waiting.agrees, waiting.points) == (None, None, None)
    assert done.verdict == drive.verdict(1)
    assert (done.agrees, done.points) == (True, builders.points(me))


def test_points_of_a_revised_answer_are_the_sum_of_its_rows(drive: Drive) -> None:
    me = builders.guest()
    late = [builders.lend(drive.microtask(1), person) for person in builders.guests(3)]
    drive.say("a", by=me, about=1)
    drive.say("a", about=1)
    builders.settle()
    for assignment in late:
        builders.submit(assignment, "b", now=NOW + MINUTE)
    builders.settle()
    (item,) = history.of(contributor=me)
    assert item.agrees is False
    assert len(item.awards) == 2
    assert item.points == builders.points(me) == points.summary(contributor=me).raw < 0


def test_pages_follow_one_another_even_through_one_instant(drive: Drive) -> None:
    me = builders.guest()
    for about in range(1, 6):
        drive.say("a", by=me, about=about)  # all at the same moment
    seen, before = [], None
    while page := history.of(contributor=me, limit=2, before=before):
        seen += [item.answer.pk for item in page]
        before = page[-1].answer.pk
    assert len(seen) == len(set(seen)) == 5


def test_a_strange_place_to_begin_begins_anew(drive: Drive) -> None:
    me = builders.guest()
    drive.say("a", by=me)
    for before in ("x", "", str(drive.say("a").pk)):
        assert len(history.of(contributor=me, before=before)) == 1


def test_one_campaign_and_one_person_at_a_time(drive: Drive) -> None:
    other, me = builders.drive(), builders.guest()
    drive.say("a", by=me)
    other.say("a", by=me)
    drive.say("a")
    assert len(history.of(contributor=me)) == 2
    (item,) = history.of(contributor=me, campaign=other.campaign)
    assert item.answer.microtask.campaign == other.campaign


def test_an_account_sees_what_it_said_as_a_guest(drive: Drive) -> None:
    own, guest = builders.account(), builders.guest()
    drive.say("a", by=guest)
    contributors.sign_in(user=own.user, guest=guest, language="fr", now=NOW)
    assert len(history.of(contributor=own)) == 1


def test_a_page_takes_a_bounded_number_of_statements(
    drive: Drive, django_assert_max_num_queries
) -> None:
    me = builders.guest()
    for about in range(1, 6):
        drive.say("a", by=me, about=about)
        drive.say("a", about=about)
    builders.settle()
    with django_assert_max_num_queries(6):
        items = history.of(contributor=me)
        assert all(item.verdict and item.answer.microtask.step.title for item in items)
