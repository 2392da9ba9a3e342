"""The shape of a sample campaign: plain data, as the loader reads it."""

from collections.abc import Callable
from typing import Any, TypedDict


class Option(TypedDict):
    """One possible answer to a choice."""

    value: str
    label: str


class Question(TypedDict):
    """One question of a step."""

    key: str
    kind: str  # choice, choices, text or number
    label: str
    help: str
    required: bool
    options: list[Option]
    settings: dict[str, Any]


class Step(TypedDict):
    """One kind of question asked about every excerpt, and when enough people have answered."""

    key: str
    title: str
    instructions: str
    # None: the step opens with the excerpt. Else {"step", "question", "each"}: the verdict of that
    # question opens it, once for each value of the verdict.
    opens_when: dict[str, Any] | None
    agree: int
    at_most: int
    lease_seconds: int
    questions: list[Question]


class Source(TypedDict):
    """The document of a campaign; ``make`` gives its bytes."""

    name: str
    media_type: str
    make: Callable[[], bytes]


class Campaign(TypedDict):
    """A drive, its steps and its document."""

    slug: str
    title: str
    problem: str
    solution: str
    story: str
    licence: str
    language: str
    deadline_days: int
    game: str
    steps: list[Step]
    document: Source


def question(
    key: str,
    kind: str,
    label: str,
    *,
    hint: str = "",
    required: bool = True,
    options: dict[str, str] | None = None,
    settings: dict[str, Any] | None = None,
) -> Question:
    """Give a question; ``options`` are labels by value."""
    return {
        "key": key,
        "kind": kind,
        "label": label,
        "help": hint,
        "required": required,
        "options": [{"value": v, "label": text} for v, text in (options or {}).items()],
        "settings": settings or {},
    }
