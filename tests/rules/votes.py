"""Short ways to write questions and votes."""

from typing import Any

from crowd.rules.consensus import Decision, Vote, decide
from crowd.rules.policy import Policy
from crowd.rules.questions import Kind, Question

CUT = object()  # "this excerpt is badly cut"
LEFT_OUT = object()  # an optional question without an answer


def choice(key: str = "q", options: str = "abc", **fields: Any) -> Question:
    return Question(key=key, kind=Kind.CHOICE, options=tuple(options), **fields)


def choices(key: str = "q", options: str = "abc", **fields: Any) -> Question:
    return Question(key=key, kind=Kind.CHOICES, options=tuple(options), **fields)


def text(key: str = "q", **fields: Any) -> Question:
    return Question(key=key, kind=Kind.TEXT, **fields)


def number(key: str = "q", **fields: Any) -> Question:
    return Question(key=key, kind=Kind.NUMBER, **fields)


def vote(id: int, value: Any) -> Vote:
    """What one person says to the question "q", or to several as a dict."""
    if value is CUT:
        return Vote(id=id, values={}, badly_cut=True)
    if value is LEFT_OUT:
        return Vote(id=id, values={})
    return Vote(id=id, values=value if isinstance(value, dict) else {"q": value})


def votes(*values: Any) -> list[Vote]:
    return [vote(number, value) for number, value in enumerate(values)]


def decided(*values: Any, of: Question | None = None, agree: int = 2, at_most: int = 5) -> Decision:
    """The decision about one question after these votes."""
    return decide([of or choice()], votes(*values), Policy(agree=agree, at_most=at_most))
