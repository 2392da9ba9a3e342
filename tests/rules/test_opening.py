"""What a verdict opens."""

from typing import Any

import pytest

from crowd.rules import opening
from crowd.rules.opening import opened_by
from crowd.rules.problems import Problem
from tests.rules.votes import choices, number, text

EACH = {"step": "read", "question": "topics", "each": True}
IS = {"step": "read", "question": "topics", "is": "a"}
ANY = {"step": "read", "question": "topics"}
EARLIER = {"read": {"topics": choices("topics"), "said": text("said"), "sum": number("sum")}}


@pytest.mark.parametrize(
    ("condition", "value", "about"),
    [
        (EACH, ["a", "b"], ["a", "b"]),
        (EACH, "a", ["a"]),
        (EACH, [], []),
        (EACH, None, []),
        (IS, "a", [""]),
        (IS, ["b", "a"], [""]),
        (IS, "b", []),
        (IS, ["b"], []),
        (IS, None, []),
        (ANY, "anything", [""]),
        (ANY, 0, [""]),
        (ANY, "", []),
        (ANY, [], []),
        (ANY, None, []),
    ],
)
def test_a_verdict_opens_what_its_condition_says(condition, value: Any, about: list[str]) -> None:
    assert opened_by(condition, {"topics": value}) == about


@pytest.mark.parametrize("condition", [EACH, IS, ANY])
def test_a_verdict_without_the_question_opens_nothing(condition) -> None:
    assert opened_by(condition, {}) == []


@pytest.mark.parametrize("condition", [EACH, IS, ANY])
def test_a_condition_on_an_earlier_step_is_taken(condition) -> None:
    opening.check(condition, EARLIER)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("read", "condition_unreadable"),
        ([], "condition_unreadable"),
        ({**ANY, "unless": "a"}, "condition_unreadable"),
        ({}, "condition_unknown_step"),
        ({**ANY, "step": "later"}, "condition_unknown_step"),
        ({**ANY, "step": ["read"]}, "condition_unknown_step"),
        ({**ANY, "question": "mood"}, "condition_unknown_question"),
        ({"step": "read"}, "condition_unknown_question"),
        ({**IS, "is": "z"}, "condition_unknown_option"),
        ({**IS, "is": ["a"]}, "condition_unknown_option"),
        ({**EACH, "question": "said"}, "condition_without_options"),
        ({**EACH, "question": "sum"}, "condition_without_options"),
    ],
)
def test_a_condition_that_could_never_be_met_is_refused(condition: Any, code: str) -> None:
    with pytest.raises(Problem) as refused:
        opening.check(condition, EARLIER)
    assert refused.value.code == code
