"""Material: an assignment with all that is shown of it, read along with the lease."""

from collections.abc import Sequence
from typing import Any, cast

from crowd import prepared
from crowd.models import Assignment, Document, Excerpt, MicroTask

PARTS = ((Assignment, "a"), (MicroTask, "m"), (Excerpt, "e"), (Document, "d"))
JOINS = """
    JOIN crowd_microtask m ON m.id = a.microtask_id
    JOIN crowd_excerpt e ON e.id = m.excerpt_id
    JOIN crowd_document d ON d.id = e.document_id
"""


def columns() -> str:
    """What to select, from `a`, `m`, `e` and `d` as in `JOINS`."""
    return ", ".join(prepared.columns(model, alias) for model, alias in PARTS)


def assignment(row: Sequence[Any]) -> Assignment:
    """The assignment of a row of `columns()`, with micro-task, excerpt and document."""
    made: list[Any] = []
    left = list(row)
    for model, _ in PARTS:
        size = len(model._meta.concrete_fields)
        made.append(prepared.instance(model, left[:size]))
        left = left[size:]
    lent, microtask, excerpt, document = made
    excerpt.document = document
    microtask.excerpt = excerpt
    lent.microtask = microtask
    return cast(Assignment, lent)
