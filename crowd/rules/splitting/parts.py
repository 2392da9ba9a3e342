"""What splitters take and give."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from crowd.rules.problems import Problem
from crowd.rules.splitting.plans import By, Plan, Sheet

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as fractions of a page."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a document may have at most."""

    pages: int = 5_000
    rows: int = 1_000_000
    cells: int = 50_000_000
    text_bytes: int = 50_000_000  # of what is held in memory: JSON, HTML
    pixels: int = 150_000_000  # of a picture, or of one page of it


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a first look at a document tells: how many parts, a table's column names, its sheets."""

    parts: int
    columns: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture of a part, in several widths of WebP.

    Attributes:
        variants: width in pixels → encoded bytes, ascending.
        width, height: pixels of the largest.
    """

    variants: dict[int, bytes]
    width: int
    height: int


@dataclass(kw_only=True, slots=True)  # not frozen: they are made by the million
class Part:
    """What becomes an excerpt.

    Attributes:
        position: counts from 1.
        page: which one of the document it shows, from 1.
        box: which part of that page; None for all of it.
        cells: of a row: all of them, or those that are shown once a plan has chosen.
        metadata: of a row: column → cell of those that are not shown.
        problem: why this part is left out while the others go on.
    """

    position: int
    page: int | None = None
    box: Box | None = None
    text: str = ""
    cells: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    picture: Picture | None = None
    problem: Problem | None = None


class Splitter(Protocol):
    """Splits one type of document. Both methods raise Problem for what is wrong with it.

    Attributes:
        ways: in which it can be split, the natural one first.
    """

    @property
    def ways(self) -> tuple[By, ...]: ...

    def survey(self, file: BinaryIO, plan: Plan, limits: Limits) -> Survey: ...

    def parts(self, file: BinaryIO, plan: Plan, start: int) -> Iterator[Part]:
        """The parts after the first `start` ones."""
        ...
