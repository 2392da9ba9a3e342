"""What may be said to a question, and what is wrong with the rest."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crowd.rules.problems import Problem
from crowd.rules.questions import LONGEST_TEXT, Question, check_answer
from tests.rules.votes import choice, choices, number, text


def checked(question: Question, *value: Any, language: str = "fr") -> Any:
    """The cleaned value of one question, or its problem; no value leaves the question out."""
    values = {question.key: value[0]} if value else {}
    clean, wrong = check_answer([question], values, language=language)
    assert not (clean.keys() & wrong.keys())
    return wrong.get(question.key, clean.get(question.key, "left out"))


def code(question: Question, *value: Any) -> str:
    problem = checked(question, *value)
    assert isinstance(problem, Problem), problem
    return problem.code


EVERY_KIND = [choice(), choices(), text(), number()]


@pytest.mark.parametrize("question", EVERY_KIND, ids=lambda q: q.kind.value)
def test_one_can_always_say_that_one_can_not_tell(question: Question) -> None:
    assert checked(question, None) is None


@pytest.mark.parametrize("question", EVERY_KIND, ids=lambda q: q.kind.value)
def test_a_required_question_wants_an_answer(question: Question) -> None:
    assert code(question) == "answer_missing"


@pytest.mark.parametrize("question", [choice(), text(), number()], ids=lambda q: q.kind.value)
@pytest.mark.parametrize("empty", ["", "  \n", "\u00a0"])
def test_an_empty_field_is_no_answer(question: Question, empty: str) -> None:
    assert code(question, empty) == "answer_missing"
    assert checked(_optional(question), empty) == "left out"


def _optional(question: Question) -> Question:
    return Question(key=question.key, kind=question.kind, options=question.options, required=False)


def test_an_option_is_taken_as_it_is() -> None:
    assert checked(choice(), "b") == "b"


@pytest.mark.parametrize("value", ["d", "A", " a", 1, True, ["a"], {"a": 1}, "a\x00"])
def test_what_is_no_option_is_refused(value: Any) -> None:
    assert code(choice(), value) == "option_unknown"


def test_options_come_in_the_order_of_the_question_each_once() -> None:
    assert checked(choices(), ["c", "a", "c"]) == ["a", "c"]
    assert checked(choices(), []) == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("a", "list_expected"),
        ({"a": True}, "list_expected"),
        (1, "list_expected"),
        (["a", "z"], "option_unknown"),
        ([["a"]], "option_unknown"),
        ([{"a": 1}], "option_unknown"),
        ([None], "option_unknown"),
        ([1, 2.5, True], "option_unknown"),
    ],
)
def test_what_is_no_list_of_options_is_refused(value: Any, problem: str) -> None:
    assert code(choices(), value) == problem


def test_a_text_loses_its_outer_spaces_and_what_can_not_be_stored() -> None:
    assert checked(text(), "  deux\r\nlignes \n") == "deux\nlignes"
    assert checked(text(), "a\x00b") == "ab"
    assert checked(text(), "a\ud800b").encode()


@pytest.mark.parametrize("value", [1, 1.5, True, ["a"], {}, [[]]])
def test_what_is_no_text_is_refused(value: Any) -> None:
    question = text()
    assert code(question, value) in {"text_expected", "answer_missing"}


def test_a_text_has_the_length_it_may_have() -> None:
    short = text(settings={"max_length": 5})
    assert checked(short, "12345") == "12345"
    problem = checked(short, "123456")
    assert (problem.code, problem.params) == ("text_too_long", {"length": 6, "most": 5})
    assert checked(text(), "x" * LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert code(text(), "x" * (LONGEST_TEXT + 1)) == "text_too_long"


def test_a_number_may_be_typed_in_the_language_of_the_page() -> None:
    assert checked(number(), "1,234") == 1.234
    assert checked(number(), "1,234", language="en") == 1234
    assert checked(number(), 12.0) == 12
    assert isinstance(checked(number(), 12.0), int)
    assert checked(number(settings={"unit": "m²"}), "12 m²") == 12


@pytest.mark.parametrize(
    "value", [True, False, ["1"], {}, "douze", math.nan, "NaN", "Infinity", {"a": [1]}]
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    assert code(number(), value) in {"not_a_number", "answer_missing"}


@pytest.mark.parametrize("value", [math.inf, 1e300, 10**6000], ids=["inf", "float", "long"])
def test_a_number_without_measure_is_refused(value: float) -> None:
    assert code(number(), value) == "number_too_large"


def test_a_number_stays_in_its_bounds() -> None:
    bounded = number(settings={"min": 0, "max": 10})
    assert checked(bounded, 0) == 0
    assert checked(bounded, "10") == 10
    assert checked(bounded, -1).params == {"least": 0}
    assert checked(bounded, 10.5).params == {"most": 10}


def test_an_unknown_question_is_named_and_the_others_are_still_checked() -> None:
    clean, wrong = check_answer([choice("one")], {"one": "a", "two": "b"}, language="fr")
    assert clean == {"one": "a"}
    assert wrong == {"two": Problem("question_unknown", key="two")}


def test_every_wrong_answer_is_named_at_once() -> None:
    questions = [choice("one"), number("two"), text("three")]
    clean, wrong = check_answer(questions, {"one": "z", "two": "x", "three": "ok"}, language="fr")
    assert clean == {"three": "ok"}
    assert {key: problem.code for key, problem in wrong.items()} == {
        "one": "option_unknown",
        "two": "not_a_number",
    }


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(alphabet=st.characters(codec=None, exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d", "\ud800", "x" * 99]), junk))
def test_whatever_comes_in_is_either_clean_json_or_a_problem(values: dict[str, Any]) -> None:
    questions = [choice("a"), choices("b"), text("c"), number("d", required=False)]
    clean, wrong = check_answer(questions, values, language="fr")
    assert not (clean.keys() & wrong.keys())
    assert clean.keys() | wrong.keys() >= {"a", "b", "c"}
    assert "\\u0000" not in json.dumps(clean, allow_nan=False)
    for key, problem in wrong.items():
        said = json.dumps({key: problem.params}, allow_nan=False, ensure_ascii=False)
        assert len(said.encode()) < 2000
    again, still_wrong = check_answer(
        questions, clean, language="fr"
    )  # what was cleaned once is clean
    assert {**again} == clean
    assert all(problem.code == "answer_missing" for problem in still_wrong.values())
