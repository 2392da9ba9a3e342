"""Cells as people read them, and what a spreadsheet must not run as a formula."""

import re
from collections.abc import Mapping
from typing import Any

BETWEEN = " | "  # several options or marks of one cell
WITHIN = "; "  # the parts of a mark
# A spreadsheet would run a text that begins like this as a formula (OWASP, CSV injection).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A number with a sign is none, and neither is a telephone number.
HARMLESS = re.compile(r"[+-][0-9][0-9 .,\u00a0\u202f]*\Z")


def cell(value: Any) -> str:
    """One value as people read it; "" for none. Texts that look like formulas get a leading '."""
    if value is None:
        return ""
    if isinstance(value, list):
        return guarded(joined(value))
    if isinstance(value, float):
        return f"{value:.15g}"  # all digits that people typed, none that binary fractions add
    return str(value) if isinstance(value, int) else guarded(str(value))


def joined(members: list[Any]) -> str:
    """Several options or marks in one text, unguarded."""
    return BETWEEN.join(map(_member, members))


def _member(member: Any) -> str:
    """One option; or a mark, named part by part: "box: 0.1 0.1 0.5 0.3; label: stamp"."""
    if not isinstance(member, Mapping):
        return str(member)
    said = {name: part for name, part in sorted(member.items()) if part is not None}
    return WITHIN.join(f"{name}: {_part(part)}" for name, part in said.items())


def _part(part: Any) -> str:
    return " ".join(map(_bare, part)) if isinstance(part, list) else _bare(part)


def _bare(part: Any) -> str:
    return f"{part:.15g}" if isinstance(part, float) else str(part)


def guarded(text: str) -> str:
    """With a leading ' if a spreadsheet would take it for a formula."""
    is_formula = text.startswith(DANGEROUS) and not HARMLESS.match(text)
    return f"'{text}" if is_formula else text
