"""Estimates: numbers people guess, and a mean that outliers can't move."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crowd.rules.forms.measures import Measures, inside, median, outcome_of
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

GUESS: Category = ("a guess",)  # whatever it is


@dataclass(frozen=True)
class Estimates(Measures):
    """Numbers people guess ("how many people are in the square?"): a mean that outliers can't move.

    Nobody is right or wrong: people are near or far, and the answer is sure when its standard
    error is within the precision asked for.
    """

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(_estimated(value) for value in self.values)

    @property
    def guesses(self) -> dict[int, float]:
        return {i: float(v) for i, v in enumerate(self.values) if isinstance(v, int | float)}

    def sure(self, accuracies: Sequence[float]) -> dict[str, float]:
        guesses = self.guesses
        if len(guesses) < 2 or 2 * len(guesses) <= sum(bool(said) for said in self.said):
            return {}
        weights = [1 / (1 - inside(accuracies[index])) for index in guesses]
        wide = precision(self.question, list(guesses.values()))
        if not wide:
            return {"": 1.0}
        mean = robust_mean(list(guesses.values()), weights, wide)
        spread = _spread(list(guesses.values()), weights, mean)
        # The answers of one micro-task are few: their spread is taken together with the precision
        # asked for, as if two more people had been that far apart.
        error = math.sqrt((spread * len(guesses) + 2 * wide**2) / (len(guesses) + 2) / len(guesses))
        return {"": math.erf(wide / error / math.sqrt(2))}

    def lessons(self, name: str, accuracies: Sequence[float]) -> dict[int, Lesson]:
        found: dict[int, Lesson] = {}
        guesses = self.guesses
        wide = precision(self.question, list(guesses.values()))
        for index, mine in guesses.items():
            others = [
                (g, 1 / (1 - inside(accuracies[i]))) for i, g in guesses.items() if i != index
            ]
            if others and wide:
                mean = robust_mean([g for g, _ in others], [w for _, w in others], wide)
                found[index] = nearness(mine, mean, wide), 1.0
        return found

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        outcome = outcome_of(self.said, winners)
        if outcome != "settled":
            return outcome, None
        guesses = self.guesses
        shares = [share(weights[index]) for index in guesses]
        numbers = list(guesses.values())
        mean = robust_mean(numbers, shares, precision(self.question, numbers))
        return "settled", rounded(mean, precision(self.question, numbers))

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        _, value = self.compose(winners, weights)
        return likeness(self.values[index], value, self.question)


def share(weight: float) -> float:
    """A vote by the inverse of the error rate, from the log-odds of being right."""
    return 1 + math.exp(weight)


def robust_mean(numbers: Sequence[float], weights: Sequence[float], wide: float) -> float:
    """The weighted mean, with what is more than three precisions off the median drawn in to that.

    Huber's (1964) estimator, one step from the weighted median.
    """
    middle = median(numbers, weights)
    near = [min(max(each, middle - 3 * wide), middle + 3 * wide) for each in numbers]
    return sum(n * w for n, w in zip(near, weights, strict=True)) / sum(weights)


def precision(question: Question, numbers: Sequence[float]) -> float:
    """How far apart two estimates may be and still agree.

    The question's `precision`, else a sixth of its range, else a tenth of the median's size.
    """
    asked = question.settings.get("precision") or question.settings.get("tolerance")
    if asked:
        return float(asked)
    least, most = question.settings.get("min"), question.settings.get("max")
    if least is not None and most is not None:
        return float(most - least) / 6
    return abs(median(numbers, [1.0] * len(numbers))) / 10 if numbers else 0.0


def rounded(number: float, wide: float) -> int | float:
    """With the digits that a precision leaves any sense in."""
    digits = max(0, 1 - math.floor(math.log10(wide))) if wide else 0
    near = round(number, digits)
    return int(near) if near == int(near) else near


def likeness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    """How near two guesses are, 0 to 1."""
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return float(one is other)
    wide = precision(question, [one, other])
    return nearness(one, other, wide) if wide else float(one == other)


def nearness(one: float, other: float, wide: float) -> float:
    """1 for the same number, 0.5 a precision away, and so on down (a Cauchy kernel)."""
    return 1 / (1 + ((one - other) / wide) ** 2)


def _estimated(value: Value | Missing) -> Said:
    if value is UNASKED:
        return {}
    return {"": CANT_TELL if value is None else NOTHING if value is LEFT_OUT else GUESS}


def _spread(numbers: Sequence[float], weights: Sequence[float], mean: float) -> float:
    """The weighted variance."""
    squares = [w * (n - mean) ** 2 for n, w in zip(numbers, weights, strict=True)]
    return sum(squares) / sum(weights)
