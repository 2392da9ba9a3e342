"""Stages: how far each target of a campaign is, derived from its micro-tasks and leases.

A target is an excerpt about which some step that is taken on is asked. It is where its last open
micro-task is; without one it is done, or waits for a reviewer. Nothing is counted beforehand:
ten thousand targets are one query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import connection

from crowd.models import Campaign, Excerpt, Step
from crowd.rules import leases
from crowd.services import outlines


class What(Enum):
    FREE = "free"  # someone may take it on
    TAKEN = "taken"  # someone has taken it on
    ASKED = "asked"  # others are asked about it
    REVIEW = "review"  # a reviewer has to look
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One place of a target's way.

    Attributes:
        key: "step:what" of a step, else "review" or "done".
        step: None for the last two.
    """

    key: str
    what: What
    step: Step | None = None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A stage, and how many targets are there."""

    stage: Stage
    count: int


@dataclass(frozen=True, kw_only=True)
class Target:
    """An excerpt with the stage it is in, and until when someone has it."""

    excerpt: Excerpt
    stage: Stage
    due_at: datetime | None

    @property
    def title(self) -> str:
        return title(self.excerpt)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the targets, and how many there are with these filters."""

    targets: Sequence[Target]
    count: int


def of_campaign(*, campaign: Campaign) -> list[Stage]:
    """All stages of a campaign, in order; [] when nothing in it is taken on."""
    steps = outlines.of_campaign(campaign_id=campaign.pk).steps
    if not any(step.taken_on for step in steps):
        return []
    found = []
    for step in steps:
        whats = (What.FREE, What.TAKEN) if step.taken_on else (What.ASKED,)
        found += [Stage(key=f"{step.key}:{what.value}", what=what, step=step) for what in whats]
    ends = (What.REVIEW, What.DONE)
    return [*found, *(Stage(key=what.value, what=what) for what in ends)]


def counted(*, campaign: Campaign, search: str = "") -> list[Counted]:
    """Each stage with its number of targets, zeros too."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_TARGETS} SELECT stage, count(*) FROM target GROUP BY stage",  # noqa: S608
            _given(campaign, search),
        )
        counts = dict(cursor.fetchall())
    return [
        Counted(stage=stage, count=counts.get(stage.key, 0))
        for stage in of_campaign(campaign=campaign)
    ]


def page(
    *,
    campaign: Campaign,
    stage: str = "",
    search: str = "",
    after: int = 0,
    skip: int = 0,
    limit: int,
    free_first: bool = False,
) -> Page:
    """Targets, in the order they came.

    Args:
        stage: the key of a stage; "" for all.
        search: what one of a target's cells holds, whatever its case.
        after: the id of the excerpt that came last, or
        skip: how many to leave out.
        free_first: those that can be taken on before the others.
    """
    order = "(stage LIKE '%%:free') DESC, id" if free_first else "id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {_TARGETS} SELECT id, stage, due_at, count(*) OVER () FROM target
            WHERE (%(stage)s = '' OR stage = %(stage)s) AND id > %(after)s
            ORDER BY {order} OFFSET %(skip)s LIMIT %(limit)s
            """,  # noqa: S608 (constants)
            {
                **_given(campaign, search),
                "stage": stage,
                "after": after,
                "skip": skip,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    return Page(targets=_loaded(campaign, rows), count=rows[0][3] if rows else 0)


def of_target(*, excerpt: Excerpt) -> Target | None:
    """One target; None when this excerpt is none, or nobody may see it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_TARGETS} SELECT id, stage, due_at FROM target",  # noqa: S608 (constants)
            _given(excerpt.campaign, "") | {"only": excerpt.pk},
        )
        rows = cursor.fetchall()
    found = _loaded(excerpt.campaign, rows)
    return found[0] if found else None


def title(excerpt: Excerpt) -> str:
    """What a target is called: its first cell that says something, its text, or its document."""
    said = next((cell.strip() for cell in excerpt.cells if cell.strip()), excerpt.text.strip()[:80])
    return said or excerpt.document.name


def _loaded(campaign: Campaign, rows: Sequence[Sequence[Any]]) -> list[Target]:
    stages = {stage.key: stage for stage in of_campaign(campaign=campaign)}
    ids = [row[0] for row in rows]
    excerpts = Excerpt.objects.select_related("document", "campaign").in_bulk(ids)
    return [
        Target(excerpt=excerpts[row[0]], stage=stages[str(row[1])], due_at=row[2])
        for row in rows
        if str(row[1]) in stages  # a step that is younger than what is kept of the campaign
    ]


def _given(campaign: Campaign, search: str) -> dict[str, Any]:
    wanted = search.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return {
        "campaign": campaign.pk,
        "long": leases.LONG_SECONDS,
        "search": f"%{wanted}%" if wanted else "",
        "only": None,
    }


_TARGETS = """
    WITH far AS (
        SELECT m.excerpt_id, max(s.position) FILTER (WHERE m.state = 'open') AS at,
            bool_or(m.state IN ('contested', 'set_aside')) AS stuck
        FROM crowd_microtask m JOIN crowd_step s ON s.id = m.step_id
        WHERE m.campaign_id = %(campaign)s AND m.state <> 'withdrawn'
          AND (%(only)s::bigint IS NULL OR m.excerpt_id = %(only)s)
        GROUP BY m.excerpt_id HAVING bool_or(s.lease_seconds >= %(long)s)
    ), lent AS (
        SELECT m.excerpt_id, m.step_id, min(a.due_at) AS due_at
        FROM crowd_assignment a JOIN crowd_microtask m ON m.id = a.microtask_id
        WHERE a.state = 'lent' AND m.campaign_id = %(campaign)s
          AND (%(only)s::bigint IS NULL OR m.excerpt_id = %(only)s)
        GROUP BY 1, 2
    ), target AS (
        SELECT e.id, CASE
            WHEN s.id IS NULL THEN CASE WHEN far.stuck THEN 'review' ELSE 'done' END
            WHEN s.lease_seconds < %(long)s THEN s.key || ':asked'
            WHEN lent.due_at IS NULL THEN s.key || ':free' ELSE s.key || ':taken' END AS stage,
            CASE WHEN s.lease_seconds >= %(long)s THEN lent.due_at END AS due_at
        FROM far JOIN crowd_excerpt e ON e.id = far.excerpt_id AND e.hidden_at IS NULL
        LEFT JOIN crowd_step s ON s.campaign_id = %(campaign)s AND s.position = far.at
        LEFT JOIN lent ON lent.excerpt_id = e.id AND lent.step_id = s.id
        WHERE %(search)s = '' OR e.cells::text ILIKE %(search)s
    )
"""
