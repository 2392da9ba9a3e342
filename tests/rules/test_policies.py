"""When a policy stops asking."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.consensus import Decision, Vote, decide
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from tests.rules.crowds import vote_of
from tests.rules.votes import choice, text, votes

OPEN, SETTLED = MicroTaskState.OPEN, MicroTaskState.SETTLED
CONTESTED = MicroTaskState.CONTESTED
Q = [choice(options="ab")]

POLICIES = {
    "quick_look": Policy.quick_look(),
    "careful": Policy.careful(),
    "very_careful": Policy.very_careful(),
    "identical": Policy.identical(3, at_most=7),
    "fixed": Policy.fixed(4),
}


def by(policy: Policy, *said: Any, **fields: Any) -> Decision:
    cast = [vote_of(number, 0, each, **fields) for number, each in enumerate(said)]
    return decide(Q, cast, policy)


@pytest.mark.parametrize(("name", "policy"), POLICIES.items())
def test_a_policy_knows_its_name(name: str, policy: Policy) -> None:
    assert policy.kind == name


def test_the_rule_of_2014_wants_three_identical_answers() -> None:
    policy = Policy.identical(3, at_most=10)
    assert by(policy, "a", "b", "a").state is OPEN
    assert by(policy, "a", "b", "a", "a").state is SETTLED


def test_the_rule_of_2010_asks_three_and_two_must_agree() -> None:
    policy = Policy.identical(2, at_least=3, at_most=7)
    assert (by(policy, "a", "a").state, by(policy, "a", "a").needs) == (OPEN, 1)
    assert by(policy, "a", "a", "b").state is SETTLED


@given(st.lists(st.sampled_from("ab"), max_size=7), st.integers(1, 4))
def test_identical_answers_are_counted_and_nothing_else_matters(said: list[str], k: int) -> None:
    decision = by(Policy.identical(k, at_most=7), *said)
    most = sorted((said.count("a"), said.count("b")))
    if most[1] >= k and most[1] > most[0]:
        assert decision.state is SETTLED
        assert decision.questions[0].value == ("a" if said.count("a") == most[1] else "b")
    else:
        assert decision.state is (CONTESTED if len(said) == 7 else OPEN)


@given(
    st.sampled_from(sorted(POLICIES)),
    st.lists(st.sampled_from(["a", "b", None]), max_size=10),
)
def test_what_is_settled_needs_nobody_and_what_is_open_somebody(name, said) -> None:
    policy = POLICIES[name]
    decision = by(policy, *said[: policy.at_most])
    if decision.state is OPEN:
        assert 1 <= decision.needs <= policy.at_most - len(said[: policy.at_most])
        assert decision.settles
    else:
        assert decision.needs == 0
        for verdict in decision.questions:
            for shares in verdict.probabilities.values():
                assert sum(shares.values()) == pytest.approx(1)


def test_careful_asks_two_at_least_and_stops_when_it_is_sure() -> None:
    assert by(Policy.careful(), "a").state is OPEN
    assert by(Policy.careful(), "a", "a").state is OPEN  # strangers: 9 to 1 is not 19 to 1
    assert by(Policy.careful(), "a", "a", "a").state is SETTLED
    assert by(Policy.very_careful(), "a", "a", "a").state is OPEN


def test_what_would_settle_it_is_said() -> None:
    decision = by(Policy.careful(), "a", "a")
    (outlook,) = decision.settles
    assert (outlook.key, outlook.label, outlook.more) == ("q", '"a"', 1)
    assert outlook.sure == pytest.approx(0.9, abs=1e-3)
    assert by(Policy.careful(), "a", "a", "a").state is SETTLED


def test_careful_is_contested_when_all_have_answered_and_it_is_not_sure() -> None:
    assert by(Policy.careful(), *"ababababab").state is CONTESTED


def test_a_fixed_number_takes_the_likeliest_unless_there_is_none() -> None:
    assert by(Policy.fixed(3), "a", "b").needs == 1
    assert by(Policy.fixed(3), "a", "b", "b").questions[0].value == "b"
    assert by(Policy.fixed(2), "a", "b").state is CONTESTED


def test_of_one_room_so_many_answers_decide_as_the_policy_says() -> None:
    for policy in (Policy.quick_look(), Policy.careful()):
        assert by(policy, *"aaaa", group="room").state is OPEN
    assert by(Policy.quick_look(per_group=2), "a", "a", group="room").state is SETTLED
    assert by(Policy.careful(per_group=3), "a", "a", "a", group="room").state is SETTLED


def test_a_room_counts_as_one_voice_against_others() -> None:
    room = [vote_of(number, 0, "a", group="room") for number in range(4)]
    others = [vote_of(number, 0, "b") for number in range(10, 13)]
    decision = decide(Q, [*room, *others], Policy.fixed(4))
    assert decision.questions[0].value == "b"


@given(st.sampled_from(sorted(POLICIES)), st.lists(st.sampled_from("ab"), min_size=1, max_size=10))
def test_newcomers_of_one_burst_settle_nothing_whatever_they_say(
    name: str, said: list[str]
) -> None:
    policy = POLICIES[name]
    decision = by(policy, *said[: policy.at_most], group="burst", fresh=True)
    assert decision.state is not SETTLED


def test_machines_never_decide_alone() -> None:
    for policy in (Policy.quick_look(), Policy.careful()):
        assert by(policy, *"aaaa", machine=True).state is OPEN
    machines = [vote_of(number, 0, "a", machine=True) for number in range(9)]
    one, two = vote_of("someone", 0, "a"), vote_of("another", 0, "a")
    for policy in (Policy.quick_look(), Policy.careful(), Policy.fixed(2)):
        assert decide(Q, machines, policy).state is OPEN  # nor do they use up whom to ask
        assert decide(Q, [*machines, one], policy).state is OPEN
        assert decide(Q, [*machines, one, two], policy).state is SETTLED


def test_today_s_callers_need_no_knowledge() -> None:
    assert decide(Q, votes("a", "a"), Policy(agree=2, at_most=5)).state is SETTLED


@pytest.mark.parametrize(
    "wrong", [{"sure": 0.4}, {"sure": 1.0}, {"at_least": 9}, {"per_group": 0}, {"at_least": 0}]
)
def test_what_can_never_happen_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"can't be wanted|more than at most|able to decide"):
        Policy(**wrong)


def test_a_vote_speaks_for_its_person_else_for_itself() -> None:
    assert Vote(id=1, values={}).who == 1
    assert Vote(id=1, values={}, person="someone").who == "someone"


def test_a_question_that_is_not_asked_after_all_keeps_nothing_open() -> None:
    first = choice("first", options="ab")
    then = choice("then", options="xy", settings={"shown_when": {"question": "first", "is": "a"}})
    said = [{"first": "b"}, {"first": "b"}, {"first": "a", "then": "x"}]
    cast = [Vote(id=number, values=values) for number, values in enumerate(said)]
    decision = decide([first, then], cast, Policy.quick_look())
    assert decision.state is SETTLED
    assert [(each.outcome, each.value) for each in decision.questions] == [
        ("settled", "b"),
        ("unasked", None),
    ]
    assert decision.agreeing == {0, 1}


def test_a_question_that_is_asked_after_all_must_be_agreed_on_too() -> None:
    first = choice("first", options="ab")
    then = choice("then", options="xy", settings={"shown_when": {"question": "first", "is": "a"}})
    said = [{"first": "a", "then": "x"}, {"first": "a", "then": "y"}]
    cast = [Vote(id=number, values=values) for number, values in enumerate(said)]
    assert decide([first, then], cast, Policy.quick_look()).needs == 1
    cast.append(Vote(id=3, values={"first": "a", "then": "y"}))
    decision = decide([first, then], cast, Policy.quick_look())
    assert [each.value for each in decision.questions] == ["a", "y"]


def test_texts_that_all_differ_by_a_word_are_combined_after_a_fixed_number() -> None:
    typed = ["the house is red", "the house is read", "a house is red"]
    cast = [vote_of(number, 0, each) for number, each in enumerate(typed)]
    decision = decide([text()], cast, Policy.fixed(3))
    assert (decision.state, decision.questions[0].value) == (SETTLED, "the house is red")
