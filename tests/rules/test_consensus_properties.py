"""What holds of every decision, whatever people say and in whatever order."""

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crowd.rules import atoms
from crowd.rules.consensus import Decision, Vote, decide
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from crowd.rules.questions import Question
from tests.rules.votes import CUT, choice, choices, number, text, vote, votes

QUESTIONS = {
    "choice": (choice(options="abc"), st.sampled_from(["a", "b", "c"])),
    "choices": (choices(options="ab"), st.sampled_from([[], ["a"], ["b"], ["a", "b"]])),
    "text": (text(required=False), st.sampled_from(["Été", "ete", "été.", "hiver", "—"])),
    "number": (number(), st.sampled_from([1, 1.0, 2.5])),
}

policies = st.tuples(st.integers(1, 4), st.integers(0, 4)).map(
    lambda pair: Policy(agree=pair[0], at_most=pair[0] + pair[1])
)


@st.composite
def cases(draw: Any) -> tuple[list[Question], list[Vote], Policy]:
    """One or two questions, a policy, and no more votes than it allows."""
    kinds = draw(st.lists(st.sampled_from(sorted(QUESTIONS)), min_size=1, max_size=2, unique=True))
    questions = [
        Question(
            key=kind,
            kind=QUESTIONS[kind][0].kind,
            options=QUESTIONS[kind][0].options,
            required=QUESTIONS[kind][0].required,
        )
        for kind in kinds
    ]
    said = st.fixed_dictionaries({kind: st.one_of(st.none(), QUESTIONS[kind][1]) for kind in kinds})
    if "text" in kinds:
        said = st.one_of(said, said.map(lambda v: {k: x for k, x in v.items() if k != "text"}))
    answers = st.one_of(said, said, said, st.just(CUT))
    policy = draw(policies)
    values = draw(st.lists(answers, max_size=policy.at_most))
    return questions, votes(*values), policy


def said_in(question: Question, value: Any) -> dict[str, atoms.Category]:
    """The atoms of one value; a verdict without one has said nothing."""
    return dict(atoms.take_apart(question, [value]).said[0])


def conclusions(questions: list[Question], decision: Decision) -> list[tuple[str, str, object]]:
    """Outcome and category of each question's verdict: texts by what they are compared by."""
    return [
        (
            verdict.key,
            verdict.outcome,
            sorted(said_in(question, verdict.value).items(), key=str),
        )
        for question, verdict in zip(questions, decision.questions, strict=False)
    ]


@given(cases(), st.randoms())
def test_the_order_of_answers_changes_neither_outcome_nor_value(case, chance) -> None:
    questions, said_so_far, policy = case
    shuffled = said_so_far[:]
    chance.shuffle(shuffled)
    one, other = decide(questions, said_so_far, policy), decide(questions, shuffled, policy)
    assert (one.state, one.needs, one.confidence, one.agreeing) == (
        other.state,
        other.needs,
        other.confidence,
        other.agreeing,
    )
    assert conclusions(questions, one) == conclusions(questions, other)


@given(cases())
def test_the_same_answers_give_the_same_decision(case) -> None:
    assert decide(*case) == decide(*case)


@given(cases())
def test_what_is_open_needs_someone_and_never_more_than_could_be_asked(case) -> None:
    questions, said_so_far, policy = case
    decision = decide(questions, said_so_far, policy)
    if decision.state is MicroTaskState.OPEN:
        assert 1 <= decision.needs <= min(policy.agree, policy.at_most - len(said_so_far))
    else:
        assert decision.needs == 0


@given(cases())
def test_it_settles_only_where_enough_agree_on_everything(case) -> None:
    questions, said_so_far, policy = case
    decision = decide(questions, said_so_far, policy)
    if decision.state is not MicroTaskState.SETTLED:
        return
    for question in questions:
        said = [
            said_in(question, atoms.value_of(question, v.values))
            for v in said_so_far
            if not v.badly_cut
        ]
        for name in said[0]:
            counts = [sum(each[name] == one[name] for each in said) for one in said]
            assert max(counts) >= policy.agree


@given(cases())
def test_a_confidence_is_a_probability(case) -> None:
    decision = decide(*case)
    assert 0 <= decision.confidence <= 1
    for verdict in decision.questions:
        assert 0 <= verdict.confidence <= 1
        assert 0 <= verdict.support <= verdict.answers


@given(cases())
def test_one_more_who_agrees_never_makes_it_less_sure(case) -> None:
    questions, said_so_far, policy = case
    before = decide(questions, said_so_far, policy)
    if before.state is MicroTaskState.OPEN or not before.agreeing:
        return
    like = next(each for each in said_so_far if each.id in before.agreeing)
    more = Vote(id="one more", values=like.values, badly_cut=like.badly_cut)
    roomier = Policy(agree=policy.agree, at_most=policy.at_most + 1)
    after = decide(questions, [*said_so_far, more], roomier)
    assert after.state is before.state
    assert after.confidence >= before.confidence
    assert conclusions(questions, after) == conclusions(questions, before)


@given(cases())
def test_who_agrees_says_what_the_verdict_says(case) -> None:
    questions, said_so_far, policy = case
    decision = decide(questions, said_so_far, policy)
    for each in said_so_far:
        if each.id not in decision.agreeing or each.badly_cut:
            continue
        for question, verdict in zip(questions, decision.questions, strict=True):
            if verdict.outcome == "settled":
                value = atoms.value_of(question, each.values)
                assert said_in(question, value) == said_in(question, verdict.value)


def fewest_that_settle(question: Question, said_so_far: list[Vote], policy: Policy) -> int:
    """By trying everything that people could say next."""
    options: list[Any] = [*question.options, None, CUT]
    for count in itertools.count(1):
        for said in itertools.product(options, repeat=count):
            more = [vote(f"more {i}", value) for i, value in enumerate(said)]
            if decide([question], [*said_so_far, *more], policy).state is not MicroTaskState.OPEN:
                return count
    raise AssertionError


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["a", "b", None, CUT]), max_size=5),
    st.integers(1, 3),
    st.integers(0, 3),
)
def test_needs_is_never_more_than_the_fewest_that_could_end_it(said, agree, spare) -> None:
    # It may be fewer when complaints and readers compete: then one more is asked at a time.
    policy = Policy(agree=agree, at_most=agree + spare)
    so_far = votes(*said[: policy.at_most])
    decision = decide([choice(options="ab")], so_far, policy)
    if decision.state is MicroTaskState.OPEN:
        fewest = fewest_that_settle(choice(options="ab"), so_far, policy)
        assert decision.needs <= fewest
        if CUT not in said:
            assert decision.needs == fewest
