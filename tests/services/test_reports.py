"""A report of personal data is believed at once, within bounds, and reviewed."""

import pytest

from crowd.models import Excerpt, MicroTask, Report
from crowd.rules.problems import Problem
from crowd.services import contributors, hiding, reports
from tests import builders
from tests.builders import MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=12, agree=2)


def report(drive: Drive, position: int, person=None, **more) -> Report:
    excerpt = Excerpt.objects.get(campaign=drive.campaign, position=position)
    someone = person or builders.guest()
    return reports.personal_data(excerpt=excerpt, contributor=someone, now=NOW, **more)


def hidden(drive: Drive) -> list[int]:
    found = Excerpt.objects.filter(campaign=drive.campaign).exclude(hidden_at=None)
    return sorted(found.values_list("position", flat=True))


def test_an_excerpt_that_is_reported_leaves_play_at_once(drive: Drive) -> None:
    assert report(drive, 1, note="a phone number").hides
    assert hidden(drive) == [1]
    assert drive.microtask(1).state == "withdrawn"
    assert drive.claim(builders.guest()).assignment.microtask == drive.microtask(2)


def test_reported_twice_by_one_person_it_is_one_report(drive: Drive) -> None:
    person = builders.guest()
    assert report(drive, 1, person) == report(drive, 1, person)
    assert Report.objects.count() == 1


def test_one_persons_unreviewed_reports_hide_at_most_three(drive: Drive) -> None:
    person = builders.account("a@example.org")
    assert [report(drive, number, person).hides for number in (1, 2, 3, 4)] == [
        True,
        True,
        True,
        False,
    ]
    assert hidden(drive) == [1, 2, 3]
    assert [each.excerpt.position for each in reports.waiting(campaign=drive.campaign)] == [
        1,
        2,
        3,
        4,
    ]


def test_the_guest_one_was_counts_as_the_same_person(drive: Drive) -> None:
    guest = builders.guest()
    for number in (1, 2, 3):
        report(drive, number, guest)
    account = builders.account("b@example.org")
    contributors.sign_in(user=account.user, guest=guest, language="fr", now=NOW)
    assert not report(drive, 4, account).hides


def test_all_guests_together_hide_a_few_of_a_small_campaign(drive: Drive) -> None:
    assert [report(drive, number).hides for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert report(drive, 5, builders.account("c@example.org")).hides


def test_all_guests_together_hide_one_in_a_hundred_of_a_large_one() -> None:
    large = builders.drive(excerpts=500)
    assert sum(report(large, number).hides for number in range(1, 12)) == 5


def test_guests_who_report_at_the_same_moment_share_the_bound(transactional_db: None) -> None:
    drive = builders.drive(excerpts=12)
    people = builders.guests(8)

    def one(number: int) -> bool:
        return report(drive, number + 1, people[number]).hides

    assert sum(at_once(*[lambda number=number: one(number) for number in range(8)])) == 3
    assert len(hidden(drive)) == 3


def test_a_review_makes_room_for_further_reports(drive: Drive) -> None:
    person = builders.account("d@example.org")
    first, *_ = [report(drive, number, person) for number in (1, 2, 3)]
    reports.uphold(report=first, by=None, now=NOW + MINUTE)
    assert report(drive, 4, person).hides
    assert hidden(drive) == [1, 2, 3, 4]


def test_dismissing_restores_the_excerpt_and_what_was_known_of_it(drive: Drive) -> None:
    for _ in range(2):
        drive.say("a")
    builders.settle()
    assert drive.microtask(1).state == "settled"
    made = [report(drive, 1), report(drive, 1)]
    assert not drive.microtask(1).verdicts.public().exists()
    reports.dismiss(report=made[1], by=None, now=NOW + MINUTE)
    assert hidden(drive) == []
    assert drive.claim(builders.guest()).assignment.microtask != drive.microtask(1)
    builders.settle()
    assert drive.microtask(1).state == "settled"
    assert drive.microtask(1).verdicts.public().count() == 1
    assert {each.state for each in Report.objects.all()} == {"dismissed"}


def test_what_was_found_harmless_is_not_hidden_again_unseen(drive: Drive) -> None:
    reports.dismiss(report=report(drive, 1), by=None, now=NOW)
    assert not report(drive, 1).hides
    assert hidden(drive) == []
    assert reports.waiting(campaign=drive.campaign).count() == 1


def test_upheld_it_stays_hidden_whatever_else_happens(drive: Drive) -> None:
    made = report(drive, 1)
    reports.uphold(report=made, by=None, now=NOW)
    hiding.restore(excerpt=made.excerpt)
    assert hidden(drive) == [1]
    assert not reports.waiting(campaign=drive.campaign).exists()
    reports.dismiss(report=made, by=None, now=NOW)  # a mistake can be taken back
    assert hidden(drive) == []


def test_the_page_that_shows_the_same_is_hidden_too(drive: Drive) -> None:
    page, cut = Excerpt.objects.filter(campaign=drive.campaign, position__in=[1, 2])
    Excerpt.objects.filter(pk=cut.pk).update(within=page)
    made = report(drive, 2)
    assert hidden(drive) == [1, 2]
    reports.dismiss(report=made, by=None, now=NOW)
    assert hidden(drive) == []
    assert not MicroTask.objects.filter(state="withdrawn").exists()


def test_only_what_one_sees_or_holds_can_be_reported(drive: Drive) -> None:
    excerpt, holder = drive.excerpts[0], builders.guest()
    builders.lend(drive.microtask(1), holder)
    assert reports.may_report(excerpt=excerpt, contributor=builders.guest())
    report(drive, 1)
    excerpt.refresh_from_db()
    assert reports.may_report(excerpt=excerpt, contributor=holder)
    assert not reports.may_report(excerpt=excerpt, contributor=builders.guest())


def test_a_note_has_bounds(drive: Drive) -> None:
    with pytest.raises(Problem, match="note_too_long"):
        report(drive, 1, note="x" * 1001)
    assert report(drive, 1, note=" a\x00b ").note == "ab"
