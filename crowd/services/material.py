"""Material: an assignment with all that is shown of it, read along with the lease."""

import uuid
from collections.abc import Sequence
from typing import Any, cast

from crowd import prepared
from crowd.models import Assignment, Contributor, Document, Excerpt, MicroTask
from crowd.services import contributors

# What nobody is shown, and long to read.
ASIDE = {
    Excerpt: frozenset({"cut"}),
    Document: frozenset({"gaps", "problem_code", "problem_params"}),
}
NOTHING: frozenset[str] = frozenset()
PARTS = ((Assignment, "a"), (MicroTask, "m"), (Excerpt, "e"), (Document, "d"))
JOINS = """
    JOIN crowd_microtask m ON m.id = a.microtask_id
    JOIN crowd_excerpt e ON e.id = m.excerpt_id
    JOIN crowd_document d ON d.id = e.document_id
"""


def columns() -> str:
    """What to select, from `a`, `m`, `e` and `d` as in `JOINS`."""
    return ", ".join(
        prepared.columns(model, alias, but=ASIDE.get(model, ())) for model, alias in PARTS
    )


def assignment(row: Sequence[Any]) -> Assignment:
    """The assignment of a row of `columns()`, with micro-task, excerpt and document."""
    made: list[Any] = []
    begin = 0
    for model, _ in PARTS:
        but = ASIDE.get(model, NOTHING)
        end = begin + prepared.size(model, but=but)
        made.append(prepared.instance(model, row[begin:end], but=but))
        begin = end
    lent, microtask, excerpt, document = made
    prepared.attach(excerpt, "document", document)
    prepared.attach(microtask, "excerpt", excerpt)
    prepared.attach(lent, "microtask", microtask)
    return cast(Assignment, lent)


def to_answer(*, assignment_id: int, person: Sequence[int]) -> Assignment | None:
    """An assignment of these contributors with its micro-task only."""
    found = prepared.rows(_TO_ANSWER, {"id": assignment_id, "person": list(person)})
    return _with_microtask(found[0]) if found else None


def to_answer_as_guest(
    *, assignment_id: int, public_id: uuid.UUID
) -> tuple[Contributor, Assignment] | None:
    """The same, together with the guest whose it is."""
    found = prepared.rows(_AS_GUEST, {"id": assignment_id, "public_id": public_id})
    if not found:
        return None
    size = len(Contributor._meta.concrete_fields)
    return prepared.instance(Contributor, found[0][:size]), _with_microtask(found[0][size:])


def _with_microtask(row: Sequence[Any]) -> Assignment:
    size = len(Assignment._meta.concrete_fields)
    found = prepared.instance(Assignment, row[:size])
    prepared.attach(found, "microtask", prepared.instance(MicroTask, row[size:]))
    return found


_TO_ANSWER = f"""
    SELECT {prepared.columns(Assignment, "a")}, {prepared.columns(MicroTask, "m")}
    FROM crowd_assignment a JOIN crowd_microtask m ON m.id = a.microtask_id
    WHERE a.id = %(id)s AND a.contributor_id = ANY(%(person)s)
"""  # noqa: S608 (constants)
_AS_GUEST = f"""
    SELECT {prepared.columns(Contributor, "c")}, {prepared.columns(Assignment, "a")},
        {prepared.columns(MicroTask, "m")}
    FROM crowd_contributor c
    JOIN crowd_assignment a ON a.contributor_id = c.id AND a.id = %(id)s
    JOIN crowd_microtask m ON m.id = a.microtask_id
    WHERE c.public_id = %(public_id)s AND {contributors.IS_A_GUEST}
"""  # noqa: S608 (constants)
