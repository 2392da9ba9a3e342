"""What the cross-check learns: sums that are always those of the answers, whatever happens."""

import random
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crowd import valkey
from crowd.models import (
    Answer,
    Award,
    Belief,
    Contributor,
    QuestionKnowledge,
    Reliability,
    Verdict,
)
from crowd.rules import consensus as rules
from crowd.services import consensus, estimates, reliability, resettling
from tests import builders
from tests.builders import MINUTE, NOW, Drive
from tests.rivals import at_once

pytestmark = pytest.mark.django_db

CAREFUL = {"preset": "careful", "agree": 2, "at_most": 10}


def sums() -> dict[Any, Any]:
    """What is stored, by question and by person."""
    stored: dict[Any, Any] = {
        row.question_id: rules.Pool.from_json(row.sums).people.answers
        for row in QuestionKnowledge.objects.all()
    }
    for row in Reliability.objects.all():
        sums = rules.Reliability.from_json(row.sums)
        stored[row.contributor_id, row.question_id] = (sums.answers, sums.right)
    return {key: pytest.approx(value, abs=1e-6) for key, value in stored.items() if value != (0, 0)}


def summed() -> dict[Any, Any]:
    """What the micro-tasks say they have put in, added up."""
    shares = [rules.Contribution.from_json(each.share) for each in Belief.objects.all()]
    knowledge = rules.Knowledge.of(shares)
    question = QuestionKnowledge.objects.get().question_id
    found: dict[Any, Any] = {question: knowledge.pools["q"].people.answers}
    for (person, _), reliability_of in knowledge.people.items():
        found[person, question] = (reliability_of.answers, reliability_of.right)
    return found


def crowd_of(
    drive: Drive, people: list[Contributor], *, seed: int = 1, right: float = 0.85
) -> None:
    """Everyone answers everything still open, in turn, mostly rightly: "a" or "b" by position."""
    rng = random.Random(seed)
    for microtask in drive.microtasks():
        position = microtask.excerpt.position
        truth = "ab"[position % 2]
        for person in people:
            said = truth if rng.random() < right else "ba"[position % 2]
            builders.say(microtask, said, by=person)


def test_sums_are_those_of_all_micro_tasks_after_every_kind_of_change() -> None:
    drive = builders.drive(excerpts=6, agree=2, at_most=9)
    people = builders.guests(3)
    crowd_of(drive, people)
    builders.settle()
    assert summed() == sums()
    late = builders.lend(drive.microtask(2), builders.guest())
    builders.submit(late, "b", now=NOW + MINUTE)
    builders.settle()
    assert summed() == sums()
    Answer.objects.filter(contributor=people[0]).update(
        set_aside_at=NOW, set_aside_reason="held", counted_at=None
    )
    builders.settle()
    assert summed() == sums()
    assert Reliability.objects.filter(contributor=people[0]).get().sums == {}


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_lose_and_double_nothing_of_what_is_learnt() -> None:
    drive, other = builders.drive(excerpts=12), builders.drive(excerpts=3)
    people = builders.guests(3)
    crowd_of(drive, people)
    crowd_of(other, people)
    results = at_once(*[builders.settle] * 4)
    assert not [each for each in results if isinstance(each, Exception)], results
    assert not Answer.objects.waiting().exists()
    of_drive = QuestionKnowledge.objects.get(question__step=drive.step())
    shares = Belief.objects.filter(microtask__step=drive.step())
    added = rules.Knowledge.of(rules.Contribution.from_json(each.share) for each in shares)
    stored = rules.Pool.from_json(of_drive.sums)
    assert stored.people.answers == pytest.approx(added.pools["q"].people.answers)


def test_who_is_often_right_weighs_more_than_who_is_often_wrong() -> None:
    drive = builders.drive(excerpts=30, agree=4, at_most=4)
    good, bad = builders.guests(3), builders.guest()
    crowd_of(drive, good, right=1.0)
    crowd_of(drive, [bad], right=0.3)
    builders.settle()
    newest = Verdict.objects.current().order_by("-pk").first()
    assert newest is not None
    builders.settle()
    estimates.nightly(campaign_id=drive.campaign.pk, now=NOW)
    last = drive.microtask(30)
    Answer.objects.filter(microtask=last, contributor=bad).update(counted_at=None)
    Verdict.objects.filter(microtask=last).update(is_current=False)
    builders.settle()
    verdict = drive.verdict(30)
    assert verdict is not None
    weights = {each.answer.contributor_id: each.weight for each in verdict.proof.all()}
    assert max(weights, key=lambda person: weights[person]) in {each.pk for each in good}
    assert min(weights, key=lambda person: weights[person]) == bad.pk


def test_a_careful_step_asks_more_only_where_people_differ() -> None:
    drive = builders.drive(builders.step(**CAREFUL), excerpts=20)
    people = builders.guests(12)
    for microtask in drive.microtasks():
        for number, person in enumerate(people):
            microtask.refresh_from_db()
            if microtask.state != "open":
                break
            doubtful = microtask.excerpt.position == 7 and number % 2
            builders.say(microtask, "b" if doubtful else "a", by=person)
            builders.settle()
    counts = {each.microtask.excerpt.position: each.answers_count for each in Verdict.objects.all()}
    assert counts[7] > max(count for position, count in counts.items() if position != 7)
    assert all(2 <= count <= 4 for position, count in counts.items() if position != 7)


# --- Estimating anew -----------------------------------------------------------------------------


def played(order: int) -> Drive:
    """The same answers, coming in another order, cross-checked as they come."""
    drive = builders.drive(excerpts=10, agree=3, at_most=3)
    people = builders.guests(6)
    rng = random.Random(7)
    given_answers = [
        (position, people[(position + k) % 6], "ab"[(position + (rng.random() < 0.2)) % 2])
        for position in range(1, 11)
        for k in range(3)
    ]
    random.Random(order).shuffle(given_answers)
    for position, person, said in given_answers:
        builders.say(drive.microtask(position), said, by=person)
        builders.settle()
    return drive


def test_the_nightly_rule_says_the_same_for_any_order_of_arrival() -> None:
    def told(drive: Drive) -> list[Any]:
        (estimated,) = estimates.of_step(drive.step())
        estimates.nightly(campaign_id=drive.campaign.pk, now=NOW)
        live = Verdict.objects.current().filter(step=drive.step())
        return [
            *[
                (each.outcome, each.values["q"]["value"], pytest.approx(each.confidence, abs=0.05))
                for each in live.order_by("microtask__excerpt__position")
            ],
            *[
                (decision.state, decision.confidence)
                for _, decision in sorted(estimated.estimate.decisions.items())
            ],
        ]

    assert told(played(1)) == told(played(2))


def test_estimating_twice_changes_nothing_and_the_sums_hold() -> None:
    drive = played(3)
    estimates.nightly(campaign_id=drive.campaign.pk, now=NOW)
    before, verdicts = sums(), Verdict.objects.count()
    assert estimates.nightly(campaign_id=drive.campaign.pk, now=NOW) == 0
    assert {key: value.expected for key, value in sums().items()} == before
    assert summed() == sums()
    assert Verdict.objects.count() == verdicts


def test_an_answer_that_comes_meanwhile_is_not_overwritten() -> None:
    drive = played(4)
    (estimated,) = estimates.of_step(drive.step())
    late = builders.lend(drive.microtask(1), builders.guest())
    builders.submit(late, "a", now=NOW + MINUTE)
    builders.settle()
    newest = drive.verdict(1)
    estimates._put(drive.campaign.pk, [drive.microtask(1).pk], estimated, NOW)
    assert drive.verdict(1) == newest
    assert summed() == sums()


def test_a_large_step_is_estimated_in_parts(monkeypatch: Any) -> None:
    monkeypatch.setattr(estimates, "AT_ONCE", 10)
    drive = played(5)
    parts = list(estimates.of_step(drive.step()))
    assert len(parts) == 3
    assert sum(len(part.casts) for part in parts) == 10
    estimates.nightly(campaign_id=drive.campaign.pk, now=NOW)
    assert summed() == sums()


def test_a_step_that_has_grown_by_a_quarter_is_estimated_anew() -> None:
    drive = builders.drive(excerpts=25, agree=2, at_most=9)
    crowd_of(drive, builders.guests(2))
    builders.settle()
    assert estimates.grown(now=NOW) == 1
    rested(drive)
    assert estimates.grown(now=NOW) == 0
    crowd_of(drive, builders.guests(1))
    builders.settle()
    assert estimates.grown(now=NOW) == 1


def test_by_day_only_what_has_moved_is_put_in_place_and_the_night_puts_the_rest() -> None:
    drive = builders.drive(builders.step(**CAREFUL), excerpts=25)
    crowd_of(drive, builders.guests(4))
    builders.settle()
    estimates.put_in_place(step=drive.step(), now=NOW, pauses=0.001)
    assert summed() == sums()
    by_day, exact = believed(), estimated(drive)
    gaps = {pk: rules.furthest(by_day[pk], exact[pk]) for pk in exact}
    assert 0 < max(gaps.values()) < estimates.STIR
    estimates.nightly(campaign_id=drive.campaign.pk, now=NOW)
    assert all(rules.furthest(believed()[pk], exact[pk]) < 1e-6 for pk in exact)
    assert summed() == sums()


def believed() -> dict[int, rules.Contribution]:
    """What is stored of each micro-task."""
    return {row.pk: rules.Contribution.from_json(row.share) for row in Belief.objects.all()}


def estimated(drive: Drive) -> dict[Any, rules.Contribution]:
    """What each would be, estimated anew."""
    (part,) = estimates.of_step(drive.step())
    return {pk: each.contribution for pk, each in part.estimate.decisions.items()}


def rested(drive: Drive) -> None:
    """The time has passed for which a step that took long to estimate is left alone."""
    valkey.client().delete(valkey.key("estimated", drive.step().pk))


def test_a_step_that_took_long_to_estimate_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimates, "BRIEF", 0.0)
    monkeypatch.setattr(estimates, "TIMES", 1_000_000)
    drive = builders.drive(excerpts=25, agree=2, at_most=9)
    crowd_of(drive, builders.guests(2))
    builders.settle()
    assert estimates.grown(now=NOW) == 1
    crowd_of(drive, builders.guests(1))
    builders.settle()
    assert estimates.grown(now=NOW) == 0
    rested(drive)
    assert estimates.grown(now=NOW) == 1


def test_two_processes_do_not_estimate_one_step_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes with its pauses is not begun again by the next beat."""
    drive = builders.drive(excerpts=25, agree=2, at_most=9)
    crowd_of(drive, builders.guests(2))
    builders.settle()
    meanwhile: list[int] = []
    put_in_place = estimates.put_in_place

    def with_a_beat(**named: Any) -> int:
        meanwhile.append(estimates.grown(now=NOW))
        return put_in_place(**named)

    monkeypatch.setattr(estimates, "put_in_place", with_a_beat)
    assert estimates.grown(now=NOW) == 1
    assert meanwhile == [0]


# --- Settling anew, to compare -------------------------------------------------------------------


def resettle(drive: Drive, *arguments: str) -> str:
    out = StringIO()
    call_command("resettle", drive.campaign.slug, *arguments, stdout=out)
    return out.getvalue()


def test_resettling_tells_where_live_verdicts_differ_and_changes_nothing() -> None:
    drive = played(6)
    verdict = drive.verdict(3)
    assert verdict is not None
    verdict.values["q"]["value"] = "c"
    verdict.save()
    told = resettle(drive)
    assert "10 micro-tasks, 30 answers" in told
    assert "1 differ from the live verdicts" in told
    assert f"{drive.microtask(3).pk}: {verdict.outcome} {{'q': 'c'}} → " in told
    assert drive.verdict(3).values["q"]["value"] == "c"  # type: ignore[union-attr]


def test_resettling_with_apply_revises_what_differs() -> None:
    drive = played(6)
    Verdict.objects.filter(pk=drive.verdict(3).pk).update(values={})  # type: ignore[union-attr]
    assert "verdicts revised" in resettle(drive, "--apply")
    verdict = drive.verdict(3)
    assert verdict is not None
    assert verdict.revision > 1
    assert verdict.values
    assert "0 differ" in resettle(drive)


def test_another_policy_is_priced_without_being_applied() -> None:
    drive = played(6)
    before = Verdict.objects.count()
    dear, cheap = resettle(drive, "--policy", "fixed:3"), resettle(drive, "--policy", "quick")
    assert "30 needed (3.00 each)" in dear
    assert "fixed" in dear
    needed = next(
        resettling.report(campaign=drive.campaign, policy=resettling.policy_named("quick"))
    )
    assert f"{needed.needed} needed" in cheap
    assert 20 <= needed.needed < 30
    assert Verdict.objects.count() == before


def test_what_cannot_be_resettled_is_refused() -> None:
    drive = builders.drive()
    for wrong in (
        ["--policy", "perhaps"],
        ["--policy", "fixed:no"],
        ["--policy", "quick", "--apply"],
    ):
        with pytest.raises(CommandError):
            resettle(drive, *wrong)
    with pytest.raises(CommandError):
        call_command("resettle", "nowhere", stdout=StringIO())


# --- One's own reliability -----------------------------------------------------------------------


def test_ones_reliability_is_told_in_steps_by_kind_of_question() -> None:
    drive = builders.drive(excerpts=30, agree=3, at_most=3)
    good, bad = builders.guests(3), builders.guest()
    crowd_of(drive, good, right=1.0)
    crowd_of(drive, [bad], right=0.4)
    builders.settle()
    (mine,) = reliability.of(contributor=good[0])
    assert (mine.kind, mine.answers) == ("choice", 30)
    assert mine.standing is reliability.Standing.NEARLY_ALWAYS
    assert reliability.of(contributor=bad)[0].standing is reliability.Standing.OFTEN_OTHERWISE
    assert reliability.of(contributor=builders.guest()) == []


def test_too_few_answers_say_nothing() -> None:
    drive, newcomer = builders.drive(excerpts=3), builders.guest()
    crowd_of(drive, [newcomer, builders.guest()], right=1.0)
    builders.settle()
    assert reliability.of(contributor=newcomer)[0].standing is reliability.Standing.EARLY


# --- Points --------------------------------------------------------------------------------------


def test_totals_do_not_depend_on_the_order_in_which_micro_tasks_settle() -> None:
    """Given the same verdicts: the rule's own knowledge is held fast by a policy of counting."""

    def totals(order: int) -> list[float]:
        drive = builders.drive(excerpts=8, agree=2, at_most=3)
        people = builders.guests(3)
        positions = list(range(1, 9))
        random.Random(order).shuffle(positions)
        for position in positions:
            for number, person in enumerate(people):
                wrong = (position + number) % 5 == 0
                builders.say(drive.microtask(position), "ab"[(position + wrong) % 2], by=person)
        consensus.settle(microtask_ids=[each.pk for each in drive.microtasks()], now=NOW)
        return [float(builders.points(person)) for person in people]

    assert totals(1) == pytest.approx(totals(2), abs=1e-4)


def test_always_saying_the_same_earns_nothing_and_being_right_does() -> None:
    drive = builders.drive(excerpts=40, agree=3, at_most=4)
    honest, constant = builders.guests(3), builders.guest()
    crowd_of(drive, honest, right=0.95)
    for microtask in drive.microtasks():
        builders.say(microtask, "a", by=constant)
    builders.settle()
    assert float(builders.points(constant)) < 1
    assert min(float(builders.points(person)) for person in honest) > 5
    settled = drive.microtasks().filter(state="settled").count()
    assert Award.objects.filter(contributor=constant).count() == settled > 30
