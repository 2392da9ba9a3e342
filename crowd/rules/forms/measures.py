"""Numbers and dates: what is read is what is compared; within a tolerance, if there is one."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crowd.rules import dates
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

SCATTER = 10  # different wrong numbers or dates, as far as two people may hit the same one


@dataclass(frozen=True)
class Measures:
    """Numbers or dates people read from an excerpt; see `parts.Parts`."""

    question: Question
    values: tuple[Value | Missing, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return ("",)

    @cached_property
    def said(self) -> tuple[Said, ...]:
        centres = _centres(self.values, self.question)
        return tuple(
            {} if value is UNASKED else {"": _category(value, centres, self.question)}
            for value in self.values
        )

    def closed(self, name: str) -> None:
        return None

    def alternatives(self, name: str) -> int:
        return SCATTER

    def sure(self, accuracies: Sequence[float]) -> dict[str, float]:
        return {}

    def lessons(self, name: str, accuracies: Sequence[float]) -> dict[int, Lesson]:
        return {}

    def matters(self, name: str, winners: Winners) -> bool:
        return True

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        outcome = outcome_of(self.said, winners)
        if outcome != "settled":
            return outcome, None
        typed = [
            value
            for value, said in zip(self.values, self.said, strict=True)
            if said.get("") == winners[""] and isinstance(value, str | int | float)
        ]
        return "settled", most_common(typed)

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        return float("" in winners and self.said[index].get("") == winners[""])


def outcome_of(said: Sequence[Said], winners: Winners) -> str:
    """What became of a question with one atom."""
    if not any(said):
        return "unasked"
    if "" not in winners:
        return "contested"
    return {CANT_TELL: "cant_tell", NOTHING: "left_empty"}.get(winners[""], "settled")


def most_common(typed: Sequence[str | float]) -> str | float:
    """What most people typed; the smallest when several are even."""
    counts = Counter(typed)
    most = max(counts.values())
    return min((value for value in typed if counts[value] == most), key=lambda v: (str(type(v)), v))


def likeness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    """1 for the same value, or one within the tolerance; between for dates."""
    first, second = Measures(question, (one, other)).said
    if first == second:
        return 1.0
    if question.kind is Kind.DATE and isinstance(one, str) and isinstance(other, str):
        return _shared(one, other)
    return 0.0


def _shared(one: str, other: str) -> float:
    """The share of year, month and day that two dates have in common, from the year on."""
    first, second = dates.parts_of(one), dates.parts_of(other)
    same = 0
    while same < 3 and first[same] is not None and first[same] == second[same]:
        same += 1
    return same / max(sum(part is not None for part in parts) for parts in (first, second))


def _category(value: Value | Missing, centres: Sequence[float], question: Question) -> Category:
    if value is None:
        return CANT_TELL
    if value is LEFT_OUT:
        return NOTHING
    if centres:
        return min(centres, key=lambda centre: (abs(centre - _place(value)), centre))
    return str(value).removesuffix("~") if question.kind is Kind.DATE else value  # type: ignore[return-value]


def _centres(values: Sequence[Value | Missing], question: Question) -> list[float]:
    """Where values gather within the tolerance; [] without one.

    The value with most others within reach first, then among the rest; of several the smallest.
    """
    reach = question.settings.get("tolerance")
    typed = [value for value in values if isinstance(value, str | int | float)]
    if not reach or not all(_is_measured(value) for value in typed):
        return []
    left = sorted(_place(value) for value in typed)
    centres: list[float] = []
    while left:
        near = {each: sum(abs(other - each) <= reach for other in left) for each in left}
        centre = max(near, key=lambda each: (near[each], -each))
        centres.append(centre)
        left = [each for each in left if abs(each - centre) > reach]
    return centres


def _is_measured(value: str | float) -> bool:
    """Whether a distance makes sense: of dates, only between whole ones."""
    return not isinstance(value, str) or len(value) == len("2014-03-12")


def _place(value: object) -> float:
    if isinstance(value, str):
        return float(dt.date.fromisoformat(value).toordinal())
    return float(value)  # type: ignore[arg-type]


def median(numbers: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted median; between two numbers that share the weight, their middle."""
    half = sum(weights) / 2
    below = 0.0
    pairs = sorted(zip(numbers, weights, strict=True))
    for place, (number, weight) in enumerate(pairs):
        below += weight
        if math.isclose(below, half) and place + 1 < len(pairs):
            return (number + pairs[place + 1][0]) / 2
        if below > half:
            return number
    return pairs[-1][0]


def inside(accuracy: float) -> float:
    """An accuracy that odds can be made of."""
    return min(max(accuracy, 0.01), 0.99)
