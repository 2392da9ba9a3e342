"""DESIGN, rule 2: nobody is asked twice, nothing settled again, nobody is sent away early."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from crowd import valkey
from crowd.models import Assignment, Contributor, Excerpt, MicroTask
from crowd.rules.claims import Nothing
from crowd.rules.lifecycle import CampaignState
from crowd.services import assignments, campaigns, leases, queues
from crowd.services.answers import Outcome
from tests import builders
from tests.builders import LEASE, MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["queue", "search", "stale queue"])
def ready(request: pytest.FixtureRequest) -> Any:
    """Every claim below is tried with a full queue, with an empty Valkey, and with old news."""

    def prepare(drive: Drive) -> None:
        if request.param == "queue":
            queues.rebuild(campaign=drive.campaign)
        elif request.param == "stale queue":
            for each in drive.campaign.microtasks.all():
                valkey.client().zadd(f"tamis:ready:{each.step_id}", {str(each.pk): each.rank})
                valkey.client().hset(f"tamis:slots:{each.step_id}", str(each.pk), 99)

    return prepare


def positions(drive: Drive, person: Contributor, count: int) -> Iterator[int]:
    """The excerpts one person is given, answering each."""
    for _ in range(count):
        claim = drive.claim(person)
        assert claim.assignment is not None
        yield claim.assignment.microtask.excerpt.position
        builders.submit(claim.assignment)


def test_a_claim_lends_the_first_micro_task_with_all_that_a_page_shows(
    ready: Any, django_assert_num_queries: Any
) -> None:
    drive = builders.drive(excerpts=3)
    ready(drive)
    claim = drive.claim(builders.guest())
    assert claim.assignment is not None
    assert (claim.resumed, claim.reason) == (False, None)
    with django_assert_num_queries(0):
        microtask = claim.assignment.microtask
        assert microtask.excerpt.position == 1
        assert microtask.excerpt.document.name == "table.csv"
        assert microtask.campaign.title
        assert [question.key for question in microtask.step.questions.all()] == ["q"]


def test_a_lease_is_in_postgresql_until_its_end(ready: Any) -> None:
    drive = builders.drive()
    ready(drive)
    drive.claim(builders.guest())
    lent = Assignment.objects.get()
    assert (lent.state, lent.lent_at, lent.due_at) == ("lent", NOW, NOW + LEASE)


def test_micro_tasks_come_in_the_campaigns_order_each_once(ready: Any) -> None:
    drive = builders.drive(excerpts=4)
    ready(drive)
    assert list(positions(drive, builders.guest(), 4)) == [1, 2, 3, 4]


def test_whoever_holds_a_micro_task_gets_the_same_again(ready: Any) -> None:
    drive = builders.drive(excerpts=3)
    ready(drive)
    person = builders.guest()
    first, again = drive.claim(person), drive.claim(person, now=NOW + MINUTE)
    assert again.resumed
    assert again.assignment == first.assignment
    assert Assignment.objects.count() == 1


def test_a_micro_task_is_lent_to_as_many_as_could_settle_it(ready: Any) -> None:
    drive = builders.drive(excerpts=2, agree=2)
    ready(drive)
    given = [drive.claim(person).assignment for person in builders.guests(4)]
    assert [each.microtask.excerpt.position for each in given if each] == [1, 1, 2, 2]
    assert drive.claim(builders.guest()).reason is Nothing.ALL_LENT


def test_answers_on_their_way_to_the_cross_check_count_as_given(ready: Any) -> None:
    drive = builders.drive(excerpts=1, agree=2)
    ready(drive)
    drive.say("a")
    drive.say("b")
    assert drive.claim(builders.guest()).reason is Nothing.CHECKING
    builders.settle()
    assert drive.claim(builders.guest()).assignment is not None


def test_what_is_settled_is_not_lent(ready: Any) -> None:
    drive = builders.drive(excerpts=1)
    drive.say("a")
    drive.say("a")
    builders.settle()
    ready(drive)
    assert drive.claim(builders.guest()).reason is Nothing.COMPLETE


def test_who_has_answered_everything_is_told_so(ready: Any) -> None:
    drive = builders.drive(excerpts=2)
    ready(drive)
    person = builders.guest()
    list(positions(drive, person, 2))
    assert drive.claim(person).reason is Nothing.ALL_YOURS
    builders.settle()
    assert drive.claim(person).reason is Nothing.ALL_YOURS


def test_another_one_is_another_one_for_good(ready: Any) -> None:
    drive = builders.drive(excerpts=2)
    ready(drive)
    person = builders.guest()
    first = drive.claim(person).assignment
    assert first is not None
    leases.skip(assignment=first, now=NOW)
    (second,) = positions(drive, person, 1)
    assert second == 2
    valkey.client().flushdb()
    assert drive.claim(person).reason is Nothing.ALL_YOURS


def test_what_one_person_passed_over_is_offered_to_others(
    ready: Any, django_capture_on_commit_callbacks: Any
) -> None:
    drive = builders.drive(excerpts=1, agree=1)
    ready(drive)
    first = drive.claim(builders.guest()).assignment
    assert first is not None
    assert drive.claim(builders.guest()).reason is Nothing.ALL_LENT
    leases.skip(assignment=first, now=NOW)
    assert drive.claim(builders.guest()).assignment is not None


def test_what_is_given_back_may_come_again(ready: Any) -> None:
    drive = builders.drive(excerpts=1, agree=1)
    ready(drive)
    person = builders.guest()
    first = drive.claim(person).assignment
    assert first is not None
    leases.give_back(assignment=first, now=NOW)
    again = drive.claim(person, now=NOW + MINUTE).assignment
    assert again == first
    assert again.lent_at == NOW + MINUTE
    assert again.closed_at is None


def test_a_double_click_on_another_one_passes_over_one(ready: Any) -> None:
    drive = builders.drive(excerpts=2)
    ready(drive)
    first = drive.claim(builders.guest()).assignment
    assert first is not None
    leases.skip(assignment=first, now=NOW)
    leases.skip(assignment=first, now=NOW + MINUTE)
    leases.give_back(assignment=first, now=NOW + MINUTE)
    first.refresh_from_db()
    assert (first.state, first.closed_at) == ("skipped", NOW)


def test_what_was_answered_can_not_be_passed_over_or_given_back_any_more() -> None:
    drive = builders.drive()
    first = drive.claim(builders.guest()).assignment
    assert first is not None
    builders.submit(first)
    leases.skip(assignment=first, now=NOW)
    leases.give_back(assignment=first, now=NOW)
    first.refresh_from_db()
    assert first.state == "answered"


def test_a_lease_that_ran_out_goes_to_someone_else(ready: Any) -> None:
    drive = builders.drive(excerpts=1, agree=1)
    ready(drive)
    drive.claim(builders.guest())
    newcomer = builders.guest()
    assert drive.claim(newcomer, now=NOW + LEASE - MINUTE).reason is Nothing.ALL_LENT
    assert leases.expire_due(now=NOW + LEASE) == 1
    assert drive.claim(newcomer, now=NOW + LEASE).assignment is not None


def test_whose_lease_ran_out_may_be_given_the_same_again(ready: Any) -> None:
    drive = builders.drive(excerpts=1, agree=1)
    ready(drive)
    person = builders.guest()
    drive.claim(person)
    leases.expire_due(now=NOW + LEASE)
    again = drive.claim(person, now=NOW + LEASE).assignment
    assert again is not None
    assert (again.state, again.due_at) == ("lent", NOW + 2 * LEASE)


def test_whose_lease_ran_out_unnoticed_goes_on_with_the_same(ready: Any) -> None:
    drive = builders.drive(excerpts=1, agree=1)
    ready(drive)
    person = builders.guest()
    first = drive.claim(person)
    # Nobody has taken it back yet: saying "nothing left" would be untrue.
    again = drive.claim(person, now=NOW + LEASE + MINUTE)
    assert again.assignment == first.assignment
    assert again.assignment is not None
    assert again.assignment.due_at == NOW + 2 * LEASE + MINUTE
    assert leases.expire_due(now=NOW + LEASE + 2 * MINUTE) == 0


def test_a_lease_can_be_begun_anew_while_it_lasts() -> None:
    drive = builders.drive()
    lent = drive.claim(builders.guest()).assignment
    assert lent is not None
    assert leases.extend(assignment=lent, now=NOW + MINUTE)
    lent.refresh_from_db()
    assert lent.due_at == NOW + MINUTE + LEASE
    leases.expire_due(now=NOW + 3 * LEASE)
    assert not leases.extend(assignment=lent, now=NOW + 3 * LEASE)


def test_nobody_opens_someone_elses_assignment() -> None:
    drive = builders.drive()
    lent = drive.claim(builders.guest()).assignment
    assert lent is not None
    with pytest.raises(Assignment.DoesNotExist):
        assignments.open_for(contributor=builders.guest(), assignment_id=lent.pk)


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.PAUSED, CampaignState.CLOSED])
def test_a_campaign_that_is_not_open_lends_nothing(state: CampaignState) -> None:
    drive = builders.drive(state=state)
    assert drive.claim(builders.guest()).reason is Nothing.NOT_OPEN


def test_a_hidden_excerpt_is_lent_to_nobody_and_hides_no_other(ready: Any) -> None:
    drive = builders.drive(excerpts=3)
    ready(drive)
    Excerpt.objects.filter(position=1).update(hidden_at=timezone.now())
    assert list(positions(drive, builders.guest(), 2)) == [2, 3]


def test_an_excerpt_hidden_while_someone_holds_it_is_shown_no_more(ready: Any) -> None:
    drive = builders.drive(excerpts=2)
    ready(drive)
    person = builders.guest()
    drive.claim(person)
    Excerpt.objects.filter(position=1).update(hidden_at=timezone.now())
    claim = drive.claim(person)
    assert claim.assignment is not None
    assert claim.assignment.microtask.excerpt.position == 2


def test_a_withdrawn_micro_task_is_lent_to_nobody(ready: Any) -> None:
    drive = builders.drive(excerpts=2)
    ready(drive)
    MicroTask.objects.filter(excerpt__position=1).update(state="withdrawn", needs=0)
    assert list(positions(drive, builders.guest(), 1)) == [2]


def test_follow_ups_come_before_new_excerpts() -> None:
    drive = _with_follow_ups(excerpts=2)
    queues.rebuild(campaign=drive.campaign)
    claim = drive.claim(builders.guest())
    assert claim.assignment is not None
    assert (claim.assignment.microtask.step.key, claim.assignment.microtask.about) == ("sum", "a")


def test_who_prefers_a_step_is_given_it_while_there_is_some() -> None:
    drive = _with_follow_ups(excerpts=2)
    queues.rebuild(campaign=drive.campaign)
    person, first = builders.guest(), drive.step("read")
    steps = []
    for _ in range(2):
        claim = drive.claim(person, prefer_step_id=first.pk)
        assert claim.assignment is not None
        steps.append(claim.assignment.microtask.step.key)
        builders.submit(claim.assignment, ["a"] if steps[-1] == "read" else "x")
    assert steps == ["read", "sum"]


def test_a_step_of_another_campaign_is_no_preference() -> None:
    drive, other = builders.drive(), builders.drive()
    claim = drive.claim(builders.guest(), prefer_step_id=other.step().pk)
    assert claim.assignment is not None
    assert claim.assignment.microtask.campaign == drive.campaign


def _with_follow_ups(*, excerpts: int) -> Drive:
    """The first excerpt is read and has one follow-up, about "a"."""
    drive = builders.drive(
        builders.step(builders.choices()),
        builders.step(
            builders.text(),
            key="sum",
            opens_when={"step": "read", "question": "q", "each": True},
        ),
        excerpts=excerpts,
    )
    drive.say(["a"])
    drive.say(["a"])
    builders.settle()
    return drive


def test_two_campaigns_do_not_mix() -> None:
    one, other = builders.drive(), builders.drive()
    person = builders.guest()
    first, second = one.claim(person).assignment, other.claim(person).assignment
    assert first is not None
    assert second is not None
    assert {first.microtask.campaign, second.microtask.campaign} == {one.campaign, other.campaign}


def test_a_queue_that_lost_some_of_its_micro_tasks_sends_nobody_away() -> None:
    drive = builders.drive(excerpts=3)
    queues.rebuild(campaign=drive.campaign)
    valkey.client().zremrangebyrank(f"tamis:ready:{drive.step().pk}", 1, 2)
    assert list(positions(drive, builders.guest(), 3)) == [1, 2, 3]


def test_reopening_a_campaign_goes_on_where_it_was() -> None:
    drive = builders.drive(excerpts=2)
    person = builders.guest()
    list(positions(drive, person, 1))
    campaigns.move(campaign=drive.campaign, state=CampaignState.CLOSED, now=NOW)
    assert drive.claim(person).reason is Nothing.NOT_OPEN
    campaigns.move(campaign=drive.campaign, state=CampaignState.OPEN, now=NOW)
    assert list(positions(drive, person, 1)) == [2]


# --- Without Valkey ------------------------------------------------------------------------------


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_people_claim_and_answer_and_verdicts_come() -> None:
    drive = builders.drive(excerpts=2)
    for person in builders.guests(2):
        assert list(positions(drive, person, 2)) == [1, 2]
        assert drive.claim(person).reason in {Nothing.ALL_YOURS, Nothing.COMPLETE}
    assert builders.settle() == 2
    assert drive.microtasks().filter(state="settled").count() == 2


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_leases_end_in_every_way() -> None:
    drive = builders.drive(excerpts=3)
    person = builders.guest()
    for end in (leases.skip, leases.give_back):
        lent = drive.claim(person).assignment
        assert lent is not None
        end(assignment=lent, now=NOW)
    assert drive.claim(person).assignment is not None
    assert leases.expire_due(now=NOW + LEASE) == 1


# --- At the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("loaded", [True, False], ids=["queue", "search"])
def test_two_tabs_of_one_guest_are_given_the_same(loaded: bool) -> None:
    drive = builders.drive(excerpts=10)
    if loaded:
        queues.rebuild(campaign=drive.campaign)
    for person in builders.guests(4):
        claims = at_once(*[lambda p=person: drive.claim(p)] * 3)
        assert len({claim.assignment for claim in claims}) == 1, claims
        assert sum(not claim.resumed for claim in claims) == 1
        assert Assignment.objects.filter(contributor=person).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("loaded", [True, False], ids=["queue", "search"])
def test_no_more_people_are_lent_a_micro_task_at_once_than_it_needs(loaded: bool) -> None:
    drive = builders.drive(excerpts=2, agree=2)
    if loaded:
        queues.rebuild(campaign=drive.campaign)
    claims = at_once(*[lambda p=person: drive.claim(p) for person in builders.guests(8)])
    lent = [claim.assignment for claim in claims if claim.assignment]
    assert sorted(each.microtask.excerpt.position for each in lent) == [1, 1, 2, 2]
    assert {claim.reason for claim in claims if claim.reason} == {Nothing.ALL_LENT}


@pytest.mark.django_db(transaction=True)
def test_claims_that_prefer_different_steps_never_block_one_another() -> None:
    drive = builders.drive(
        builders.step(key="one"), builders.step(key="two"), excerpts=3, agree=1, at_most=1
    )
    one, two = drive.step("one"), drive.step("two")
    for _ in range(5):
        Assignment.objects.all().delete()
        for person in builders.guests(6):
            drive.claim(person)
        # Both queues are full of what is lent already: every claim is refused many times over.
        for each in MicroTask.objects.all():
            valkey.client().zadd(f"tamis:ready:{each.step_id}", {str(each.pk): each.rank})
            valkey.client().hset(f"tamis:slots:{each.step_id}", str(each.pk), 99)
        claims = at_once(
            *[
                lambda p=person, s=step.pk: drive.claim(p, prefer_step_id=s)
                for person, step in zip(builders.guests(8), [one, two] * 4, strict=True)
            ]
        )
        assert {getattr(claim, "reason", claim) for claim in claims} == {Nothing.ALL_LENT}


@pytest.mark.django_db(transaction=True)
def test_a_late_answer_and_a_claim_of_the_same_person_never_block_one_another() -> None:
    drive = builders.drive(excerpts=1, agree=1)
    for person in builders.guests(8):
        late = builders.lend(drive.microtask(), person)
        leases.expire_due(now=NOW + LEASE)
        moment = NOW + LEASE + MINUTE
        submitted, claimed = at_once(
            lambda a=late, m=moment: builders.submit(a, "a", now=m),
            lambda p=person, m=moment: drive.claim(p, now=m),
        )
        assert submitted.outcome is Outcome.ACCEPTED, (submitted, claimed)
        assert claimed.assignment in {late, None}
        Assignment.objects.all().update(state="skipped")
        MicroTask.objects.update(needs=1)
        drive.campaign.microtasks.get().answers.update(counted_at=NOW)
