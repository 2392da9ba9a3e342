"""DESIGN, rule 1: exactly once. No retry, double click or race loses or doubles an answer."""

import uuid
from typing import Any

import pytest

from crowd.models import Answer, Assignment, MicroTask, Question
from crowd.rules.lifecycle import CampaignState
from crowd.rules.problems import Problem
from crowd.services import assignments, campaigns, leases, outlines
from crowd.services.answers import InvalidAnswer, Outcome, Receipt
from tests import builders
from tests.builders import LEASE, MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive() -> Drive:
    return builders.drive(excerpts=3)


def test_an_answer_is_there_with_its_values_and_waits_for_the_cross_check(drive: Drive) -> None:
    person = builders.guest()
    assignment = builders.lend(drive.microtask(), person)
    receipt = builders.submit(assignment, "a")
    assert receipt.outcome is Outcome.ACCEPTED
    answer = Answer.objects.get()
    assert (answer.values, answer.badly_cut, answer.given_at) == ({"q": "a"}, False, NOW)
    assert (answer.contributor, answer.assignment) == (person, assignment)
    assert (answer.counted_at, answer.set_aside_at) == (None, None)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.closed_at) == ("answered", NOW)


def test_the_same_answer_sent_again_is_recognised(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    answer_id = uuid.uuid4()
    first = builders.submit(assignment, "a", answer_id=answer_id)
    again = builders.submit(assignment, "a", answer_id=answer_id, now=NOW + LEASE * 5)
    assert (first.outcome, again.outcome) == (Outcome.ACCEPTED, Outcome.REPEATED)
    assert again.answer == first.answer
    assert Answer.objects.get().given_at == NOW


def test_a_second_answer_to_one_assignment_changes_nothing(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    first = builders.submit(assignment, "a")
    again = builders.submit(assignment, "b")
    assert again.outcome is Outcome.REPEATED
    assert again.answer == first.answer
    assert Answer.objects.get().values == {"q": "a"}


def test_an_answer_sent_again_after_the_verdict_is_still_the_same(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    answer_id = uuid.uuid4()
    builders.submit(assignment, "a", answer_id=answer_id)
    drive.say("a")
    builders.settle()
    again = builders.submit(assignment, "a", answer_id=answer_id)
    assert again.outcome is Outcome.REPEATED
    assert Answer.objects.count() == 2
    assert builders.settle() == 0


def test_an_answer_sent_again_is_recognised_although_the_questions_were_changed(
    drive: Drive,
) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    answer_id = uuid.uuid4()
    first = builders.submit(assignment, "a", answer_id=answer_id)
    Question.objects.update(options=[{"value": "z", "label": "z"}])
    outlines.forget()
    held = assignment.contributor
    again = assignments.to_answer(contributor=held, assignment_id=assignment.pk)
    receipt = builders.submit(again, "a", answer_id=answer_id)
    assert (receipt.outcome, receipt.answer) == (Outcome.REPEATED, first.answer)


def test_an_id_already_used_for_another_assignment_is_refused(drive: Drive) -> None:
    person, answer_id = builders.guest(), uuid.uuid4()
    builders.submit(builders.lend(drive.microtask(1), person), "a", answer_id=answer_id)
    other = builders.lend(drive.microtask(2), person)
    with pytest.raises(InvalidAnswer) as refused:
        builders.submit(other, "b", answer_id=answer_id)
    assert refused.value.problems == {"": Problem("answer_id_taken")}
    other.refresh_from_db()
    assert other.state == "lent"
    assert Answer.objects.get().values == {"q": "a"}
    assert builders.submit(other, "b").outcome is Outcome.ACCEPTED


def test_values_that_do_not_fit_are_named_and_the_assignment_stays_open(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    with pytest.raises(InvalidAnswer) as refused:
        builders.submit(assignment, {"q": "z", "r": "a"})
    assert {key: each.code for key, each in refused.value.problems.items()} == {
        "q": "option_unknown",
        "r": "question_unknown",
    }
    assert not Answer.objects.exists()
    assert builders.submit(assignment, "a").outcome is Outcome.ACCEPTED


def test_who_finds_an_excerpt_badly_cut_need_not_answer_its_questions(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    receipt = builders.submit(assignment, {"q": "nonsense"}, badly_cut=True)
    assert (receipt.answer.badly_cut, receipt.answer.values) == (True, {})


def test_a_text_postgresql_can_not_hold_is_kept_without_what_it_can_not() -> None:
    drive = builders.drive(builders.step(builders.text()))
    answer = drive.say("a\x00b\ud800c")
    answer.refresh_from_db()
    assert answer.values == {"q": "ab?c"}


def test_an_answer_after_the_lease_counts_while_it_is_needed(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    receipt = builders.submit(assignment, "a", now=NOW + LEASE)
    assert receipt.outcome is Outcome.ACCEPTED
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "settled"


def test_an_answer_after_the_lease_was_taken_back_counts_while_it_is_needed(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    leases.expire_due(now=NOW + LEASE)
    assert builders.submit(assignment, "a", now=NOW + 2 * LEASE).outcome is Outcome.ACCEPTED
    assert Assignment.objects.get().state == "answered"


def test_an_answer_whose_place_was_lent_to_others_is_kept_and_set_aside(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    leases.expire_due(now=NOW + LEASE)
    for person in builders.guests(2):
        builders.lend(drive.microtask(), person, now=NOW + LEASE)
    receipt = builders.submit(assignment, "a", now=NOW + LEASE + MINUTE)
    assert receipt.outcome is Outcome.LATE
    answer = Answer.objects.get()
    assert (answer.set_aside_reason, answer.values) == ("late", {"q": "a"})
    assert answer.set_aside_at == answer.counted_at == NOW + LEASE + MINUTE
    assert builders.settle() == 0


def test_an_answer_after_the_verdict_is_kept_and_changes_nothing(drive: Drive) -> None:
    late = builders.lend(drive.microtask(), builders.guest())
    drive.say("a")
    drive.say("a")
    builders.settle()
    before = drive.verdict()
    assert builders.submit(late, "b", now=NOW + LEASE).outcome is Outcome.LATE
    builders.settle()
    assert drive.verdict() == before
    assert Answer.objects.count() == 3


def test_a_late_answer_sent_again_is_kept_once(drive: Drive) -> None:
    late = builders.lend(drive.microtask(), builders.guest())
    drive.say("a")
    drive.say("a")
    builders.settle()
    answer_id = uuid.uuid4()
    first = builders.submit(late, "b", answer_id=answer_id, now=NOW + LEASE)
    again = builders.submit(late, "b", answer_id=answer_id, now=NOW + LEASE)
    other = builders.submit(late, "c", now=NOW + LEASE)
    assert [first.outcome, again.outcome, other.outcome] == [
        Outcome.LATE,
        Outcome.REPEATED,
        Outcome.REPEATED,
    ]
    assert Answer.objects.filter(assignment=late).count() == 1


def test_who_passed_a_micro_task_over_may_answer_it_after_all(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    leases.skip(assignment=assignment, now=NOW)
    assert builders.submit(assignment, "a").outcome is Outcome.ACCEPTED


def test_who_passed_it_over_is_thanked_when_it_is_no_longer_needed(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    leases.skip(assignment=assignment, now=NOW)
    drive.say("a")
    drive.say("a")
    assert builders.submit(assignment, "a").outcome is Outcome.LATE


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.CLOSED])
def test_an_answer_in_hand_when_the_campaign_stops_is_not_lost(
    drive: Drive, state: CampaignState
) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    campaigns.move(campaign=drive.campaign, state=state, now=NOW)
    assert builders.submit(assignment, "a", now=NOW + MINUTE).outcome is Outcome.ACCEPTED
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "settled"


def test_a_lease_that_ran_out_on_a_withdrawn_micro_task_takes_only_late_answers(
    drive: Drive,
) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    MicroTask.objects.update(state="withdrawn", needs=0)
    assert builders.submit(assignment, "a", now=NOW + LEASE).outcome is Outcome.LATE


# --- At the same moment --------------------------------------------------------------------------


def outcomes(results: list[Any]) -> list[Outcome]:
    assert all(isinstance(each, Receipt) for each in results), results
    return sorted((each.outcome for each in results), key=lambda each: each.value)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_answer(drive: Drive) -> None:
    for position in (1, 2, 3):
        assignment = builders.lend(drive.microtask(position), builders.guest())
        answer_id = uuid.uuid4()
        results = at_once(
            *[lambda a=assignment, i=answer_id: builders.submit(a, "a", answer_id=i)] * 4
        )
        assert outcomes(results) == [Outcome.ACCEPTED] + [Outcome.REPEATED] * 3
    assert Answer.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_answer_differently_give_one_answer(drive: Drive) -> None:
    assignment = builders.lend(drive.microtask(), builders.guest())
    results = at_once(
        lambda: builders.submit(assignment, "a"), lambda: builders.submit(assignment, "b")
    )
    assert outcomes(results) == [Outcome.ACCEPTED, Outcome.REPEATED]
    assert Answer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_id_for_two_assignments_at_once_is_taken_by_one(drive: Drive) -> None:
    person, answer_id = builders.guest(), uuid.uuid4()
    lent = [builders.lend(drive.microtask(position), person) for position in (1, 2)]
    results = at_once(
        *[lambda a=each: builders.submit(a, "a", answer_id=answer_id) for each in lent]
    )
    assert sorted(type(each).__name__ for each in results) == ["InvalidAnswer", "Receipt"]
    assert Answer.objects.count() == 1
    assert sorted(Assignment.objects.values_list("state", flat=True)) == ["answered", "lent"]


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_end_of_its_lease_at_once_leave_one_answer(drive: Drive) -> None:
    for position in (1, 2, 3):
        assignment = builders.lend(drive.microtask(position), builders.guest())
        moment = NOW + LEASE
        results = at_once(
            lambda a=assignment, m=moment: builders.submit(a, "a", now=m),
            lambda m=moment: leases.expire_due(now=m),
        )
        assert isinstance(results[0], Receipt), results
        assert results[0].outcome is Outcome.ACCEPTED
    assert set(Assignment.objects.values_list("state", flat=True)) == {"answered"}
    assert Answer.objects.counting().count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once_to_a_late_answer_or_to_a_newcomer() -> None:
    drive = builders.drive(agree=1, at_most=1, excerpts=1)
    for _ in range(6):
        drive.campaign.refresh_from_db()
        late = builders.lend(drive.microtask(), builders.guest())
        leases.expire_due(now=NOW + LEASE)
        newcomer = builders.guest()
        moment = NOW + LEASE + MINUTE
        submitted, claimed = at_once(
            lambda a=late, m=moment: builders.submit(a, "a", now=m),
            lambda p=newcomer, m=moment: drive.claim(p, now=m),
        )
        lent = claimed.assignment is not None
        assert (submitted.outcome is Outcome.LATE) is lent, (submitted, claimed)
        Answer.objects.all().delete()
        Assignment.objects.all().delete()
