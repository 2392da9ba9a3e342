"""What splitters take and give."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a document may have at most."""

    pages: int = 5_000
    rows: int = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a first look at a document tells: how many parts, and a table's column names."""

    parts: int
    columns: list[str] = field(default_factory=list)


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


@dataclass(frozen=True, kw_only=True)
class Part:
    """One page or row: what becomes an excerpt. `position` counts from 1."""

    position: int
    text: str = ""
    cells: list[str] = field(default_factory=list)
    picture: Picture | None = None


class Splitter(Protocol):
    """One way to split. Both methods raise Problem for what is wrong with the document."""

    kind: str

    def survey(self, file: BinaryIO, limits: Limits) -> Survey: ...

    def parts(self, file: BinaryIO, start: int) -> Iterator[Part]:
        """The parts after the first `start` ones."""
        ...
