"""The rule on line, folded in one answer at a time, beside the same from scratch."""

import random

import pytest

from crowd.rules.consensus import estimate, growth
from crowd.rules.consensus.learning import learn
from crowd.rules.consensus.live import KEY, Live
from crowd.rules.consensus.statistics import Reliability
from crowd.rules.policy import Policy
from tests.rules.crowds import close, crowd, said
from tests.rules.votes import choice

LABELS = ('"a"', '"b"', '"c"')


def replayed(*, seed=0, tasks=120, people=25, most=8, right=0.8, sure=0.95):
    """A rule after a whole crowd, and what is true."""
    chance = random.Random(seed)
    rule, truth = Live("abc", Policy.careful(sure=sure)), {}
    coming = [(task, person) for task in range(tasks) for person in range(people)]
    chance.shuffle(coming)
    for task, person in coming:
        truth.setdefault(task, "abc"[task % 3])
        if task in rule.held and rule.is_done(task):
            continue
        rule.observe(task, person, said(truth[task], "abc", right, chance))
        if sum(len(each.said) for each in rule.held.values()) >= most * tasks:
            break
    return rule, truth


def test_the_sums_in_place_are_those_of_what_is_believed_now() -> None:
    rule, _ = replayed()
    rule.due = float("inf")
    rule.observe(0, "someone new", "a")
    everyone = Reliability()
    for held in rule.held.values():
        amounts, _ = learn(rule._item(held), held.belief)
        for (_, true, heard), amount in amounts.items():
            everyone.count(true, heard, amount)
    assert close(rule.pool.people.confusion, everyone.confusion)
    frequent = rule.pool.tasks[KEY]
    assert sum(frequent.values()) == pytest.approx(len(rule.held))


def test_it_stops_early_where_people_agree_and_is_mostly_right() -> None:
    rule, truth = replayed(right=0.85)
    cost = sum(len(each.said) for each in rule.held.values()) / len(rule.held)
    right = sum(max(rule.posterior(t), key=rule.posterior(t).get) == truth[t] for t in rule.held)
    assert cost < 5
    assert right / len(rule.held) > 0.93


def test_what_is_settled_stays_settled_when_all_is_estimated_anew() -> None:
    rule, _ = replayed()
    settled = {task for task, held in rule.held.items() if held.is_settled}
    rule.estimate()
    assert settled <= {task for task, held in rule.held.items() if held.is_settled}
    assert settled


def test_nobody_is_asked_beyond_the_most_a_policy_allows() -> None:
    rule, _ = replayed(right=0.4, sure=0.999, most=10)
    assert max(len(each.said) for each in rule.held.values()) <= 10


def test_arrays_and_single_items_believe_the_same() -> None:
    casts, _ = crowd(tasks=200, people=40, each=5)
    question = [choice()]
    one = estimate(question, casts, Policy.fixed(5))
    rule = Live(LABELS, Policy.careful())
    rule.due = float("inf")
    for task, votes in casts.items():
        for vote in votes:
            rule.observe(task, vote.person, f'"{vote.values["q"]}"')
    rule.estimate()
    for task, decision in one.decisions.items():
        if not decision.questions or decision.questions[0].outcome != "settled":
            continue
        shares, live = decision.questions[0].probabilities[""], rule.posterior(task)
        assert all(shares[label] == pytest.approx(live[label], abs=0.05) for label in LABELS)


def test_small_steps_are_estimated_anew_sooner_than_large_ones() -> None:
    assert growth.next_due(0) == 50
    assert growth.next_due(100) == 125
    assert growth.next_due(10_000) == 20_000
