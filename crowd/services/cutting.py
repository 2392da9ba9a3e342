"""Cutting: zones are applied to all documents of a layout, one document at a time, by workers.

What is to do is a row of `Cutting` a document; a message only says "look now". A document is cut
page by page, each page in one transaction (`services.pagecuts`); a worker that is killed loses the
page it was at, and whoever comes next finds what is there and goes on.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from crowd import later, live
from crowd.models import Campaign, Cutting, Document, Layout, User
from crowd.models.layouts import CuttingState
from crowd.rules.problems import Problem
from crowd.rules.splitting.plans import By
from crowd.services import changes, cuttings, masks, pagecuts
from crowd.services.cuttings import GO_ON
from crowd.services.holds import hold

logger = logging.getLogger(__name__)

LOOKED_AT = 200  # waiting documents: more than there are workers who may be at them
MOST_ATTEMPTS = 10  # runs without an end before a document is given up


def apply(*, layout: Layout, now: datetime, by: User | None = None) -> None:
    """Cut all documents of a layout by its zones as they are drawn now.

    Applied again, it replaces only what nobody has answered; `layouts.summary` says how many
    excerpts were kept.

    Raises:
        Problem: `layout_without_zones`.
    """
    with transaction.atomic():
        # Rival: a second click; both count, and the second finds everything cut.
        held = Layout.objects.select_for_update().get(pk=layout.pk)
        if not held.zones.drawn().exists():
            raise Problem("layout_without_zones")
        held.revision, held.applied_at, held.stopped_at = held.revision + 1, now, None
        held.save(update_fields=["revision", "applied_at", "stopped_at"])
        _become_the_way(held)
        masks.withhold(layout=held, now=now)
        cuttings.again(documents=held.documents.all(), layout=held)
        told = {"layout": held.name}
        changes.record(campaign=held.campaign, user=by, what="zones.applied", details=told, now=now)
    layout.refresh_from_db()


def stop(*, layout: Layout, now: datetime) -> None:
    """Cut no further: what is cut stays, and can be played."""
    Layout.objects.filter(pk=layout.pk, stopped_at=None).update(stopped_at=now)
    layout.refresh_from_db()


def resume(*, layout: Layout) -> None:
    """Go on where it was stopped."""
    with transaction.atomic():
        Layout.objects.filter(pk=layout.pk).update(stopped_at=None)
        later.nudge(GO_ON, queue="documents")
    layout.refresh_from_db()


def retry(*, document: Document) -> None:
    """Cut a document that failed once more."""
    with transaction.atomic():
        failed = Cutting.objects.filter(document=document, state=CuttingState.FAILED.value)
        if failed.update(
            state=CuttingState.WAITING.value, attempts=0, problem_code="", problem_params={}
        ):
            later.nudge(GO_ON, queue="documents")


def go_on(*, now: datetime) -> bool:
    """Cut one document that nobody else is at.

    Before it is begun a message goes out for the next one, so that every free worker has one.

    Returns:
        Whether there was one.
    """
    later.woken(GO_ON)
    for pk, document_id in cuttings.waiting().values_list("pk", "document_id")[:LOOKED_AT]:
        with hold("cutting", document_id) as mine:
            # Asked again: whoever held it until now may be done with it.
            if mine and (cutting := cuttings.waiting().filter(pk=pk).first()):
                later.nudge(GO_ON, queue="documents")
                _cut(cutting, now=now)
                return True
    return False


def _cut(cutting: Cutting, *, now: datetime) -> None:
    Cutting.objects.filter(pk=cutting.pk).update(attempts=F("attempts") + 1)
    try:
        if cutting.attempts >= MOST_ATTEMPTS:
            raise Problem("split_kills_workers")
        kept = pagecuts.cut(document=cutting.document, layout=cutting.layout, now=now)
        # Rival: zones applied again meanwhile; then it waits, with another revision.
        Cutting.objects.filter(pk=cutting.pk, revision=cutting.revision).update(
            state=CuttingState.CUT.value, kept=kept, finished_at=now, attempts=0
        )
    except Problem as problem:
        _fail(cutting, problem, now=now)
    except Exception:
        logger.exception("Document %s can't be cut", cutting.document_id)
        _fail(cutting, Problem("split_failed"), now=now)
    _tell(cutting.layout)


def _fail(cutting: Cutting, problem: Problem, *, now: datetime) -> None:
    Cutting.objects.filter(pk=cutting.pk, revision=cutting.revision).update(
        state=CuttingState.FAILED.value,
        problem_code=problem.code,
        problem_params=problem.params,
        finished_at=now,
    )


def _become_the_way(layout: Layout) -> None:
    """Documents of this kind that come later to the campaign are cut by zones as well."""
    campaign = Campaign.objects.select_for_update().get(pk=layout.campaign_id)
    if By.PAGES.value not in campaign.splitting:
        campaign.splitting = {**campaign.splitting, By.PAGES.value: {"by": By.ZONES.value}}
        campaign.save(update_fields=["splitting"])


def _tell(layout: Layout) -> None:
    audience = live.campaign(layout.campaign_id)
    if live.may_tell(f"{audience}-layouts"):
        known = Cutting.objects.filter(layout=layout)
        done = known.exclude(state=CuttingState.WAITING.value)
        counts = {"type": "layout", "id": layout.pk, "done": done.count()}
        live.tell(audience, {**counts, "known": known.count()})
