"""What is learnt from answers: sums that come and go, and what they do to decisions."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crowd.rules.consensus import (
    Contribution,
    Knowledge,
    Pool,
    Reliability,
    Vote,
    decide,
    estimate,
    leave_one_out,
)
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from tests.rules.crowds import close, crowd, vote_of
from tests.rules.votes import choice, choices, text

CAREFUL = Policy.careful()
Q = [choice()]


def folded(
    casts: dict[int, list[Vote]], order: list[int]
) -> tuple[Knowledge, dict[int, Contribution]]:
    """Answers folded in one by one, as the service does: take out the old, put in the new."""
    knowledge, shares, so_far = Knowledge(), {}, {task: [] for task in casts}
    coming = [(task, vote) for task in order for vote in casts[task]]
    random.Random(1).shuffle(coming)
    for task, vote in coming:
        so_far[task].append(vote)
        if task in shares:
            knowledge = knowledge.without(shares[task])
        shares[task] = decide(Q, so_far[task], CAREFUL, knowledge).contribution
        knowledge = knowledge.with_(shares[task])
    return knowledge, shares


def test_sums_kept_in_place_are_the_sums_of_all_contributions() -> None:
    casts, _ = crowd(tasks=15)
    knowledge, shares = folded(casts, list(casts))
    anew = Knowledge.of(shares.values())
    assert knowledge.people.keys() == anew.people.keys()
    for who, reliability in anew.people.items():
        assert close(knowledge.people[who].confusion, reliability.confusion)
    assert close(knowledge.pools["q"].tasks, anew.pools["q"].tasks)
    assert close(knowledge.pools["q"].people.confusion, anew.pools["q"].people.confusion)


def test_taking_everything_out_leaves_nothing() -> None:
    casts, _ = crowd(tasks=10)
    knowledge, shares = folded(casts, list(casts))
    for share in shares.values():
        knowledge = knowledge.without(share)
    assert all(close(each.confusion, {}) for each in knowledge.people.values())
    assert close(knowledge.pools["q"].tasks, {})


def test_every_answer_adds_one_and_every_micro_task_adds_one() -> None:
    casts, _ = crowd(tasks=1, each=4)
    share = decide(Q, casts[0], CAREFUL).contribution
    assert all(each.answers == pytest.approx(1) for each in share.people().values())
    assert sum(share.tasks["q"][""].values()) == pytest.approx(1)
    assert share.pools()["q"].people.answers == pytest.approx(4)


def test_sums_and_contributions_survive_json() -> None:
    casts, _ = crowd(tasks=3)
    share = decide(Q, casts[0], CAREFUL).contribution
    assert Contribution.from_json(json.loads(json.dumps(share.to_json()))) == share
    for pool in share.pools().values():
        assert Pool.from_json(json.loads(json.dumps(pool.to_json()))) == pool
    for reliability in share.people().values():
        again = Reliability.from_json(json.loads(json.dumps(reliability.to_json())))
        assert again == reliability
        assert (again.answers, again.right) == pytest.approx(
            (reliability.answers, reliability.right)
        )


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 50))
def test_the_nightly_rule_does_not_know_in_what_order_answers_came(chance, seed) -> None:
    casts, _ = crowd(tasks=12, people=6, each=3, seed=seed)
    items = [(task, chance.sample(votes, len(votes))) for task, votes in casts.items()]
    chance.shuffle(items)
    one, other = estimate(Q, casts, CAREFUL), estimate(Q, dict(items), CAREFUL)
    assert one.decisions == other.decisions
    assert one.knowledge == other.knowledge


def test_the_nightly_sums_are_those_of_its_contributions() -> None:
    casts, _ = crowd()
    found = estimate(Q, casts, CAREFUL)
    anew = Knowledge.of(each.contribution for each in found.decisions.values())
    assert close(found.knowledge.pools["q"].tasks, anew.pools["q"].tasks)


def test_people_who_are_often_wrong_weigh_less() -> None:
    chance = random.Random(3)
    casts, truth = crowd(tasks=80, people=8, each=4, right=0.9)
    for task in casts:
        casts[task].append(vote_of("guesser", task, chance.choice("abc")))
    found = estimate(Q, casts, CAREFUL)
    decision = decide(Q, casts[0], CAREFUL, found.knowledge)
    guesser = decision.weights["0/guesser"]
    assert all(guesser < weight for vote, weight in decision.weights.items() if vote != "0/guesser")
    right = [found.decisions[t].questions for t in casts if found.decisions[t].questions]
    assert len(right) > 60
    assert sum(
        each[0].value == truth[t]
        for t, each in ((t, found.decisions[t].questions) for t in casts)
        if each
    ) >= 0.97 * len(right)


def test_whoever_always_says_the_opposite_says_what_is_true() -> None:
    casts, truth = crowd(tasks=80, people=8, each=4, right=0.95, options="ab")
    other = {"a": "b", "b": "a"}
    for task in casts:
        casts[task].append(vote_of("contrary", task, other[truth[task]]))
    knowledge = estimate([choice(options="ab")], casts, CAREFUL).knowledge
    alone = decide(
        [choice(options="ab")], [vote_of("contrary", 99, "a")], Policy.fixed(1), knowledge
    )
    assert alone.questions[0].probabilities[""]['"b"'] > 0.7


@pytest.mark.parametrize("right", [0.65, 0.8, 0.95])
def test_replayed_crowds_are_as_right_as_they_are_claimed_to_be_or_more(right: float) -> None:
    # Published probabilities are careful: real crowds share their errors, these don't.
    casts, truth = crowd(tasks=400, people=30, each=4, right=right, seed=5)
    found = estimate(Q, casts, Policy.fixed(4))
    claimed, real = 0.0, 0.0
    for task, decision in found.decisions.items():
        shares = decision.questions[0].probabilities[""]
        best = max(shares, key=lambda label: shares[label])
        claimed += shares[best]
        real += best == f'"{truth[task]}"'
    assert claimed <= real + 0.02 * len(truth)
    assert claimed >= real - 0.2 * len(truth)


def test_a_reviewers_word_is_so_and_teaches_who_was_right() -> None:
    votes = [vote_of("one", 0, "a"), vote_of("two", 0, "a"), vote_of("three", 0, "b")]
    word = Vote(id="review", values={"q": "b"}, truth=True)
    decision = decide(Q, [*votes, word], CAREFUL)
    assert decision.state is MicroTaskState.SETTLED
    assert (decision.questions[0].value, decision.confidence) == ("b", 1.0)
    assert decision.agreeing == {"0/three"}
    learnt = {person: each.right for (person, _), each in decision.contribution.people().items()}
    assert learnt == {"one": 0, "two": 0, "three": 1}
    assert ("review", "q") not in decision.contribution.people()


def test_a_reviewer_who_finds_it_badly_cut_sets_it_aside() -> None:
    votes = [vote_of("one", 0, "a"), vote_of("two", 0, "a")]
    word = Vote(id="review", values={}, badly_cut=True, truth=True)
    decision = decide(Q, [*votes, word], CAREFUL)
    assert (decision.state, decision.confidence) == (MicroTaskState.SET_ASIDE, 1.0)


def test_without_a_person_the_others_decide_and_alone_what_is_frequent() -> None:
    votes = [vote_of("one", 0, "a"), vote_of("two", 0, "b"), vote_of("three", 0, "b")]
    without = leave_one_out(Q, votes, CAREFUL)
    assert without["0/one"]["q"][""]['"b"'] > 0.8
    tie = without["0/two"]["q"][""]
    assert tie['"a"'] == pytest.approx(tie['"b"'])
    alone = leave_one_out(Q, votes[:1], CAREFUL)["0/one"]["q"][""]
    assert alone == pytest.approx({'"a"': 1 / 3, '"b"': 1 / 3, '"c"': 1 / 3})


def test_each_option_of_several_has_its_own_frequency() -> None:
    chance = random.Random(2)
    question = choices(options="ab")
    casts = {
        task: [
            Vote(
                id=f"{task}/{person}",
                person=person,
                values={"q": ["a"] if chance.random() < 0.9 else ["a", "b"]},
            )
            for person in range(3)
        ]
        for task in range(40)
    }
    pool = estimate([question], casts, CAREFUL).knowledge.pools["q"]
    assert pool.tasks["a"]["true"] > 35
    assert pool.tasks["b"]["true"] < 8


def test_a_text_nobody_else_typed_is_less_probable_than_one_typed_twice() -> None:
    votes = [
        vote_of("one", 0, "Renault"),
        vote_of("two", 0, "RENAULT"),
        vote_of("three", 0, "Peugeot"),
    ]
    decision = decide([text()], votes, Policy.fixed(3))
    assert decision.questions[0].value in {"Renault", "RENAULT"}
    shares = decision.questions[0].probabilities[""]
    assert sum(shares.values()) == pytest.approx(1)
    assert shares['"renault"'] > 0.7 > shares['"peugeot"'] > 0
