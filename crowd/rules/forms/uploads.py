"""Uploads: taken as they come; whether they show what they should is for the check step to say.

The check is a later step that the upload's verdict opens; two people's photographs of two letters
can't agree, and need not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crowd.rules.forms.measures import outcome_of
from crowd.rules.forms.parts import (
    CANT_TELL,
    LEFT_OUT,
    NOTHING,
    UNASKED,
    Category,
    Lesson,
    Missing,
    Said,
    Weights,
    Winners,
)
from crowd.rules.questions import Question, Value

UPLOADED: Category = ("uploaded",)


@dataclass(frozen=True)
class Uploads:
    """The files of one question; see `parts.Parts`."""

    question: Question
    values: tuple[Value | Missing, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return ("",)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(_said(value) for value in self.values)

    def closed(self, name: str) -> tuple[Category, ...]:
        return (UPLOADED,)

    def alternatives(self, name: str) -> int:
        return 2

    def sure(self, accuracies: Sequence[float]) -> dict[str, float]:
        return {"": 1.0} if any(isinstance(value, str) for value in self.values) else {}

    def lessons(self, name: str, accuracies: Sequence[float]) -> dict[int, Lesson]:
        return {}

    def matters(self, name: str, winners: Winners) -> bool:
        return True

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        """The first file that came; others are kept with their answers."""
        files = [value for value in self.values if isinstance(value, str)]
        if files:
            return "settled", files[0]
        return outcome_of(self.said, winners), None

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        return float(isinstance(self.values[index], str))


def _said(value: Value | Missing) -> Said:
    if value is UNASKED:
        return {}
    return {"": CANT_TELL if value is None else NOTHING if value is LEFT_OUT else UPLOADED}
