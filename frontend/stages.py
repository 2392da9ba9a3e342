"""Stages in words and as a picture: a sieve of rows, a dot a target or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crowd.models import Excerpt
from crowd.services.stages import Counted, Stage, What

ACROSS = 24  # dots of a row
MOST = 5  # rows of dots that the largest stage takes
APART = 10  # units from dot to dot
MARKS = {
    What.FREE: "free",
    What.TAKEN: "taken",
    What.ASKED: "asked",
    What.REVIEW: "review",
    What.DONE: "settled",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One stage as the page shows it: its name, its number, its dots."""

    key: str
    step: str
    name: str
    mark: str
    count: int
    dots: SafeString
    height: int


def rows(counted: Sequence[Counted]) -> list[Row]:
    """The chart: all stages in the same measure, so that lengths can be compared."""
    worth = dot_worth(counted)
    return [_row(each, worth) for each in counted]


def dot_worth(counted: Sequence[Counted]) -> int:
    """How many targets a dot stands for."""
    largest = max((each.count for each in counted), default=0)
    return max(1, ceil(largest / (ACROSS * MOST)))


def words(stage: Stage) -> str:
    """What a stage means for a target."""
    if stage.what is What.DONE:
        return _("Done")
    if stage.what is What.REVIEW:
        return _("Waits for the team")
    told = {
        What.FREE: _("to be taken on"),
        What.TAKEN: _("with someone"),
        What.ASKED: _("being checked"),
    }
    return told[stage.what]


def kept(until: datetime) -> str:
    """What stands there instead while a target's next step is kept for who began it."""
    return _("kept for someone until %(day)s") % {"day": date_format(until, "j F")}


def subtitle(excerpt: Excerpt) -> str:
    """What else tells it apart: its next cells, shortly."""
    said = [cell.strip() for cell in excerpt.cells if cell.strip()][1:3]
    return " · ".join(cell if len(cell) <= 60 else f"{cell[:59]}…" for cell in said)


def _row(each: Counted, worth: int) -> Row:
    dots = ceil(each.count / worth)
    places: list[tuple[Any, ...]] = [
        (APART // 2 + APART * (n % ACROSS), APART // 2 + APART * (n // ACROSS)) for n in range(dots)
    ]
    stage = each.stage
    return Row(
        key=stage.key,
        step=stage.step.title if stage.step else "",
        name=words(stage),
        mark=MARKS[stage.what],
        count=each.count,
        dots=format_html_join("", '<circle cx="{}" cy="{}"/>', places),
        height=APART * max(1, ceil(dots / ACROSS)),
    )
