"""Who has answered may say something else, until their micro-task is settled."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from crowd.models import Answer, Assignment
from crowd.models.answers import SetAside
from crowd.rules.problems import Problem
from crowd.services import answers, assignments, consensus, corrections, history, veils
from crowd.services.answers import Outcome, Receipt
from tests import builders
from tests.builders import MINUTE, NOW


def correct(answer: Answer, value: str, *, answer_id: uuid.UUID | None = None) -> Receipt:
    held = assignments.open_for(contributor=answer.contributor, assignment_id=answer.assignment_id)
    return corrections.correct(
        assignment=held,
        answer_id=answer_id or uuid.uuid4(),
        values={"q": value},
        badly_cut=False,
        now=NOW + MINUTE,
    )


def settle() -> None:
    while consensus.settle_waiting(now=NOW + MINUTE):
        pass


@pytest.mark.django_db
def test_a_correction_counts_and_what_it_replaces_is_kept() -> None:
    drive = builders.drive()
    said = drive.say("a")
    settle()
    again = correct(said, "b")
    assert again.outcome is Outcome.ACCEPTED
    said.refresh_from_db()
    assert said.set_aside_reason == SetAside.CORRECTED
    assert said.values == {"q": "a"}
    drive.say("b")
    settle()
    assert drive.microtask().state == "settled"
    verdict = drive.verdict()
    assert verdict is not None
    assert verdict.values["q"]["value"] == "b"
    assert verdict.answers_count == 2
    assert [item.answer.pk for item in history.of(contributor=said.contributor)] == [
        again.answer.pk
    ]


@pytest.mark.django_db
def test_a_correction_asks_nobody_more_than_are_needed() -> None:
    drive = builders.drive(agree=2, at_most=2)
    said = drive.say("a")
    settle()
    correct(said, "b")
    settle()
    assert drive.microtask().needs == 1
    assert drive.claim(builders.guest()).assignment is not None
    assert drive.claim(builders.guest()).assignment is None


@pytest.mark.django_db
def test_sent_again_it_is_recognised_and_a_second_correction_replaces_the_first() -> None:
    drive = builders.drive()
    said, name = drive.say("a"), uuid.uuid4()
    first = correct(said, "b", answer_id=name)
    second = correct(said, "c")
    again = correct(said, "b", answer_id=name)
    assert again.outcome is Outcome.REPEATED
    assert again.answer.pk == first.answer.pk
    assert Answer.objects.counting().get().pk == second.answer.pk
    held = Assignment.objects.get(pk=said.assignment_id)
    resent = builders.submit(
        assignments.open_for(contributor=said.contributor, assignment_id=held.pk), "a"
    )
    assert resent.outcome is Outcome.REPEATED
    assert resent.answer.pk == second.answer.pk


@pytest.mark.django_db
def test_others_keep_their_answers_and_what_is_settled_stays() -> None:
    drive = builders.drive()
    mine, theirs = drive.say("a"), drive.say("a")
    settle()
    with pytest.raises(Problem, match="answer_settled"):
        correct(mine, "b")
    assert Answer.objects.counting().count() == 2
    assert {each.pk for each in Answer.objects.counting()} == {mine.pk, theirs.pk}
    assert not any(item.may_correct for item in history.of(contributor=mine.contributor))


@pytest.mark.django_db
def test_what_fits_no_question_is_refused_and_nothing_changes() -> None:
    said = builders.drive().say("a")
    with pytest.raises(answers.InvalidAnswer):
        correct(said, "no such option")
    assert Answer.objects.get().set_aside_at is None


@pytest.mark.django_db
def test_a_veil_is_not_told_by_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veils, "_falls_on", lambda microtask: True)
    drive = builders.drive()
    mine = drive.say("a")
    drive.say("a")
    settle()
    assert drive.microtask().veiled
    assert history.of(contributor=mine.contributor)[0].may_correct
    assert correct(mine, "b").outcome is Outcome.ACCEPTED


@pytest.mark.django_db
def test_who_is_held_out_stays_so() -> None:
    said = builders.drive().say("a")
    Answer.objects.update(set_aside_at=NOW, set_aside_reason=SetAside.HELD, counted_at=NOW)
    made = correct(said, "b").answer
    assert made.set_aside_reason == SetAside.HELD


@pytest.mark.django_db(transaction=True)
def test_corrections_race_the_cross_check_and_each_ends_on_one_side(settings: Any) -> None:
    settings.TAMIS_VEILED_SHARE = 0.0
    drive = builders.drive(excerpts=20)
    mine = [drive.say("a", about=number) for number in range(1, 21)]
    for number in range(1, 21):
        drive.say("a", about=number)
    refused: list[uuid.UUID] = []
    together = threading.Barrier(2)

    def correct_all() -> None:
        together.wait()
        for said in mine:
            try:
                correct(said, "b")
            except Problem:
                refused.append(said.pk)
        connection.close()

    def settle_all() -> None:
        together.wait()
        settle()
        connection.close()

    workers = [threading.Thread(target=each) for each in (correct_all, settle_all)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    settle()
    for number, said in enumerate(mine, 1):
        said.refresh_from_db()
        microtask = drive.microtask(number)
        counting = Answer.objects.counting().filter(microtask=microtask)
        assert counting.count() == 2
        kept = said.pk in refused
        assert (said.set_aside_reason == "") is kept
        assert microtask.state == ("settled" if kept else "open")
    assert not Answer.objects.waiting().exists()
