"""Regions: marks that several people mean, each with the middle of their corners."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import hypot

from crowd.rules.entries.regions import DIGITS, Mark
from crowd.rules.forms.gathering import Group, gather
from crowd.rules.forms.measures import median
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

OVERLAP = 0.5  # intersection over union from which two boxes are the same one
REACH = 0.06  # of the picture's side: points this far apart have nothing in common
MARKED: Category = ("marked",)
EMPTY: Category = ("nothing to mark",)


@dataclass(frozen=True)
class Regions:
    """The marks of one question; see `parts.Parts`."""

    question: Question
    values: tuple[Value | Missing, ...]

    @cached_property
    def marks(self) -> list[list[Mark]]:
        return [marks_of(value) for value in self.values]

    @cached_property
    def groups(self) -> list[Group]:
        least = float(self.question.settings.get("overlap", OVERLAP))
        return gather(self.marks, _compared, least=least)

    @property
    def names(self) -> tuple[str, ...]:
        return ("", *self._marked, *self._labelled)

    @property
    def _marked(self) -> dict[str, Group]:
        return {str(number): group for number, group in enumerate(self.groups, start=1)}

    @property
    def _labelled(self) -> dict[str, Group]:
        """Labels are asked about where half of those who looked see a mark."""
        if not self.question.options:
            return {}
        looked = sum(isinstance(value, list) for value in self.values)
        return {f"{n}/label": g for n, g in self._marked.items() if 2 * len(g) >= looked}

    @cached_property
    def said(self) -> tuple[Said, ...]:
        return tuple(self._of(person, value) for person, value in enumerate(self.values))

    def _of(self, person: int, value: Value | Missing) -> Said:
        if value is UNASKED:
            return {}
        if not isinstance(value, list):
            return {"": CANT_TELL if value is None else NOTHING}
        said: dict[str, Category] = {"": MARKED if value else EMPTY}
        said |= {name: person in group for name, group in self._marked.items()}
        said |= {
            name: self.marks[person][group[person]]["label"]
            for name, group in self._labelled.items()
            if person in group
        }
        return said

    def closed(self, name: str) -> tuple[Category, ...]:
        if not name:
            return (MARKED, EMPTY)
        return self.question.options if name.endswith("/label") else (True, False)

    def alternatives(self, name: str) -> int:
        return max(2, len(self.closed(name)))

    def sure(self, accuracies: Sequence[float]) -> dict[str, float]:
        return {}

    def lessons(self, name: str, accuracies: Sequence[float]) -> dict[int, Lesson]:
        return {}

    def matters(self, name: str, winners: Winners) -> bool:
        """No mark is a question where there is nothing to mark, no label where there is no mark."""
        if not name:
            return True
        mark, _, label = name.partition("/")
        return winners.get("", MARKED) == MARKED and not (label and winners.get(mark) is False)

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        if not any(self.said):
            return "unasked", None
        if any(name not in winners and self.matters(name, winners) for name in self.names):
            return "contested", None
        if winners[""] in {CANT_TELL, NOTHING}:
            return ("cant_tell" if winners[""] == CANT_TELL else "left_empty"), None
        if winners[""] == EMPTY:
            return "settled", []
        there = [name for name in self._marked if winners[name] is True]
        return "settled", [self._middle(name, winners, weights) for name in there]

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        outcome, value = self.compose(winners, weights)
        decided = LEFT_OUT if outcome == "left_empty" else value
        return likeness(self.values[index], decided, self.question)

    def _middle(self, name: str, winners: Winners, weights: Weights) -> Mark:
        group = self._marked[name]
        marks = [self.marks[person][index] for person, index in group.items()]
        shares = [weights[person] for person in group]
        shape = "box" if sum("box" in mark for mark in marks) * 2 >= len(marks) else "point"
        same = [(mark[shape], s) for mark, s in zip(marks, shares, strict=True) if shape in mark]
        sides = zip(*(place for place, _ in same), strict=True)
        middle: Mark = {
            shape: [round(median(side, [share for _, share in same]), DIGITS) for side in sides]
        }
        label = winners.get(f"{name}/label")
        return {**middle, "label": label} if isinstance(label, str) else middle


def marks_of(value: Value | Missing) -> list[Mark]:
    return list(value) if isinstance(value, list) else []  # type: ignore[arg-type]


def alike(one: Mark, other: Mark) -> float:
    """Intersection over union of two boxes; nearness of two points; 0 for one of each."""
    if "box" in one and "box" in other:
        return _overlap(one["box"], other["box"])
    if "point" in one and "point" in other:
        (x, y), (u, v) = one["point"], other["point"]
        return max(0.0, 1 - hypot(x - u, y - v) / REACH)
    return 0.0


def _compared(marks: Sequence[Mark], others: Sequence[Mark]) -> list[list[float]]:
    return [[alike(mark, other) for other in others] for mark in marks]


def likeness(one: Value | Missing, other: Value | Missing, question: Question) -> float:
    """The share of marks that two people have in common, with their labels (the F1 measure)."""
    if not isinstance(one, list) or not isinstance(other, list):
        return float(one == other)
    first, second = marks_of(one), marks_of(other)
    if not first and not second:
        return 1.0
    least = float(question.settings.get("overlap", OVERLAP))
    common = [g for g in gather([first, second], _compared, least=least) if len(g) == 2]
    same = [g for g in common if first[g[0]].get("label") == second[g[1]].get("label")]
    return 2 * len(same) / (len(first) + len(second))


def _overlap(one: list[float], other: list[float]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (_area(one) + _area(other) - wide * high)


def _area(box: list[float]) -> float:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)
