"""Lines of a table of goals: what is measured, how much is wanted, how much there is."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line; `is_met` is None where nothing is wanted but the figure."""

    what: str
    goal: str
    measured: str
    is_met: bool | None = None


def printed(rows: Sequence[Row]) -> str:
    """A Markdown table, as docs/consensus.md has it."""
    lines = ["| line | goal | measured | |", "|---|---|---|---|"]
    words = {True: "met", False: "**missed**", None: ""}
    lines += [f"| {r.what} | {r.goal} | {r.measured} | {words[r.is_met]} |" for r in rows]
    return "\n".join(lines)
