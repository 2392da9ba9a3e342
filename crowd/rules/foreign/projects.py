"""What comes out of a foreign project, whichever tool it is from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crowd.rules.problems import Problem


@dataclass(frozen=True, kw_only=True)
class Given:
    """One answer as it was given elsewhere.

    Attributes:
        ref: names it within the project.
        person: names who gave it; "" where nobody is named: then it is nobody else's.
        values: question key → value.
        at: when (ISO 8601), "" where it is not said.
        truth: it is known to be right, rather than anybody's vote.
    """

    ref: str
    person: str
    values: Mapping[str, Any]
    at: str = ""
    truth: bool = False


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing people were asked about: its cells, and what they said."""

    ref: str
    cells: Mapping[str, str]
    answers: Sequence[Given] = ()


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One line that could not come along: where it is in the file, and why."""

    where: str
    problem: Problem


@dataclass(kw_only=True)
class Project:
    """A project as it came.

    Attributes:
        questions: descriptions, as a campaign's set-up has them.
        asked: how many answers each item got there, at most.
    """

    title: str = ""
    problem: str = ""
    questions: list[dict[str, Any]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    asked: int = 3

    @property
    def columns(self) -> list[str]:
        """The names of all cells, in the order in which they first appear."""
        names: dict[str, None] = {}
        for item in self.items:
            names.update(dict.fromkeys(item.cells))
        return list(names)


def cells_of(data: Mapping[str, Any], start: str = "") -> dict[str, str]:
    """Nested data as cells: {"a": {"b": 1}} is the cell "1" of the column "a.b"."""
    cells: dict[str, str] = {}
    for name, value in data.items():
        place = f"{start}{name}"[:200]
        if isinstance(value, Mapping):
            cells |= cells_of(value, f"{place}.")
        elif isinstance(value, list):
            cells[place] = " | ".join(str(each) for each in value)
        elif value is not None:
            cells[place] = str(value)
    return cells
