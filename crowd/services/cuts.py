"""Cuts: those that volunteers found bad are looked at and mended, one or a whole zone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from crowd.models import Answer, Campaign, Excerpt, Layout, MicroTask, PageMatch, User, Zone
from crowd.models.answers import SetAside
from crowd.rules.lifecycle import MicroTaskState
from crowd.rules.problems import Problem
from crowd.rules.zones import boxes, cutting
from crowd.services import (
    changes,
    consensus,
    cuttings,
    fitting,
    leaves,
    pagecuts,
    recutting,
)


def badly_cut(*, campaign: Campaign) -> QuerySet[Any]:
    """Excerpts that left play because volunteers could not read how they were cut.

    Each with its zone, its page (`within`), its document, `sayings`: how many said so, and
    `said_at`: when the last of them did.
    """
    aside = MicroTask.objects.filter(excerpt=OuterRef("pk"), state=MicroTaskState.SET_ASIDE.value)
    said = Q(microtasks__answers__badly_cut=True, microtasks__answers__set_aside_at=None)
    found = Excerpt.objects.filter(Exists(aside), campaign=campaign, hidden_at=None)
    return (
        found.annotate(
            sayings=Count("microtasks__answers", filter=said),
            said_at=Max("microtasks__answers__given_at", filter=said),
        )
        .select_related("zone__layout", "within", "document")
        .order_by("document_id", "position")
    )


def waiting(*, campaign: Campaign, most: int) -> list[tuple[Excerpt, datetime]]:
    """The first of them, and when the last person said so."""
    return [(each, each.said_at) for each in badly_cut(campaign=campaign)[:most]]


def mend(
    *, excerpt: Excerpt, box: Sequence[float], now: datetime, by: User | None = None
) -> Excerpt:
    """Cut one excerpt anew from its page, and ask about it anew.

    Args:
        box: of its own page, upright, as fractions.

    Raises:
        Problem: what is wrong with the box; `cut_without_page`; the original is missing.
    """
    if wrong := boxes.what_is_wrong(box):
        raise wrong
    if excerpt.page is None or not excerpt.image_key:
        raise Problem("cut_without_page")
    fresh = Excerpt.objects.select_related("document").get(pk=excerpt.pk)
    before = fresh.recut
    _draw(fresh, [round(float(edge), 5) for edge in box])
    with transaction.atomic():
        # Rivals: another editor mending it, the cutter. One of us is the next cut.
        mended = Excerpt.objects.filter(pk=fresh.pk, recut=before)
        won = mended.update(
            box=fresh.box,
            cut=fresh.cut,
            cut_at=now,
            recut=fresh.recut,
            text=fresh.text,
            image_key=fresh.image_key,
            image_widths=fresh.image_widths,
            width=fresh.width,
            height=fresh.height,
        )
        if not won:
            raise Problem("cut_overtaken")
        recutting.set_aside(excerpt=fresh, now=now)
        _record(excerpt, "cut.mended", by, now)
    pagecuts.sweep(document=fresh.document)
    return fresh


def mend_zone(*, zone: Zone, box: Sequence[float], now: datetime, by: User | None = None) -> int:
    """Draw a zone's box anew and cut all its excerpts by it, also those already answered.

    Workers do it; answers to the earlier cuts are set aside as each is cut. Excerpts that were
    mended by hand stay.

    Args:
        box: of the layout's reference page, as fractions.

    Returns:
        How many excerpts will be cut anew.

    Raises:
        Problem: what is wrong with the box; `zone_unknown`: the zone was taken off.
    """
    if wrong := boxes.what_is_wrong(box):
        raise wrong
    with transaction.atomic():
        # Rival: zones being applied or drawn in another tab.
        layout = Layout.objects.select_for_update().get(pk=zone.layout_id)
        held = layout.zones.drawn().filter(pk=zone.pk).first()
        if held is None:
            raise Problem("zone_unknown")
        layout.revision, layout.applied_at, layout.stopped_at = layout.revision + 1, now, None
        layout.save(update_fields=["revision", "applied_at", "stopped_at"])
        held.box = [round(float(edge), 5) for edge in box]
        held.mended_revision = layout.revision
        held.save(update_fields=["box", "mended_revision"])
        cuttings.again(documents=layout.documents.all(), layout=layout)
        told = {"zone": held.name}
        changes.record(campaign=layout.campaign, user=by, what="zone.mended", details=told, now=now)
    zone.refresh_from_db()
    return zone.excerpts.exclude(cut__contains={"by_hand": True}).count()


def keep(*, excerpt: Excerpt, now: datetime, by: User | None = None) -> None:
    """The cut is right as it is: those who found it bad are set aside, others are asked."""
    with transaction.atomic():
        aside = MicroTask.objects.select_for_update(no_key=True).filter(
            excerpt=excerpt, state=MicroTaskState.SET_ASIDE.value
        )
        ids = list(aside.values_list("pk", flat=True))
        Answer.objects.counting().filter(microtask__in=ids, badly_cut=True).update(
            set_aside_at=now, set_aside_reason=SetAside.FINE, counted_at=now
        )
        consensus.settle(microtask_ids=ids, now=now)
        _record(excerpt, "cut.kept", by, now)


def _record(excerpt: Excerpt, what: str, by: User | None, now: datetime) -> None:
    told = {"document": excerpt.document.name, "excerpt": excerpt.pk}
    changes.record(campaign=excerpt.campaign, user=by, what=what, details=told, now=now)


def _draw(excerpt: Excerpt, box: list[float]) -> None:
    """Cut and store the picture under the next key; the excerpt is not saved."""
    page = excerpt.page or 1
    match = PageMatch.objects.filter(document=excerpt.document, page=page).first()
    masks, ratio, matrix = _masks(excerpt, match)
    with leaves.opened(excerpt.document) as original:
        drawn = original.drawn(page)
        own = drawn.height / drawn.width
        black = cutting.blacked_out(drawn, masks=masks, ratio=ratio, matrix=matrix)
        cut = cutting.cut(black, box=box, ratio=own)
        quads = cutting.places(masks, ratio=ratio, matrix=matrix)
        letters = original.letters(page)
    excerpt.text = letters.within(boxes.corners(box, ratio=own), without=quads)
    excerpt.box, excerpt.recut = cut.box, excerpt.recut + 1
    excerpt.cut = {
        **excerpt.cut,
        "inside": cut.inside,
        "by_hand": True,
        "recipe": {
            "box": box,
            "matrix": boxes.IDENTITY.tolist(),
            "ratio": round(own, 6),
            "masks": masks,
        },
    }
    pagecuts.store_picture(excerpt, cut.picture)


def _masks(
    excerpt: Excerpt, match: PageMatch | None
) -> tuple[list[list[float]], float, boxes.Matrix]:
    """The masks over an excerpt's page, the template's ratio, and how the page lies on it."""
    layout = excerpt.document.layout
    if layout is None or match is None or match.state not in fitting.ON_TEMPLATE:
        return [], 1.0, boxes.IDENTITY
    page = match.reference_page or 0
    drawn = layout.zones.drawn().filter(mask=True, page=page).order_by("pk")
    template = leaves.of(document=layout.reference).filter(position=page).first()
    ratio = leaves.ratio(template) if template else 1.0
    return list(drawn.values_list("box", flat=True)), ratio, boxes.matrix_of(match.matrix)
