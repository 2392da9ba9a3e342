"""Choices: one category, or one yes or no per option."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

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
from crowd.rules.questions import Kind, Question, Value


@dataclass(frozen=True)
class Choices:
    """What was chosen; see `parts.Parts`."""

    question: Question
    values: tuple[Value | Missing, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.question.options if self.question.kind is Kind.CHOICES else ("",)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(self._of(value) for value in self.values)

    def _of(self, value: Value | Missing) -> Said:
        if value is UNASKED:
            return {}
        if value is None or value is LEFT_OUT:
            return dict.fromkeys(self.names, CANT_TELL if value is None else NOTHING)
        if isinstance(value, list):
            return {option: option in value for option in self.names}
        return {"": str(value)}

    def closed(self, name: str) -> tuple[Category, ...]:
        return (True, False) if name else self.question.options

    def alternatives(self, name: str) -> int:
        return max(2, len(self.closed(name)))

    def sure(self, accuracies: Sequence[float]) -> dict[str, float]:
        return {}

    def lessons(self, name: str, accuracies: Sequence[float]) -> dict[int, Lesson]:
        return {}

    def matters(self, name: str, winners: Winners) -> bool:
        return True

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        if not any(self.said):
            return "unasked", None
        if any(name not in winners for name in self.names):
            return "contested", None
        for category, outcome in ((CANT_TELL, "cant_tell"), (NOTHING, "left_empty")):
            if all(winners[name] == category for name in self.names):
                return outcome, None
        if self.question.kind is Kind.CHOICES:
            return "settled", [name for name in self.names if winners[name] is True]
        return "settled", str(winners[""])

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        said = self.said[index]
        shared = [winners.get(name) == category for name, category in said.items()]
        return sum(shared) / len(shared) if shared else 0.0


def likeness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    """The share of options two answers say the same about, 0 to 1."""
    first, second = Choices(question, (one, other)).said
    return sum(first.get(name) == said for name, said in second.items()) / max(1, len(second))
