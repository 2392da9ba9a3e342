"""Cuttings: which documents wait to be cut by their layout's zones: the cutter's queue."""

from django.db.models import QuerySet

from crowd import later
from crowd.models import Cutting, Document, Layout
from crowd.models.layouts import CuttingState
from crowd.rules.splitting.plans import By

GO_ON = "tasks.layouts.go_on"


def again(*, documents: QuerySet[Document], layout: Layout) -> None:
    """In the caller's transaction: have these documents cut as their layout says now.

    Nothing happens where its zones were never applied.
    """
    if not layout.revision:
        return
    ids = list(documents.values_list("pk", flat=True))
    Document.objects.filter(pk__in=ids).update(splitting={"by": By.ZONES.value})
    Cutting.objects.bulk_create(
        [Cutting(document_id=pk, layout=layout, revision=layout.revision) for pk in ids],
        update_conflicts=True,
        unique_fields=["document"],
        update_fields=["layout", "revision", "state", "attempts", "problem_code", "problem_params"],
    )
    later.nudge(GO_ON, queue="documents")


def waiting() -> QuerySet[Cutting]:
    """What there is to cut, in the order the documents came."""
    found = Cutting.objects.filter(state=CuttingState.WAITING.value, layout__stopped_at=None)
    return found.select_related("document__campaign", "layout").order_by("document_id")
