"""What there is to split, and who takes it: one piece after the other, the shortest document first.

A piece is a document nobody has looked through yet, or a stretch of one. `services.pieces` does
them; here workers find them. What is to do is in PostgreSQL: a message only says "look now".
"""

from datetime import datetime

from django.db.models import F, QuerySet

from crowd import later
from crowd.models import Document, Stretch
from crowd.rules.lifecycle import DocumentState
from crowd.services import desks, pieces
from crowd.services.desks import Desk
from crowd.services.holds import hold

GO_ON = "tasks.documents.go_on"
LOOKED_AT = 200  # documents that came: more than there are workers who may be at them


def split(*, document_id: int, now: datetime, desk: Desk | None = None) -> bool:
    """Split all of one document that nobody else is at.

    Returns:
        Whether this run brought it to its end (split or failed).
    """
    wanted = Document.objects.filter(pk=document_id)
    ended = False
    while (found := _take(wanted, now=now, desk=desk or desks.own(), announce=False)) is not None:
        ended = ended or found
    return ended


def go_on(*, now: datetime, document_id: int | None = None) -> None:
    """Do one piece of what there is.

    Before it is begun a message goes out for the next one, so that every free worker has a piece.

    Args:
        document_id: where to look first.
    """
    later.woken(GO_ON)
    taken = None
    if document_id is not None:
        wanted = Document.objects.filter(pk=document_id)
        taken = _take(wanted, now=now, desk=desks.own(), announce=True)
    if taken is None:
        taken = _take(Document.objects.all(), now=now, desk=desks.own(), announce=True)
    if taken is not None and Document.objects.unfinished().exists():
        later.nudge(GO_ON, queue="documents")


def unfinished_ids() -> list[int]:
    """Documents that are not at their end: new ones, and those a dead worker left."""
    return list(Document.objects.unfinished().order_by("pk").values_list("pk", flat=True))


def _take(
    documents: QuerySet[Document], *, now: datetime, desk: Desk, announce: bool
) -> bool | None:
    """Do one piece of these documents; None when nobody is needed.

    Returns:
        Whether that brought its document to its end.
    """
    received = documents.filter(state=DocumentState.RECEIVED.value).order_by("pk")
    for pk in received.values_list("pk", flat=True)[:LOOKED_AT]:
        with hold("document", pk) as mine:
            # Asked again: whoever held it until now may have looked through it.
            if mine and (document := received.filter(pk=pk).first()):
                _announce(announce)
                return pieces.begin(document=document, now=now, desk=desk)
    for stretch in _shortest_first(documents):
        with hold("stretch", stretch.pk) as mine:
            # Asked again: whoever held it until now may have gone through it.
            fresh = Stretch.objects.unfinished().select_related("document").filter(pk=stretch.pk)
            if mine and (found := fresh.first()) is not None:
                _announce(announce)
                return pieces.go_through(stretch=found, now=now, desk=desk)
    return None


def _shortest_first(documents: QuerySet[Document]) -> QuerySet[Stretch]:
    found = Stretch.objects.unfinished().filter(
        document__in=documents.filter(state=DocumentState.SPLITTING.value)
    )
    left = F("document__pages_known") - F("document__pages_done")
    return found.order_by(left, "document_id", "start")


def _announce(wanted: bool) -> None:
    if wanted:
        later.nudge(GO_ON, queue="documents")
