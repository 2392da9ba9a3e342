"""Masks: what is blacked out for good, and what must not be shown before it is."""

import hashlib
import json
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from crowd.models import Document, Excerpt, Layout, PageMatch, Report, Zone
from crowd.models.documents import ExcerptKind
from crowd.models.layouts import MatchState


def are_in(*, campaign_id: int) -> bool:
    """Whether anything of this campaign's documents is to be blacked out."""
    drawn = Zone.objects.drawn().filter(layout__campaign=campaign_id, mask=True)
    return drawn.exists()


def digest(*, layout: Layout) -> str:
    """What stands for a layout's masks: pages that carry it have been blacked out by these."""
    masks = layout.zones.drawn().filter(mask=True).order_by("page", "pk")
    told = json.dumps(list(masks.values_list("page", "box")))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def withhold(*, layout: Layout, now: datetime) -> None:
    """Hide the pages of a layout's documents that are not blacked out as it says now."""
    if are_in(campaign_id=layout.campaign_id):
        pages = Excerpt.objects.filter(document__layout=layout, kind=ExcerptKind.PAGE)
        pages.filter(~_blacked_out_by(layout), hidden_at=None).update(hidden_at=now)


def withhold_new(*, document: Document) -> None:
    """Hide pages that were just stored, where a campaign has masks, until they are blacked out."""
    if are_in(campaign_id=document.campaign_id):
        pages = document.excerpts.filter(kind=ExcerptKind.PAGE, hidden_at=None, cut={})
        pages.update(hidden_at=Now())


def held_back(excerpts: QuerySet[Excerpt], *, document: Document) -> QuerySet[Excerpt]:
    """Those of a document's excerpts that masks keep from being shown."""
    pages = excerpts.filter(document=document, kind=ExcerptKind.PAGE)
    if not are_in(campaign_id=document.campaign_id):
        return pages.none()
    if document.layout is None:
        return pages
    return pages.filter(~_blacked_out_by(document.layout))


def _blacked_out_by(layout: Layout) -> Q:
    """Of a page: that it was drawn under the masks its layout has now."""
    return Q(cut__contains={"masks": digest(layout=layout)})


def may_show(*, match: PageMatch | None) -> bool:
    """Whether a page can be shown once it is blacked out: only if we know where the masks lie."""
    known = {MatchState.MATCHED, MatchState.BY_HAND, MatchState.BLANK}
    return match is not None and match.state in known


def may_serve_original(*, document: Document) -> bool:
    """Whether anyone may be given the file as it came.

    Never in a campaign with masks, nor when someone found personal data in it: the original
    still has what was blacked out or hidden.
    """
    if are_in(campaign_id=document.campaign_id):
        return False
    reported = Report.objects.hiding().filter(Q(excerpt__document=document))
    return not reported.exists()
