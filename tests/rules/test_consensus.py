"""From answers to a verdict: when it settles, what it says, and whom it agrees with."""

import pytest

from crowd.rules.consensus import Decision, decide
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.policy import Policy
from tests.rules.votes import CUT, LEFT_OUT, choice, choices, decided, number, text, vote, votes

OPEN, SETTLED = MicroTaskState.OPEN, MicroTaskState.SETTLED
CONTESTED, SET_ASIDE = MicroTaskState.CONTESTED, MicroTaskState.SET_ASIDE


def outcome(decision: Decision) -> tuple[MicroTaskState, str, object]:
    """State, outcome and value of a decision about one question."""
    (verdict,) = decision.questions
    return decision.state, verdict.outcome, verdict.value


def test_without_answers_it_needs_as_many_as_must_agree() -> None:
    assert decided(agree=3) == Decision(state=OPEN, needs=3)


@pytest.mark.parametrize(
    ("said", "needs"),
    [("a", 1), ("ab", 1), ("abc", 1)],
)
def test_it_asks_for_no_more_people_than_could_settle_it(said: str, needs: int) -> None:
    assert decided(*said) == Decision(state=OPEN, needs=needs)


def test_it_never_asks_for_more_than_the_most_that_may_answer() -> None:
    assert decided("a", "b", "c", agree=3, at_most=4).needs == 1


def test_it_settles_when_enough_agree() -> None:
    decision = decided("a", "b", "a")
    assert outcome(decision) == (SETTLED, "settled", "a")
    assert (decision.questions[0].support, decision.questions[0].answers) == (2, 3)
    assert decision.agreeing == {0, 2}
    assert decision.needs == 0


def test_one_answer_is_enough_where_one_must_agree() -> None:
    assert outcome(decided("b", agree=1, at_most=1)) == (SETTLED, "settled", "b")


def test_it_is_contested_when_all_have_answered_and_too_few_agree() -> None:
    decision = decided("a", "b", "c", agree=2, at_most=3)
    assert outcome(decision) == (CONTESTED, "contested", None)
    assert decision.agreeing == frozenset()
    assert decision.questions[0].answers == 3


def test_a_tie_of_two_that_each_have_enough_asks_one_more() -> None:
    assert decided("a", "b", "a", "b") == Decision(state=OPEN, needs=1)
    assert outcome(decided("a", "b", "a", "b", "b")) == (SETTLED, "settled", "b")


def test_a_tie_when_all_have_answered_is_contested() -> None:
    assert outcome(decided("a", "b", "a", "b", at_most=4)) == (CONTESTED, "contested", None)


def test_enough_who_can_not_tell_settle_it_without_a_value() -> None:
    decision = decided(None, "a", None)
    assert outcome(decision) == (SETTLED, "cant_tell", None)
    assert decision.agreeing == {0, 2}


def test_enough_who_leave_an_optional_question_empty_settle_it_so() -> None:
    assert outcome(decided(LEFT_OUT, LEFT_OUT, of=text(required=False))) == (
        SETTLED,
        "left_empty",
        None,
    )


def test_empty_and_can_not_tell_do_not_agree() -> None:
    assert decided(LEFT_OUT, None, of=text(required=False)).state is OPEN


def test_no_option_ticked_is_an_answer_of_its_own() -> None:
    assert outcome(decided([], [], of=choices())) == (SETTLED, "settled", [])
    assert decided([], None, of=choices()).state is OPEN
    assert decided([], LEFT_OUT, of=choices(required=False)).state is OPEN


def test_several_choices_are_decided_option_by_option() -> None:
    decision = decided(["a", "b"], ["b", "c"], ["a", "b", "c"], of=choices())
    assert outcome(decision) == (SETTLED, "settled", ["a", "b", "c"])
    assert decision.agreeing == {2}  # the others differ in one option


def test_one_option_in_doubt_keeps_several_choices_open() -> None:
    assert decided(["a", "b"], ["a"], of=choices()) == Decision(state=OPEN, needs=1)


def test_the_options_of_a_verdict_are_in_the_order_of_the_question() -> None:
    assert decided(["c", "a"], ["a", "c"], of=choices()).questions[0].value == ["a", "c"]


def test_every_question_must_agree() -> None:
    questions = [choice("one"), choice("two")]
    said = votes({"one": "a", "two": "a"}, {"one": "a", "two": "b"})
    policy = Policy(agree=2, at_most=3)
    assert decide(questions, said, policy) == Decision(state=OPEN, needs=1)
    decision = decide(questions, [*said, vote(2, {"one": "b", "two": "b"})], policy)
    assert decision.state is SETTLED
    assert {each.key: each.value for each in decision.questions} == {"one": "a", "two": "b"}
    assert decision.agreeing == {1}


def test_a_contested_verdict_keeps_what_was_agreed_on() -> None:
    questions = [choice("one"), choice("two")]
    said = votes({"one": "a", "two": "a"}, {"one": "a", "two": "b"})
    decision = decide(questions, said, Policy(agree=2, at_most=2))
    assert decision.state is CONTESTED
    assert [(each.outcome, each.value) for each in decision.questions] == [
        ("settled", "a"),
        ("contested", None),
    ]


def test_texts_agree_when_only_case_accents_punctuation_and_spaces_differ() -> None:
    assert decided("Crédit  Agricole", "credit agricole.", of=text()).state is SETTLED
    assert decided("12 rue", "12, rue bis", of=text()).state is OPEN


def test_the_value_of_a_text_is_the_form_most_people_typed() -> None:
    said = ["CREDIT AGRICOLE", "Crédit Agricole", "Crédit Agricole "]
    assert decided(*said, of=text(), agree=3).questions[0].value == "Crédit Agricole"


def test_of_forms_typed_as_often_the_first_is_taken() -> None:
    assert decided("Été", "ete", of=text()).questions[0].value == "Été"


def test_numbers_agree_by_value() -> None:
    assert outcome(decided(12, 12.0, of=number())) == (SETTLED, "settled", 12)
    assert decided(12, 12.5, of=number()).state is OPEN


def test_enough_who_find_it_badly_cut_set_it_aside() -> None:
    decision = decided(CUT, "a", CUT)
    assert decision.state is SET_ASIDE
    assert decision.questions == ()
    assert decision.agreeing == {0, 2}
    assert 0.6 < decision.confidence < 0.8


def test_more_readers_than_complaints_outvote_a_bad_cut() -> None:
    assert outcome(decided("a", CUT, CUT, "a", "a")) == (SETTLED, "settled", "a")


def test_one_complaint_does_not_count_as_an_answer_to_the_questions() -> None:
    decision = decided("a", CUT, "a")
    assert outcome(decision) == (SETTLED, "settled", "a")
    assert decision.questions[0].answers == 2


def test_only_complaints_too_few_to_set_aside_are_contested_at_the_end() -> None:
    decision = decided(CUT, CUT, agree=3, at_most=3)
    assert decision == Decision(state=OPEN, needs=1)
    decision = decided(CUT, CUT, "a", agree=3, at_most=3)
    assert outcome(decision) == (CONTESTED, "contested", None)


def test_a_step_without_questions_settles_when_enough_have_looked() -> None:
    policy = Policy(agree=2, at_most=3)
    assert decide([], votes({}), policy) == Decision(state=OPEN, needs=1)
    assert decide([], votes({}, {}), policy).state is SETTLED


def test_of_strangers_confidence_is_a_careful_posterior() -> None:
    # Right three times in four: two alike of two options are 3² to 1, published as (3²)^0.65.
    odds = 9**0.65
    two = decided("a", "a", of=choice(options="ab")).confidence
    assert two == pytest.approx(odds / (1 + odds), abs=1e-3)
    # One differs: as if one alone had answered.
    one = decided("a", "b", "a", of=choice(options="ab")).confidence
    assert one == pytest.approx(3**0.65 / (1 + 3**0.65), abs=1e-3)
    # Three options: who is wrong scatters, so that agreeing says more.
    assert decided("a", "a").confidence > two


def test_more_people_agreeing_are_surer() -> None:
    assert decided(*"aaa", agree=3).confidence > decided(*"aa").confidence


def test_the_least_sure_question_says_how_sure_the_verdict_is() -> None:
    questions = [choice("one", options="ab"), choice("two", options="ab")]
    said = votes({"one": "a", "two": "a"}, {"one": "a", "two": "b"}, {"one": "a", "two": "b"})
    decision = decide(questions, said, Policy(agree=2, at_most=3))
    by_key = {each.key: each.confidence for each in decision.questions}
    assert decision.confidence == by_key["two"] < by_key["one"]


@pytest.mark.parametrize(("agree", "at_most"), [(0, 3), (4, 3), (-1, -1)])
def test_a_policy_that_can_never_be_met_is_refused(agree: int, at_most: int) -> None:
    with pytest.raises(ValueError, match="can never agree"):
        Policy(agree=agree, at_most=at_most)
