"""Plans: in what way a document is split, as campaigners choose it and the database keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypedDict

from crowd.rules.problems import Problem

MOST_TILES_ACROSS = 20
MOST_OVERLAP = 0.4  # of a tile's side: beyond a half, a tile would begin in the one before the last


class By(Enum):
    """What each excerpt is."""

    PAGES = "pages"
    ROWS = "rows"
    PARAGRAPHS = "paragraphs"
    WHOLE = "whole"
    TILES = "tiles"
    ZONES = "zones"


# The kind of the excerpts that splitting makes; zones are cut out of the pages afterwards.
KINDS: Mapping[By, str] = {
    By.PAGES: "page",
    By.ROWS: "row",
    By.PARAGRAPHS: "paragraph",
    By.WHOLE: "whole",
    By.TILES: "tile",
    By.ZONES: "page",
}


class Sheet(TypedDict):
    """One of a workbook's sheets that can be seen, with the rows and columns that hold anything."""

    name: str
    rows: int
    columns: int


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """A grid over each page.

    Attributes:
        across, down: how many tiles.
        overlap: how far a tile reaches into its neighbours, as a fraction of its own side.
    """

    across: int
    down: int
    overlap: float = 0.05


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One way of splitting.

    Attributes:
        sheet: of rows: the workbook's sheet they are on; "" for its largest, and for other tables.
        columns: of rows: those that are shown, in this order; none for all.
        tile: the grid, for tiles.
    """

    by: By
    sheet: str = ""
    columns: tuple[str, ...] = ()
    tile: Tiling | None = None

    @property
    def kind(self) -> str:
        """The kind of its excerpts."""
        return KINDS[self.by]

    def as_json(self) -> dict[str, Any]:
        """What `parse` makes the same plan of."""
        described: dict[str, Any] = {"by": self.by.value}
        if self.sheet:
            described["sheet"] = self.sheet
        if self.columns:
            described["columns"] = list(self.columns)
        if self.tile:
            grid = self.tile
            described["tile"] = {
                "across": grid.across,
                "down": grid.down,
                "overlap": grid.overlap,
            }
        return described


def parse(described: Mapping[str, Any], *, ways: Sequence[By]) -> Plan:
    """A plan as it was chosen; {} is the natural way.

    Args:
        described: {"by", "sheet", "columns", "tile": {"across", "down", "overlap"}}, all optional.
        ways: those that the document can be split in, the natural one first.

    Raises:
        Problem: `plan_unreadable`, `plan_unfit`, `plan_column_doubled`, `plan_tiles`.
    """
    if unknown := set(described) - {"by", "sheet", "columns", "tile"}:
        raise Problem("plan_unreadable", what=min(map(str, unknown)))
    try:
        by = By(described["by"]) if "by" in described else ways[0]
    except ValueError:
        raise Problem("plan_unreadable", what=described["by"]) from None
    if by not in ways:
        raise Problem("plan_unfit", by=by.value)
    sheet = _sheet(described.get("sheet") or "") if by is By.ROWS else ""
    columns = _columns(described.get("columns") or []) if by is By.ROWS else ()
    tile = _tiling(described.get("tile") or {}) if by is By.TILES else None
    return Plan(by=by, sheet=sheet, columns=columns, tile=tile)


def largest(sheets: Sequence[Sheet]) -> str:
    """The name of the sheet that is read when none is chosen; "" where there are none."""
    best = max(sheets, key=lambda each: each["rows"] * each["columns"], default=None)
    return best["name"] if best else ""


def parting(plan: Plan, *, sheets: Sequence[Sheet]) -> str:
    """What a plan makes parts of: two plans of one parting only show the same parts differently.

    Args:
        sheets: those of the document.
    """
    if plan.tile:
        return f"{plan.tile.across}x{plan.tile.down}+{plan.tile.overlap}"
    return "" if plan.sheet == largest(sheets) else plan.sheet


def check_sheet(plan: Plan, sheets: Sequence[Sheet]) -> None:
    """Let a plan pass if a file has the sheet it reads.

    Raises:
        Problem: `plan_sheet_unknown`.
    """
    if plan.sheet and plan.sheet not in {each["name"] for each in sheets}:
        raise Problem("plan_sheet_unknown", name=plan.sheet)


def check_columns(plan: Plan, columns: Sequence[str]) -> None:
    """Let a plan pass if a table has all the columns it shows.

    Raises:
        Problem: `plan_column_unknown`.
    """
    for name in plan.columns:
        if name not in columns:
            raise Problem("plan_column_unknown", name=name)


def _sheet(name: Any) -> str:
    if not isinstance(name, str):
        raise Problem("plan_unreadable", what="sheet")
    return name


def _columns(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Problem("plan_unreadable", what="columns")
    for name in names:
        if names.count(name) > 1:
            raise Problem("plan_column_doubled", name=name)
    return tuple(names)


def _tiling(described: Any) -> Tiling:
    if not isinstance(described, Mapping):
        raise Problem("plan_unreadable", what="tile")
    across, down = described.get("across", 2), described.get("down", 2)
    overlap = described.get("overlap", Tiling.overlap)
    whole = all(type(each) is int and 1 <= each <= MOST_TILES_ACROSS for each in (across, down))
    if not whole or across * down < 2 or not _fraction(overlap):
        raise Problem("plan_tiles", most=MOST_TILES_ACROSS, overlap=round(100 * MOST_OVERLAP))
    return Tiling(across=across, down=down, overlap=float(overlap))


def _fraction(value: Any) -> bool:
    return type(value) in {int, float} and 0 <= value <= MOST_OVERLAP
