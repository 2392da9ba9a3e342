"""Rule 2 under whatever people, clocks, workers and a forgetful Valkey do, in any order."""

import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, Q
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crowd import valkey
from crowd.models import Answer, Assignment, Award, MicroTask, Verdict
from crowd.rules.claims import Nothing
from crowd.services import assignments, consensus, leases, queues
from crowd.services.answers import Outcome
from tests import builders
from tests.builders import CUT, LEASE, MINUTE, NOW

pytestmark = pytest.mark.django_db

people = st.integers(0, 3)
said = st.sampled_from(["a", "a", "a", "b", None, CUT])


class Volunteers(RuleBasedStateMachine):
    """Four people on four excerpts, one step at a time; every promise is checked after each."""

    def __init__(self) -> None:
        super().__init__()
        self.undone_at_the_end = transaction.atomic()
        self.undone_at_the_end.__enter__()

    @initialize(agree=st.integers(1, 3), spare=st.integers(0, 2))
    def open_the_campaign(self, agree: int, spare: int) -> None:
        valkey.client().flushdb()
        self.now: datetime = NOW
        self.drive = builders.drive(excerpts=4, agree=agree, at_most=agree + spare)
        self.people = builders.guests(4)
        self.accepted: dict[uuid.UUID, tuple[int, int]] = {}  # answer → person, micro-task
        self.passed: set[tuple[int, int]] = set()  # person, micro-task
        self.sent: list[tuple[Assignment, uuid.UUID, Any]] = []

    # --- What people do ---

    @rule(who=people)
    def claim(self, who: int) -> None:
        person = self.people[who]
        before = self._held(who)
        claim = self.drive.claim(person, now=self.now)
        if claim.assignment is None:
            self._is_true(claim.reason, who)
            return
        microtask = claim.assignment.microtask
        assert claim.assignment.contributor_id == person.pk
        assert claim.assignment.state == "lent"
        assert claim.assignment.due_at > self.now
        assert claim.resumed is (before is not None)
        if claim.resumed:
            return
        assert microtask.state == "open"
        assert (person.pk, microtask.pk) not in {*self.accepted.values(), *self.passed}

    @rule(who=people, value=said, which=st.integers(0, 5))
    def answer(self, who: int, value: Any, which: int) -> None:
        """What one holds, or (which > 0) something one held before."""
        mine = list(Assignment.objects.filter(contributor=self.people[who]).order_by("-lent_at"))
        if not mine:
            return
        held = [each for each in mine if each.state == "lent"]
        chosen = held[0] if held and not which else mine[which % len(mine)]
        loaded = assignments.to_answer(contributor=self.people[who], assignment_id=chosen.pk)
        answer_id = uuid.uuid4()
        self.sent.append((loaded, answer_id, value))
        self._submit(loaded, answer_id, value)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 50))
    def send_again(self, which: int) -> None:
        self._submit(*self.sent[which % len(self.sent)], again=True)

    @rule(who=people, end=st.sampled_from([leases.skip, leases.give_back]))
    def let_go(self, who: int, end: Any) -> None:
        held = Assignment.objects.lent().filter(contributor=self.people[who]).first()
        if held is not None:
            end(assignment=held, now=self.now)
            if end is leases.skip:
                self.passed.add((self.people[who].pk, held.microtask_id))

    @rule(who=people)
    def keep_on(self, who: int) -> None:
        held = Assignment.objects.lent().filter(contributor=self.people[who]).first()
        if held is not None:
            assert leases.extend(assignment=held, now=self.now)

    # --- What happens around them ---

    @rule(minutes=st.sampled_from([1, 5, 29, 31]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def leases_are_taken_back(self) -> None:
        leases.expire_due(now=self.now)

    @rule()
    def the_cross_check_runs(self) -> None:
        consensus.settle_waiting(now=self.now)

    @rule()
    def valkey_forgets(self) -> None:
        valkey.client().flushdb()

    @rule()
    def the_queues_are_refilled(self) -> None:
        queues.refill_all()

    @rule()
    def old_news_reach_the_queue(self) -> None:
        queues.offer(microtask_ids=[each.pk for each in self.drive.microtasks()])
        for each in self.drive.microtasks():
            valkey.client().zadd(f"tamis:ready:{each.step_id}", {str(each.pk): each.rank})

    # --- What holds after each step ---

    @invariant()
    def no_more_are_asked_than_are_needed(self) -> None:
        for each in self._counted():
            if each.state == "open":
                assert each.lent + each.unread <= each.needs
            assert each.counting <= self.drive.step().at_most

    @invariant()
    def nothing_settled_is_lent(self) -> None:
        assert not Assignment.objects.lent().exclude(microtask__state="open").exists()

    @invariant()
    def every_accepted_answer_is_there_once(self) -> None:
        counting = Answer.objects.counting().values_list("pk", "contributor_id", "microtask_id")
        assert {pk: (who, what) for pk, who, what in counting} == self.accepted
        assert len(set(self.accepted.values())) == len(self.accepted)

    @invariant()
    def a_verdict_and_its_awards_are_there_when_it_is_settled_and_only_then(self) -> None:
        current = Counter(Verdict.objects.current().values_list("microtask", "outcome"))
        concluded = self.drive.microtasks().exclude(state="open")
        assert current == Counter(concluded.values_list("pk", "state"))
        assert not Award.objects.exclude(verdict__is_current=True).exists()

    def teardown(self) -> None:
        try:
            if hasattr(self, "drive"):
                self.newcomers_bring_it_to_its_end()
        finally:
            transaction.set_rollback(True)
            self.undone_at_the_end.__exit__(None, None, None)

    def newcomers_bring_it_to_its_end(self) -> None:
        """However it went, enough of them always do."""
        for _ in range(40):
            self.now += LEASE + MINUTE
            leases.expire_due(now=self.now)
            builders.settle(now=self.now)
            claim = self.drive.claim(builders.guest(), now=self.now)
            if claim.reason is Nothing.COMPLETE:
                break
            assert claim.assignment is not None, claim
            builders.submit(claim.assignment, "a", now=self.now)
        assert not self.drive.microtasks().filter(state="open").exists()

    # --- What the checks above are made of ---

    def _submit(self, held: Assignment, answer_id: uuid.UUID, value: Any, **how: Any) -> None:
        again = how.get("again", False)
        receipt = builders.submit(
            held,
            {} if value is CUT else value,
            answer_id=answer_id,
            badly_cut=value is CUT,
            now=self.now,
        )
        if again:
            assert receipt.outcome is Outcome.REPEATED
        elif receipt.outcome is Outcome.ACCEPTED:
            self.accepted[answer_id] = (held.contributor_id, held.microtask_id)

    def _held(self, who: int) -> Assignment | None:
        return Assignment.objects.lent().filter(contributor=self.people[who]).first()

    def _counted(self) -> Any:
        lent = Count("assignments", filter=Q(assignments__state="lent"), distinct=True)
        unread = Count("answers", filter=Q(answers__counted_at=None), distinct=True)
        counting = Count("answers", filter=Q(answers__set_aside_at=None), distinct=True)
        return self.drive.microtasks().annotate(lent=lent, unread=unread, counting=counting)

    def _is_true(self, reason: Nothing | None, who: int) -> None:
        """Whether what a person was told about "nothing left" is so."""
        person = self.people[who].pk
        done = {*self.accepted.values(), *self.passed}
        late = Assignment.objects.filter(contributor=person, state="answered")
        done |= {(person, pk) for pk in late.values_list("microtask_id", flat=True)}
        still_open: list[MicroTask] = [each for each in self._counted() if each.state == "open"]
        unseen: list[Any] = [each for each in still_open if (person, each.pk) not in done]
        assert not [each for each in unseen if each.needs > each.lent + each.unread], reason
        if not still_open:
            assert reason is Nothing.COMPLETE
        elif not unseen:
            assert reason is Nothing.ALL_YOURS
        elif any(each.lent for each in unseen):
            assert reason is Nothing.ALL_LENT
        else:
            assert reason is Nothing.CHECKING


def test_promises_hold_whatever_happens() -> None:
    # Not made shorter when it fails: that takes minutes, and the slow one below does it.
    phases = (Phase.explicit, Phase.generate)
    quick = settings(max_examples=12, stateful_step_count=40, phases=phases)
    run_state_machine_as_test(Volunteers, settings=quick)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_promises_hold_whatever_happens_for_long() -> None:
    run_state_machine_as_test(
        Volunteers, settings=settings(max_examples=80, stateful_step_count=60)
    )
