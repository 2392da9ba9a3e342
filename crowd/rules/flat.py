"""Verdicts as a flat table: one row per excerpt, plain cells, no JSON inside."""

from collections.abc import Mapping, Sequence
from typing import Any

BETWEEN = " | "  # several options, rows or marks of one cell
WITHIN = "; "  # the cells of a row, the parts of a mark
# A spreadsheet would run a text that begins like this as a formula (OWASP, CSV injection).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Any) -> str:
    """One value as people read it; "" for none. Texts that look like formulas get a leading '."""
    if value is None:
        return ""
    if isinstance(value, list):
        return guarded(BETWEEN.join(map(_member, value)))
    if isinstance(value, float):
        return f"{value:.15g}"  # all digits that people typed, none that binary fractions add
    return str(value) if isinstance(value, int) else guarded(str(value))


def _member(member: Any) -> str:
    """One option; or a row or a mark, named part by part: "who: Mairie; amount: 1200"."""
    if not isinstance(member, Mapping):
        return str(member)
    said = {name: part for name, part in sorted(member.items()) if part is not None}
    return WITHIN.join(f"{name}: {_part(part)}" for name, part in said.items())


def _part(part: Any) -> str:
    return " ".join(map(cell, part)) if isinstance(part, list) else cell(part)


def guarded(text: str) -> str:
    return f"'{text}" if text.startswith(DANGEROUS) else text


def columns(step: str, about: str, questions: Sequence[str]) -> list[str]:
    """The columns of one step: four per question, named step.question or step.about.question."""
    start = f"{step}.{about}" if about else step
    return [
        f"{start}.{question}{ending}"
        for question in questions
        for ending in ("", ".outcome", ".confidence", ".answers")
    ]


def cells(verdict: Mapping[str, Any] | None, questions: Sequence[str], outcome: str) -> list[str]:
    """The cells of one step for one excerpt.

    Args:
        verdict: question key → {"value", "outcome", "confidence", "answers"}, None without one.
        outcome: of the whole verdict ("set_aside" when badly cut), "" without one.
    """
    row: list[str] = []
    for question in questions:
        each = (verdict or {}).get(question)
        if each is None:
            row += ["", outcome, "", ""]
        else:
            row += [
                cell(each["value"]),
                each["outcome"],
                cell(float(each["confidence"])),
                cell(int(each["answers"])),
            ]
    return row
