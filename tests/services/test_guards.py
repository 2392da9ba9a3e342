"""Guards: odd series are held out and asked again, one script's guests decide nothing."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from crowd.models import (
    Answer,
    Contributor,
    Flag,
    KnownAnswer,
    QuestionKnowledge,
    Room,
    User,
    Verdict,
)
from crowd.models.campaigns import Membership, Role
from crowd.models.contributors import ContributorKind
from crowd.rules.problems import Problem
from crowd.services import contributors, flags, guards, history, known_answers, reviews
from tests import builders
from tests.builders import MINUTE, NOW, Drive

pytestmark = pytest.mark.django_db

SLOWLY = timedelta(seconds=20)


def said(drive: Drive, position: int, value: Any, by: Contributor, *, after: timedelta) -> Answer:
    lent = builders.lend(drive.microtask(position), by)
    return builders.submit(lent, value, now=NOW + after).answer


def honest(drive: Drive, people: list[Contributor], excerpts: int, *, seed: int = 1) -> None:
    rng = random.Random(seed)
    for position in range(1, excerpts + 1):
        for person in people:
            truth = "abc"[position % 3]
            value = truth if rng.random() < 0.85 else rng.choice("abc")
            said(drive, position, value, person, after=SLOWLY)


def script(count: int) -> list[Contributor]:
    """Fresh guests from one network, one right after the other."""
    made = [
        contributors.start_guest(language="fr", now=NOW, address="192.0.2.9")[0]
        for _ in range(count)
    ]
    return [Contributor.objects.get(pk=each.pk) for each in made]


# --- Independence --------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["quick", "careful", "very_careful", "identical", "fixed"])
def test_with_identities_all_from_one_script_no_micro_task_settles(preset: str) -> None:
    drive = builders.drive(builders.step(preset=preset, agree=2, at_most=5), excerpts=4)
    for person in script(5):
        for position in range(1, 5):
            builders.say(drive.microtask(position), "a", by=person)
            builders.settle()
    assert not Verdict.objects.filter(outcome="settled").exists()
    assert [each.state for each in drive.microtasks()] == ["open"] * 4


def test_one_person_from_elsewhere_is_enough_to_make_a_burst_count_once() -> None:
    drive = builders.drive(agree=2, at_most=9)
    for person in script(3):
        drive.say("a", by=person)
    builders.settle()
    assert drive.microtask().state == "open"
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "settled"


def test_guests_of_a_burst_who_have_been_confirmed_often_decide_like_others() -> None:
    drive = builders.drive(excerpts=21, agree=2, at_most=9)
    first, second = script(2)
    for position in range(1, 21):
        drive.say("a", by=first, about=position)
        drive.say("a", by=second, about=position)
        drive.say("a", about=position)
    builders.settle()
    drive.say("a", by=first, about=21)
    drive.say("a", by=second, about=21)
    builders.settle()
    assert drive.microtask(21).state == "settled"


@pytest.mark.parametrize(("trusted", "state"), [(False, "open"), (True, "settled")])
def test_a_room_counts_as_one_unless_it_is_trusted(trusted: bool, state: str) -> None:
    drive = builders.drive(agree=2, at_most=9)
    room = Room.objects.create(
        campaign=drive.campaign, code="SALLE", trusted=trusted, opened_at=NOW
    )
    for person in builders.guests(3):
        lent = builders.lend(drive.microtask(), person)
        lent.room = room
        lent.save()
        builders.submit(lent, "a")
    builders.settle()
    assert drive.microtask().state == state


def test_machines_never_decide_alone() -> None:
    drive = builders.drive(agree=2, at_most=9)
    machines = builders.guests(3)
    Contributor.objects.filter(pk__in=[m.pk for m in machines]).update(kind=ContributorKind.MACHINE)
    for machine in machines:
        drive.say("a", by=machine)
    builders.settle()
    assert drive.microtask().state == "open"
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "open"  # two people are asked for, not one and machines
    drive.say("a")
    builders.settle()
    assert drive.microtask().state == "settled"


# --- Odd series ----------------------------------------------------------------------------------


def test_one_label_spam_is_flagged_held_out_and_asked_again_to_others() -> None:
    drive = builders.drive(excerpts=40, agree=3, at_most=9)
    people, spammer = builders.guests(4), builders.guest()
    honest(drive, people, 40)
    for position in range(1, 41):
        said(drive, position, "a", spammer, after=SLOWLY)
    builders.settle()
    raised = guards.look_over(campaign=drive.campaign, now=NOW)
    assert {(flag.contributor_id, flag.kind) for flag in raised} == {(spammer.pk, "one_label")}
    builders.settle()
    held = Answer.objects.filter(contributor=spammer)
    assert held.filter(set_aside_reason="held").count() == held.count() == 40
    for verdict in Verdict.objects.current():
        assert spammer.pk not in verdict.answers.values_list("contributor", flat=True)
    assert guards.look_over(campaign=drive.campaign, now=NOW) == []


def test_what_a_flagged_person_says_afterwards_is_held_out_too() -> None:
    drive, spammer = builders.drive(excerpts=2), builders.guest()
    flag = Flag(campaign=drive.campaign, contributor=spammer, kind="one_label", made_at=NOW)
    flags.raise_flags(campaign=drive.campaign, flags=[flag], now=NOW)
    drive.say("a", by=spammer)
    drive.say("a")
    builders.settle()
    assert (drive.microtask().state, drive.microtask().needs) == ("open", 1)
    assert history.of(contributor=spammer)[0].verdict is None


def test_restored_answers_decide_as_if_nothing_had_been() -> None:
    drive, suspect = builders.drive(), builders.guest()
    drive.say("a", by=suspect)
    drive.say("a")
    builders.settle()
    flag = Flag(campaign=drive.campaign, contributor=suspect, kind="fast", made_at=NOW)
    (raised,) = flags.raise_flags(campaign=drive.campaign, flags=[flag], now=NOW)
    builders.settle()
    assert drive.microtask().state == "open"
    flags.restore(flag=raised, by=None, now=NOW + MINUTE)
    builders.settle()
    assert drive.microtask().state == "settled"
    assert builders.points(suspect) != 0
    assert not Answer.objects.exclude(set_aside_at=None).exists()
    again = Flag(campaign=drive.campaign, contributor=suspect, kind="fast", made_at=NOW)
    assert flags.raise_flags(campaign=drive.campaign, flags=[again], now=NOW) == []
    flags.hold_again(flag=raised, by=None, now=NOW)
    builders.settle()
    assert drive.microtask().state == "open"


def test_answers_faster_than_reading_and_colluders_are_flagged() -> None:
    drive = builders.drive(excerpts=30, agree=3, at_most=12)
    people, hasty, gang = builders.guests(7), builders.guest(), builders.guests(3)
    honest(drive, people, 30)
    rng = random.Random(5)
    for position in range(1, 31):
        said(drive, position, "abc"[position % 3], hasty, after=timedelta(milliseconds=300))
        together = rng.choice("abc")
        for person in gang:
            said(drive, position, together, person, after=SLOWLY)
    builders.settle()
    raised = {
        (flag.contributor_id, flag.kind)
        for flag in guards.look_over(campaign=drive.campaign, now=NOW)
    }
    assert (hasty.pk, "fast") in raised
    assert {(person.pk, "group") for person in gang} <= raised
    assert not {person.pk for person in people} & {person for person, _ in raised}


def test_agreement_beyond_chance_is_measured_per_question() -> None:
    drive = builders.drive(excerpts=20, agree=3, at_most=9)
    honest(drive, builders.guests(3), 20)
    guards.look_over(campaign=drive.campaign, now=NOW)
    knowledge = QuestionKnowledge.objects.get()
    assert knowledge.measured_at == NOW
    assert 0.3 < (knowledge.alpha or 0) < 1
    assert 0.3 < (knowledge.ac1 or 0) < 1


def test_flags_are_seen_and_decided_by_the_campaigns_team_and_by_nobody_else(
    client: Client,
) -> None:
    drive, suspect = builders.drive(), builders.guest()
    flag = Flag(campaign=drive.campaign, contributor=suspect, kind="fast", made_at=NOW)
    (raised,) = flags.raise_flags(campaign=drive.campaign, flags=[flag], now=NOW)
    page, api = f"/c/{drive.campaign.slug}/flags/", f"/api/v1/campaigns/{drive.campaign.slug}/flags"
    assert client.get(page).status_code == 404
    assert client.get(api).status_code == 401
    user = User.objects.create_user("team@example.org")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    assert client.get(page).status_code == 404
    assert client.get(api).status_code == 403
    Membership.objects.create(campaign=drive.campaign, user=user, role=Role.REVIEWER)
    assert b"Held out" in client.get(page, headers={"Accept-Language": "en"}).content
    assert client.get(api).json()[0]["kind"] == "fast"
    client.post(page, {"flag": raised.pk, "do": "restore"})
    raised.refresh_from_db()
    assert (raised.state, raised.decided_by) == ("restored", user)


# --- Whose word is final -------------------------------------------------------------------------


@pytest.fixture
def reviewer() -> User:
    return User.objects.create_user("reviewer@example.org")


def test_a_reviewers_decision_weighs_as_truth_and_every_revision_is_kept(reviewer: User) -> None:
    drive = builders.drive(agree=2, at_most=3)
    for value in "abc":
        drive.say(value)
    builders.settle()
    assert drive.microtask().state == "contested"
    review = reviews.decide(
        microtask=drive.microtask(), reviewer=reviewer, values={"q": "b"}, badly_cut=False, now=NOW
    )
    verdict = drive.verdict()
    assert verdict is not None
    assert (verdict.outcome, verdict.values["q"]["value"], verdict.confidence) == (
        "settled",
        "b",
        1,
    )
    assert (verdict.review, verdict.revision) == (review, 2)
    reviews.decide(
        microtask=drive.microtask(), reviewer=reviewer, values={"q": "c"}, badly_cut=False, now=NOW
    )
    assert drive.verdict().values["q"]["value"] == "c"  # type: ignore[union-attr]
    reviews.withdraw(microtask=drive.microtask(), now=NOW)
    assert drive.microtask().state == "contested"
    assert drive.microtask().reviews.count() == 2
    assert [each.revision for each in Verdict.objects.order_by("pk")] == [1, 2, 3, 4]


def test_a_review_settles_what_nobody_has_answered(reviewer: User) -> None:
    drive = builders.drive()
    reviews.decide(
        microtask=drive.microtask(), reviewer=reviewer, values={"q": "b"}, badly_cut=False, now=NOW
    )
    assert drive.microtask().state == "settled"
    assert drive.verdict().answers_count == 0  # type: ignore[union-attr]


def test_only_reviewers_of_the_campaign_may_decide(client: Client, reviewer: User) -> None:
    drive = builders.drive()
    address = f"/api/v1/microtasks/{drive.microtask().pk}/review"
    body = {"values": {"q": "b"}}
    post = {"path": address, "data": body, "content_type": "application/json"}
    assert client.post(**post).status_code == 401
    client.force_login(reviewer, "django.contrib.auth.backends.ModelBackend")
    assert client.post(**post).status_code == 403
    Membership.objects.create(campaign=drive.campaign, user=reviewer, role=Role.REVIEWER)
    assert client.post(**post).status_code == 201
    wrong = {"values": {"q": "nothing like it"}}
    assert client.post(address, wrong, content_type="application/json").status_code == 422
    assert client.delete(address).status_code == 204
    assert drive.microtask().state == "open"


# --- Known answers -------------------------------------------------------------------------------


def test_known_answers_are_drawn_from_under_a_veil_only(settings: Any) -> None:
    plain = builders.drive(builders.step(preset="careful", agree=2, at_most=10))
    settings.TAMIS_VEILED_SHARE = 0.5
    drive = builders.drive(excerpts=12, agree=4, at_most=9)
    for position in range(1, 13):
        for _ in range(4):
            drive.say("a", about=position)
    builders.settle()
    Verdict.objects.update(confidence=0.995)
    drawn = known_answers.draw(campaign=drive.campaign, count=50, now=NOW)
    veiled = set(drive.microtasks().filter(veiled=True).values_list("pk", flat=True))
    assert {each.microtask_id for each in drawn} == veiled
    assert 0 < len(drawn) < 12
    assert all(each.values == {"q": "a"} for each in drawn)
    assert known_answers.draw(campaign=drive.campaign, count=50, now=NOW) == []
    assert plain.verdict() is None


def test_a_known_answer_is_truth_whatever_the_crowd_says_and_looks_unsettled() -> None:
    drive = builders.drive(agree=2, at_most=5)
    known_answers.tell(microtask=drive.microtask(), values={"q": "c"}, tutorial=False, now=NOW)
    assert drive.microtask().veiled
    drive.say("a")
    drive.say("a")
    builders.settle()
    verdict = drive.verdict()
    assert verdict is not None
    assert verdict.values["q"]["value"] == "c"
    assert not Verdict.objects.public().exists()


def test_a_verdict_anyone_can_read_cannot_become_a_known_answer() -> None:
    drive = builders.drive()
    drive.say("a")
    drive.say("a")
    builders.settle()
    with pytest.raises(Problem, match="known_answer_public"):
        known_answers.tell(microtask=drive.microtask(), values={"q": "a"}, tutorial=False, now=NOW)
    known_answers.tell(microtask=drive.microtask(), values={"q": "a"}, tutorial=True, now=NOW)
    assert KnownAnswer.objects.get().tutorial
    assert not drive.microtask().veiled
