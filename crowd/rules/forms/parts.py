"""The answers to one question, taken apart: what is counted, and how it is put together again.

An atom is the smallest thing people can agree on: a choice, one option of several, a text, a cell
of a table, whether there is a third row. For each atom each person has said one category, or
nothing. The cross-check decides every atom by itself, whatever its kind, and `compose` makes one
value of the winners.
"""

import json
from collections.abc import Hashable, Mapping, Sequence
from enum import Enum
from typing import Protocol

from crowd.rules.questions import Value

Category = Hashable
CANT_TELL: Category = ("can't tell",)
NOTHING: Category = ("nothing entered",)  # an optional question left empty; an empty cell


def label(category: Category) -> str:
    """A category as a text that JSON can hold; different categories have different labels."""
    if isinstance(category, float) and category.is_integer():
        category = int(category)
    return json.dumps(category, ensure_ascii=False, sort_keys=True, default=str)


class Missing(Enum):
    """What stands for a value that an answer does not have."""

    LEFT_OUT = "left out"  # an optional question without an answer
    UNASKED = "unasked"  # the question was not shown to this person


LEFT_OUT, UNASKED = Missing.LEFT_OUT, Missing.UNASKED

Said = Mapping[str, Category]
"""Atom name → what one person says to it; a name that is absent: nothing."""

Winners = Mapping[str, Category]
"""Atom name → what the cross-check decided; a name that is absent: contested."""

Weights = Sequence[float]
"""One positive number per answer, the log-odds of that person being right (1.4 is 4 in 5)."""


Lesson = tuple[float, float]
"""What one answer shows of its author: how much was right, of how much; 1 is a choice's worth."""


class Parts(Protocol):
    """All answers to one question, taken apart."""

    @property
    def names(self) -> tuple[str, ...]:
        """The atoms, in order; "" when there is only one."""

    @property
    def said(self) -> tuple[Said, ...]:
        """What each answer says, in the order of the answers."""

    def closed(self, name: str) -> tuple[Category, ...] | None:
        """All that can be said to an atom; None when that has no end."""

    def alternatives(self, name: str) -> int:
        """Among how many different things people who are wrong scatter."""

    def sure(self, accuracies: Sequence[float]) -> Mapping[str, float]:
        """Atom name → probability of what `compose` makes of it, where a form knows better.

        Args:
            accuracies: one per answer, between 0 and 1: how often that person is right.
        """

    def lessons(self, name: str, accuracies: Sequence[float]) -> Mapping[int, Lesson]:
        """What an atom shows of who answered, where `sure` has it.

        Returns:
            Which answer → how much of what the others say it says; nothing for one alone.
        """

    def matters(self, name: str, winners: Winners) -> bool:
        """Whether an atom is still a question, after what is decided of the others."""

    def compose(self, winners: Winners, weights: Weights) -> tuple[str, Value]:
        """The outcome ("settled", "cant_tell", "left_empty", "contested", "unasked"), the value."""

    def agreement(self, index: int, winners: Winners, weights: Weights) -> float:
        """How much of what was decided one answer says, 0 to 1."""
