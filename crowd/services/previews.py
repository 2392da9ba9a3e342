"""Previews: the first excerpts that a plan would make of a document, before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crowd.models import Document
from crowd.rules.problems import Problem
from crowd.rules.splitting import lines, media
from crowd.rules.splitting.plans import By, Plan, Sheet
from crowd.services import originals
from crowd.services.desks import ChildDesk, DeskDied, Reading


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One excerpt as it would be.

    Attributes:
        columns: the names of its cells.
        picture: WebP in the smallest width; None without a picture.
        problem: why this part would be left out.
    """

    position: int
    page: int | None = None
    box: list[float] | None = None
    text: str = ""
    cells: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    picture: bytes | None = None
    problem: Problem | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a plan would make of a document.

    Attributes:
        parts: the first ones.
        columns: of a table: all of them.
        sheets: of a workbook: those that can be seen.
    """

    parts: list[Preview]
    columns: list[str]
    sheets: list[Sheet]


def of(*, document: Document, plan: Plan, count: int) -> Look:
    """The first excerpts, and what else there is to choose from.

    Raises:
        Problem: what is wrong with the file, or with this plan for it.
    """
    desk = ChildDesk()
    try:
        with originals.at_hand(document) as path:
            reading = Reading(path=path, media_type=document.media_type, plan=plan)
            seen = desk.survey(reading)
            stop = min(count, seen.parts)
            found: list[Preview] = []
            for batch in desk.batches(reading, start=0, stop=stop, columns=seen.columns):
                drawn = batch.pictures
                found += [
                    _shown(lines.fields(line), plan, seen.columns, drawn) for line in batch.lines
                ]
                found += [Preview(position=at, problem=why) for at, why in batch.gaps.items()]
            return Look(parts=found, columns=seen.columns, sheets=seen.sheets)
    except DeskDied as death:
        raise Problem("file_too_heavy") from death
    finally:
        desk.close()


def sheets(*, document: Document) -> list[Sheet]:
    """The sheets of a workbook, although one of them may be no table; none of any other file.

    Raises:
        Problem: what is wrong with the whole file.
    """
    if document.media_type not in media.WORKBOOKS:
        return []
    desk = ChildDesk()
    try:
        with originals.at_hand(document) as path:
            natural = Plan(by=By.ROWS)
            return desk.sheets(Reading(path=path, media_type=document.media_type, plan=natural))
    finally:
        desk.close()


def _shown(
    fields: dict[str, Any], plan: Plan, columns: list[str], pictures: dict[int, dict[int, bytes]]
) -> Preview:
    drawn = pictures.get(fields["position"], {})
    kept = ("position", "page", "box", "text", "cells", "metadata")
    return Preview(
        **{name: fields[name] for name in kept},
        columns=list(plan.columns) or columns,
        picture=drawn[min(drawn)] if drawn else None,
    )
