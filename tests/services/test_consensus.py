"""The cross-check: one verdict from all answers, with proof and awards, or nothing at all."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from crowd.models import Answer, Award, Question, Verdict, VerdictAnswer
from crowd.models.campaigns import Game
from crowd.rules.consensus import RULE_VERSION
from crowd.services import consensus, points
from tests import builders
from tests.builders import CUT, LEASE, MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


def said(drive: Drive, *values: Any, about: int = 1) -> list[Answer]:
    """Several people answer, a minute apart."""
    return [
        drive.say(value, about=about, now=NOW + number * MINUTE)
        for number, value in enumerate(values)
    ]


def test_enough_who_agree_make_a_verdict_that_names_its_answers() -> None:
    drive = builders.drive()
    given = said(drive, "a", "b", "a")
    builders.settle(now=NOW + LEASE)
    verdict = drive.verdict()
    assert verdict is not None
    assert (verdict.outcome, verdict.revision, verdict.answers_count) == ("settled", 1, 3)
    assert (verdict.rule_version, verdict.made_at) == (RULE_VERSION, NOW + LEASE)
    assert verdict.values["q"] == {
        "value": "a",
        "outcome": "settled",
        "confidence": verdict.confidence,
        "support": 2,
        "answers": 3,
    }
    proof = {each.answer: each.agrees for each in verdict.proof.all()}
    assert proof == {given[0]: True, given[1]: False, given[2]: True}
    assert (drive.microtask().state, drive.microtask().needs) == ("settled", 0)


def test_what_has_been_read_is_not_read_again() -> None:
    drive = builders.drive()
    said(drive, "a", "a")
    assert builders.settle() == 1
    assert builders.settle() == 0
    assert set(Answer.objects.values_list("counted_at", flat=True)) == {NOW}


def test_too_few_answers_leave_it_open_with_what_it_still_needs() -> None:
    drive = builders.drive(agree=3)
    said(drive, "a")
    builders.settle()
    assert (drive.microtask().state, drive.microtask().needs) == ("open", 2)
    assert not Verdict.objects.exists()


def test_settling_twice_makes_one_verdict_and_one_award_each() -> None:
    drive = builders.drive()
    said(drive, "a", "a")
    for _ in range(3):
        consensus.settle(microtask_ids=[drive.microtask().pk], now=NOW)
        Answer.objects.update(counted_at=None)
    assert Verdict.objects.count() == 1
    assert VerdictAnswer.objects.count() == Award.objects.count() == 2


def test_answers_that_differ_too_much_are_contested_and_earn_nothing() -> None:
    drive = builders.drive(agree=2, at_most=3)
    said(drive, "a", "b", "c")
    builders.settle()
    verdict = drive.verdict()
    assert verdict is not None
    assert (verdict.outcome, verdict.values["q"]["value"]) == ("contested", None)
    assert not Award.objects.exists()


def test_a_bad_cut_is_set_aside_without_values() -> None:
    drive = builders.drive()
    said(drive, CUT, "a", CUT)
    builders.settle()
    verdict = drive.verdict()
    assert verdict is not None
    assert (verdict.outcome, verdict.values) == ("set_aside", {})
    assert drive.microtask().state == "set_aside"
    assert Award.objects.count() == 2  # who read on is not judged


def test_an_answer_in_hand_when_it_settled_revises_the_verdict() -> None:
    drive = builders.drive()
    late = builders.lend(drive.microtask(), builders.guest())
    said(drive, "a", "a")
    builders.settle()
    builders.submit(late, "a", now=NOW + MINUTE)
    builders.settle(now=NOW + 2 * MINUTE)
    verdicts = list(Verdict.objects.order_by("revision"))
    assert [each.is_current for each in verdicts] == [False, True]
    assert [each.answers_count for each in verdicts] == [2, 3]
    assert verdicts[1].confidence > verdicts[0].confidence


def test_answers_in_hand_that_make_a_tie_open_it_again_and_one_more_decides() -> None:
    drive = builders.drive(agree=2, at_most=7)
    late = [builders.lend(drive.microtask(), person) for person in builders.guests(2)]
    said(drive, "a", "a")
    builders.settle()
    for assignment in late:
        builders.submit(assignment, "b", now=NOW + MINUTE)
    builders.settle(now=NOW + 2 * MINUTE)
    assert (drive.microtask().state, drive.microtask().needs) == ("open", 1)
    assert drive.verdict() is None
    drive.say("b")
    builders.settle(now=NOW + 3 * MINUTE)
    verdict = drive.verdict()
    assert verdict is not None
    assert (verdict.revision, verdict.values["q"]["value"]) == (2, "b")


def test_a_revision_makes_totals_what_the_last_verdict_alone_would_give() -> None:
    def played(*, in_one_go: bool) -> list[Any]:
        drive = builders.drive(agree=2, at_most=7)
        people = builders.guests(5)
        late = [builders.lend(drive.microtask(), person) for person in people[2:4]]
        for person in people[:2]:
            drive.say("a", by=person)
        if not in_one_go:
            builders.settle()
        for assignment in late:
            builders.submit(assignment, "b", now=NOW + MINUTE)
        if not in_one_go:
            builders.settle()
        drive.say("b", by=people[4], now=NOW + 2 * MINUTE)
        builders.settle()
        return [builders.points(person) for person in people]

    assert played(in_one_go=False) == played(in_one_go=True)


def test_every_award_names_answer_and_verdict_and_adds_up() -> None:
    drive = builders.drive()
    said(drive, "a", "a", "b")
    builders.settle()
    assert Award.objects.count() == 3
    for award in Award.objects.select_related("answer", "verdict"):
        assert award.answer in award.verdict.answers.all()
        assert award.contributor == award.answer.contributor
        assert float(award.points) == pytest.approx(award.agreement - award.chance, abs=1e-6)


def test_points_count_by_the_weight_the_step_had_when_the_work_was_lent() -> None:
    drive = builders.drive()
    step = drive.step()
    step.weight = 3
    step.save()
    person = builders.guest()
    assignment = drive.claim(person).assignment
    assert assignment is not None
    step.weight = 1
    step.save()
    builders.submit(assignment, "a")
    drive.say("a")
    builders.settle()
    by_weight = {int(a.weight): a.points for a in Award.objects.all()}
    assert float(by_weight[3]) == pytest.approx(3 * float(by_weight[1]), abs=1e-5)


def test_a_campaign_without_game_gives_no_points() -> None:
    drive = builders.drive(game=Game.NONE)
    said(drive, "a", "a")
    builders.settle()
    assert drive.verdict() is not None
    assert not Award.objects.exists()


def test_a_summary_counts_what_was_confirmed_and_what_was_not() -> None:
    drive = builders.drive(excerpts=4, agree=2, at_most=3)
    me = builders.guest()
    for about, mine, others in [(1, "a", "aa"), (2, "b", "aa"), (3, "a", "bc"), (4, "a", "")]:
        drive.say(mine, by=me, about=about)
        said(drive, *others, about=about)
    builders.settle()
    summary = points.summary(contributor=me)
    assert (summary.confirmed, summary.not_confirmed) == (1, 1)
    assert (summary.contested, summary.waiting, summary.given) == (1, 1, 4)
    assert summary.raw == builders.points(me)
    assert summary.points == max(0, round(summary.raw * 10))


def test_points_shown_are_never_below_zero_although_the_sum_may_be() -> None:
    drive = builders.drive(excerpts=3)
    me = builders.guest()
    for about in (1, 2, 3):
        drive.say("b", by=me, about=about)
        said(drive, "a", "a", about=about)
    builders.settle()
    summary = points.summary(contributor=me)
    assert summary.raw < 0
    assert summary.points == 0


def test_a_whole_batch_is_settled_in_a_bounded_number_of_statements() -> None:
    def statements(excerpts: int) -> int:
        drive = builders.drive(excerpts=excerpts)
        for about in range(1, excerpts + 1):
            said(drive, "a", "a", about=about)
        connection.force_debug_cursor = True
        before = len(connection.queries_log)
        try:
            builders.settle()
            return len(connection.queries_log) - before
        finally:
            connection.force_debug_cursor = False

    assert statements(12) <= statements(3) + 1


# --- What goes wrong -----------------------------------------------------------------------------


@pytest.fixture
def failing_awards() -> Iterator[None]:
    """PostgreSQL refuses awards about micro-tasks whose first answer says "c"."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF EXISTS (SELECT 1 FROM crowd_answer
                           WHERE id = NEW.answer_id AND "values" @> '{"q": "c"}')
                THEN RAISE EXCEPTION 'refused'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refusing BEFORE INSERT ON crowd_award
                FOR EACH ROW EXECUTE FUNCTION refuse();
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION refuse CASCADE")


@pytest.mark.usefixtures("failing_awards")
def test_a_crash_in_the_middle_of_settling_leaves_nothing_half_done() -> None:
    drive = builders.drive()
    said(drive, "c", "c")
    with pytest.raises(Exception, match="refused"):
        consensus.settle(microtask_ids=[drive.microtask().pk], now=NOW)
    assert (drive.microtask().state, drive.microtask().needs) == ("open", 2)
    assert not Verdict.objects.exists()
    assert not VerdictAnswer.objects.exists()
    assert Answer.objects.waiting().count() == 2


@pytest.mark.usefixtures("failing_awards")
def test_one_poisonous_micro_task_does_not_stop_the_batch(caplog: Any) -> None:
    drive = builders.drive(excerpts=4)
    for about in (1, 2, 3, 4):
        said(drive, *("cc" if about == 2 else "aa"), about=about)
    with caplog.at_level(logging.ERROR):
        consensus.settle_waiting(now=NOW)
    assert [each.state for each in drive.microtasks()] == ["settled", "open", "settled", "settled"]
    assert f"Micro-task {drive.microtask(2).pk} can't be cross-checked" in caplog.text
    assert Answer.objects.waiting().count() == 2


@pytest.mark.usefixtures("failing_awards")
def test_a_whole_batch_of_poison_does_not_hold_up_what_waits_behind(monkeypatch: Any) -> None:
    monkeypatch.setattr(consensus, "BATCH", 2)
    drive = builders.drive(excerpts=5)
    for about in (1, 2, 3):
        said(drive, "c", "c", about=about)
    for about in (4, 5):
        drive.say("a", about=about, now=NOW + LEASE)
        drive.say("a", about=about, now=NOW + LEASE)
    failed: set[int] = set()
    while consensus.settle_waiting(now=NOW, failed=failed):
        pass
    assert [each.state for each in drive.microtasks()] == ["open"] * 3 + ["settled"] * 2
    assert failed == {drive.microtask(about).pk for about in (1, 2, 3)}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_settle_each_micro_task_once() -> None:
    drive = builders.drive(excerpts=12)
    for about in range(1, 13):
        said(drive, "a", "a", about=about)
    looked_at = at_once(*[builders.settle] * 4)
    assert all(isinstance(each, int) for each in looked_at), looked_at
    builders.settle()
    assert Verdict.objects.count() == drive.microtasks().filter(state="settled").count() == 12
    assert Award.objects.count() == 24


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_while_its_micro_task_is_settled_is_read_in_the_next_run() -> None:
    drive = builders.drive(excerpts=8, agree=2, at_most=5)
    for about in range(1, 9):
        said(drive, "a", "a", about=about)
        late = builders.lend(drive.microtask(about), builders.guest())
        results = at_once(builders.settle, lambda a=late: builders.submit(a, "a"))
        assert not [each for each in results if isinstance(each, Exception)], results
    builders.settle()
    assert not Answer.objects.waiting().exists()
    for about in range(1, 9):
        verdict = drive.verdict(about)
        assert verdict is not None
        assert verdict.answers_count == 3


def test_every_question_of_a_step_is_in_its_verdict() -> None:
    drive = builders.drive(
        builders.step(
            builders.choice("one"),
            builders.choices("two"),
            builders.text("three"),
            builders.number("four", required=False),
        )
    )
    values = {"one": "a", "two": ["a", "b"], "three": "Été", "four": "1 234,50"}
    said(drive, values, values, {**values, "three": "ete", "four": 1234.5})
    builders.settle()
    verdict = drive.verdict()
    assert verdict is not None
    assert {key: each["value"] for key, each in verdict.values.items()} == {
        "one": "a",
        "two": ["a", "b"],
        "three": "Été",
        "four": 1234.5,
    }


def test_a_step_whose_questions_are_gone_does_not_stop_the_cross_check() -> None:
    drive = builders.drive()
    said(drive, "a", "a")
    Question.objects.all().delete()
    builders.settle()
    assert drive.microtask().state == "settled"
