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


GUESS: Category = ("a guess",)  # whatever it is


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
    digits = 0 if wide >= 1 or not wide else 1 - math.floor(math.log10(wide))
    near = round(number, digits)
    return int(near) if near == int(near) else near


def likeness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    """1 for the same value, or one within the tolerance; between for estimates and for dates."""
    if question.settings.get("estimate"):
        return _nearness(one, other, question)
    first, second = Measures(question, (one, other)).said
    if first == second:
        return 1.0
    if question.kind is Kind.DATE and isinstance(one, str) and isinstance(other, str):
        return _shared(one, other)
    return 0.0


def _nearness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return float(one is other)
    wide = precision(question, [one, other])
    return nearness(one, other, wide) if wide else float(one == other)


def nearness(one: float, other: float, wide: float) -> float:
    """1 for the same number, 0.5 a precision away, and so on down (a Cauchy kernel)."""
    return 1 / (1 + ((one - other) / wide) ** 2)


def _shared(one: str, other: str) -> float:
    """The share of year, month and day that two dates have in common, from the year on."""
    first, second = dates.parts_of(one), dates.parts_of(other)
    same = 0
    while same < 3 and first[same] is not None and first[same] == second[same]:
        same += 1
    return same / max(sum(part is not None for part in parts) for parts in (first, second))


def _estimated(value: Value | Missing) -> Said:
    if value is UNASKED:
        return {}
    return {"": CANT_TELL if value is None else NOTHING if value is LEFT_OUT else GUESS}


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


def _spread(numbers: Sequence[float], weights: Sequence[float], mean: float) -> float:
    """The weighted variance."""
    squares = [w * (n - mean) ** 2 for n, w in zip(numbers, weights, strict=True)]
    return sum(squares) / sum(weights)


def inside(accuracy: float) -> float:
    """An accuracy that odds can be made of."""
    return min(max(accuracy, 0.01), 0.99)
