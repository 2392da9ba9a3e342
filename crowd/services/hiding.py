"""Hiding: an excerpt leaves play, pages, API, exports and pictures; and comes back.

Every door asks PostgreSQL whether an excerpt is hidden before it shows anything of it (pictures
too, for they are revalidated), and claims lend nothing hidden: so it holds for the next request.
"""

from collections.abc import Collection
from datetime import datetime

from crowd.models import Excerpt, MicroTask, Report
from crowd.rules.lifecycle import MicroTaskState
from crowd.services import masks, openings


def hide(*, excerpt: Excerpt, now: datetime) -> None:
    """Take an excerpt out of sight, with the page it was cut from: that shows the same."""
    shown = Excerpt.objects.filter(pk__in=_shows_it(excerpt), hidden_at=None)
    shown.update(hidden_at=now)
    MicroTask.objects.filter(excerpt__in=_shows_it(excerpt)).exclude(
        state=MicroTaskState.WITHDRAWN.value
    ).update(state=MicroTaskState.WITHDRAWN.value, needs=0)


def restore(*, excerpt: Excerpt) -> None:
    """Back into sight and into play, if no other report and no mask keeps it hidden.

    Its micro-tasks are cross-checked anew, from the answers they had.
    """
    back = [pk for pk in _shows_it(excerpt) if not _is_reported(pk)]
    found = Excerpt.objects.filter(pk__in=back).exclude(hidden_at=None)
    held = masks.held_back(found, document=excerpt.document)
    shown = list(found.exclude(pk__in=held.values("pk")))
    Excerpt.objects.filter(pk__in=[each.pk for each in shown]).update(hidden_at=None)
    openings.restore(excerpts=shown)


def _shows_it(excerpt: Excerpt) -> Collection[int]:
    return [pk for pk in (excerpt.pk, excerpt.within_id) if pk is not None]


def _is_reported(excerpt_id: int) -> bool:
    """Whether a report on it, or on what was cut from it, hides an excerpt."""
    hiding = Report.objects.hiding()
    return (
        hiding.filter(excerpt=excerpt_id).exists()
        or hiding.filter(excerpt__within=excerpt_id).exists()
    )
