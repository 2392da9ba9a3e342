"""Thirty volunteers at once on twenty micro-tasks, until nothing is left to do."""

import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from crowd import valkey
from crowd.models import Answer, Assignment, Award, Contributor, Verdict
from crowd.rules.claims import Nothing
from crowd.rules.consensus import Vote, decide
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import consensus, contributors, leases, queues
from crowd.services.answers import Outcome, Receipt
from tests import builders
from tests.builders import Drive

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

LONGEST = 90  # seconds, on a slow machine


@dataclass
class Crowd:
    """What the volunteers did, in threads that give their connections back as requests do."""

    drive: Drive
    receipts: list[Receipt] = field(default_factory=list)
    wrong: list[BaseException] = field(default_factory=list)
    last: list[Nothing | None] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def play(self, person: Contributor, seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not self.is_over.is_set() and self._turn(person, chance):
                pass
        except BaseException as wrong:
            self.wrong.append(wrong)
            self.is_over.set()
        finally:
            connection.close()

    def _turn(self, person: Contributor, chance: random.Random) -> bool:
        claim = _as_request(lambda: self.drive.claim(person, now=timezone.now()))
        if claim.assignment is None:
            if claim.reason in {Nothing.COMPLETE, Nothing.ALL_YOURS}:
                self.last.append(claim.reason)
                return False
            time.sleep(0.02)
            return True
        _as_request(lambda: self._do(claim.assignment, chance))
        return True

    def _do(self, held: Assignment, chance: random.Random) -> None:
        what = chance.random()
        if what < 0.06:
            leases.skip(assignment=held, now=timezone.now())
        elif what < 0.12:
            leases.give_back(assignment=held, now=timezone.now())
        else:
            value = "a" if chance.random() < 0.8 else chance.choice("bc")
            answer_id = uuid.uuid4()
            for _ in range(2 if what < 0.3 else 1):  # some requests are repeated
                receipt = builders.submit(held, value, answer_id=answer_id, now=timezone.now())
                self.receipts.append(receipt)


def _as_request(call: Callable[[], Any]) -> Any:
    try:
        return call()
    finally:
        connection.close()


@contextmanager
def worker(crowd: Crowd, *, flushes: bool) -> Iterator[None]:
    """What Celery does meanwhile; and Valkey loses its memory now and then."""

    def run() -> None:
        chance = random.Random(1)
        try:
            while not crowd.is_over.is_set():
                consensus.settle_waiting(now=timezone.now())
                assert not _with_two_leases().exists()
                if flushes and chance.random() < 0.2:
                    valkey.client().flushdb()
                if chance.random() < 0.2:
                    _ignoring_valkey(queues.refill_all)
                time.sleep(0.02)
        except BaseException as wrong:
            crowd.wrong.append(wrong)
            crowd.is_over.set()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        crowd.is_over.set()
        thread.join()


def _with_two_leases() -> Any:
    lent = Assignment.objects.lent().values("contributor").annotate(held=Count("pk"))
    return lent.filter(held__gt=1)


def _ignoring_valkey(call: Callable[[], Any]) -> None:
    try:
        call()
    except valkey.Unreachable:
        pass


def played(
    people: list[Contributor],
    drive: Drive,
    *,
    tabs: int,
    flushes: bool,
    beside: Callable[[Crowd], None] | None = None,
) -> Crowd:
    """Everyone plays until told that nothing is left for them.

    Args:
        beside: what happens in a thread of its own meanwhile.
    """
    crowd = Crowd(drive=drive)
    with worker(crowd, flushes=flushes):
        threads = [
            threading.Thread(target=crowd.play, args=(person, seed))
            for seed, person in enumerate(people * tabs)
        ]
        threads += [threading.Thread(target=beside, args=(crowd,))] if beside else []
        for thread in threads:
            thread.start()
        until = time.monotonic() + LONGEST
        for thread in threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))
        late = [thread for thread in threads if thread.is_alive()]
        crowd.is_over.set()
        for thread in late:
            thread.join()
    assert crowd.wrong == []
    assert not late, "someone was neither given work nor told that it is over"
    return crowd


def assert_all_is_well(crowd: Crowd, *, revised: bool = False) -> None:
    """Whatever happened, the promises hold.

    Args:
        revised: some answers were set aside since: two browsers were found to be one person's.
    """
    builders.settle(now=timezone.now())
    microtasks = list(crowd.drive.microtasks())
    assert {each.state for each in microtasks} <= {"settled", "contested"}
    accepted = {each.answer.pk for each in crowd.receipts if each.outcome is Outcome.ACCEPTED}
    kept = Answer.objects.exclude(set_aside_reason="late").values_list("pk", "set_aside_reason")
    assert {pk for pk, reason in kept if not reason or revised} >= accepted
    assert {pk for pk, reason in kept if not reason} <= accepted
    assert not Assignment.objects.lent().exists()
    assert Verdict.objects.current().count() == len(microtasks)
    for each in microtasks:
        _assert_proven(crowd.drive, each, revised=revised)


def _assert_proven(drive: Drive, microtask: Any, *, revised: bool) -> None:
    answers = list(microtask.answers.counting().order_by("given_at", "pk"))
    assert len({answer.contributor_id for answer in answers}) == len(answers)
    votes = [Vote(id=answer.pk, values=answer.values) for answer in answers]
    questions = [question.rule for question in drive.step().questions.all()]
    decision = decide(questions, votes, drive.step().policy)
    verdict = Verdict.objects.current().get(microtask=microtask)
    assert verdict.outcome == microtask.state == decision.state.value
    assert {proof.answer_id for proof in verdict.proof.all()} == {vote.id for vote in votes}
    earning = 0 if microtask.state == "contested" else len(answers)
    if not revised:
        # Nobody was asked in vain: without the last answer it was still open.
        before = decide(questions, votes[:-1], drive.step().policy)
        assert before.state is MicroTaskState.OPEN
        assert Award.objects.filter(verdict=verdict).count() == earning


def test_thirty_volunteers_finish_twenty_micro_tasks_while_valkey_forgets() -> None:
    drive = builders.drive(excerpts=20, agree=2, at_most=5)
    queues.rebuild(campaign=drive.campaign)
    crowd = played(builders.guests(30), drive, tabs=1, flushes=True)
    assert_all_is_well(crowd)
    assert Nothing.COMPLETE in crowd.last


def test_fifteen_volunteers_with_two_tabs_each_hold_one_micro_task_at_a_time() -> None:
    drive = builders.drive(excerpts=20, agree=3, at_most=6)
    queues.rebuild(campaign=drive.campaign)
    assert_all_is_well(played(builders.guests(15), drive, tabs=2, flushes=False))


@pytest.mark.usefixtures("valkey_away")
def test_thirty_volunteers_finish_without_valkey() -> None:
    drive = builders.drive(excerpts=20, agree=2, at_most=5)
    assert_all_is_well(played(builders.guests(30), drive, tabs=1, flushes=False))


@pytest.mark.slow
def test_guests_who_sign_in_while_they_play_count_once() -> None:
    drive = builders.drive(excerpts=20, agree=3, at_most=6)
    queues.rebuild(campaign=drive.campaign)
    accounts, browsers = [builders.account() for _ in range(8)], builders.guests(8)

    def sign_in_one_by_one(crowd: Crowd) -> None:
        try:
            for own, guest in zip(accounts, browsers, strict=True):
                time.sleep(0.05)
                _as_request(lambda o=own, g=guest: _sign_in(o, g))
        except BaseException as wrong:
            crowd.wrong.append(wrong)

    crowd = played([*accounts, *browsers], drive, tabs=1, flushes=True, beside=sign_in_one_by_one)
    # What was reopened because two voices were one waits for others.
    crowd.receipts += played(builders.guests(12), drive, tabs=1, flushes=False).receipts
    assert_all_is_well(crowd, revised=True)
    counting = Answer.objects.counting().select_related("contributor")
    said = [(a.contributor.joined_into_id or a.contributor_id, a.microtask_id) for a in counting]
    assert len(set(said)) == len(said)


def _sign_in(own: Contributor, guest: Contributor) -> None:
    fresh = Contributor.objects.get(pk=guest.pk)
    contributors.sign_in(user=own.user, guest=fresh, language="fr", now=timezone.now())
