"""Page cuts: the zones of one document are cut, page by page, each page stored in one transaction.

An excerpt remembers in `cut` what it was made from (its recipe): run again, only what differs is
drawn. Excerpts that people have answered keep their cut, unless their zone was mended; masks come
over all of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from crowd.models import Document, Excerpt, Layout, MicroTask, Step
from crowd.models.documents import ExcerptKind
from crowd.models.layouts import MatchState
from crowd.rules.splitting import pictures
from crowd.rules.zones import boxes, cutting
from crowd.services import clearing, grouping, hiding, leaves, masks, openings, recutting, sheets
from crowd.services.leaves import Original
from crowd.services.sheets import Order, Sheet


def cut(*, document: Document, layout: Layout, now: datetime) -> int:
    """Cut one document by its layout's zones, from where it stands.

    Returns:
        How many excerpts were kept as they were because people have answered them.

    Raises:
        Problem: the original is missing or damaged.
    """
    if document.matches.filter(state=MatchState.NEW.value).exists():
        grouping.place(document=document, into=layout, now=now)
    kept, wanted = 0, set[int]()
    with leaves.opened(document) as original:
        for sheet in sheets.of(document=document, layout=layout):
            wanted |= {sheets.position(sheet, zone) for zone in sheet.zones}
            kept += _cut_page(document, layout, sheet, original, now=now)
    kept += _drop(document, but=wanted)
    sweep(document=document)
    return kept


def _cut_page(
    document: Document, layout: Layout, sheet: Sheet, original: Original, *, now: datetime
) -> int:
    """Draw what differs on one page; the excerpts that were kept as they were."""
    orders, kept = sheets.orders(document=document, sheet=sheet)
    black: list[Any] = [sheet.masks, sheet.matrix.tolist()] if sheet.masks else []
    stale = sheet.page.cut.get("black", []) != black
    if orders or stale:
        drawn = cutting.blacked_out(
            original.drawn(sheet.page.position),
            masks=sheet.masks,
            ratio=sheet.ratio,
            matrix=sheet.matrix,
        )
        for order in orders:
            _draw(order, sheet, drawn, original)
        if stale:
            sheet.page.cut["black"] = black
            _redraw(sheet, drawn, original)
    with transaction.atomic():
        kept += _store(layout, orders, now=now)
        _ask(document, sheet)
        _show(sheet)
    return kept


def _draw(order: Order, sheet: Sheet, drawn: Image.Image, original: Original) -> None:
    """Cut the picture and store it, before its excerpt is: after a crash, to the same key."""
    excerpt, recipe = order.excerpt, order.recipe
    matrix = np.array(recipe["matrix"])
    cut_out = cutting.cut(drawn, box=recipe["box"], ratio=recipe["ratio"], matrix=matrix)
    quad = boxes.moved(boxes.corners(recipe["box"], ratio=recipe["ratio"]), matrix)
    if excerpt.pk is not None:
        excerpt.recut += 1
    excerpt.zone, excerpt.within, excerpt.box = order.zone, sheet.page, cut_out.box
    excerpt.text = original.letters(sheet.page.position).within(quad, without=sheet.quads)
    excerpt.cut = {**excerpt.cut, "inside": cut_out.inside, "recipe": recipe}
    store_picture(excerpt, cut_out.picture)


def store_picture(excerpt: Excerpt, image: Image.Image) -> None:
    """Store an excerpt's picture in all widths; the excerpt itself is not saved."""
    picture = pictures.variants(image)
    document = excerpt.document
    name = f"{excerpt.kind}-{excerpt.position}-{excerpt.recut}"
    excerpt.image_key = f"excerpts/{document.pk}/{document.edition}/{name}"
    excerpt.image_widths = list(picture.variants)
    excerpt.width, excerpt.height = picture.width, picture.height
    for width, data in picture.variants.items():
        default_storage.save(f"{excerpt.image_key}/{width}.webp", ContentFile(data))


def _redraw(sheet: Sheet, drawn: Image.Image, original: Original) -> None:
    """The whole page under its masks."""
    page = sheet.page
    page.recut += 1
    page.text = original.letters(page.position).outside(sheet.quads)
    store_picture(page, drawn)


_DRAWN = ["zone", "within", "box", "text", "cut", "cut_at", "recut"]
_PICTURE = ["image_key", "image_widths", "width", "height"]


def _store(layout: Layout, orders: Sequence[Order], *, now: datetime) -> int:
    """Write the excerpts; how many must stay after all, because someone was faster."""
    there = [order.excerpt.pk for order in orders if order.excerpt.pk is not None]
    # Rival: a claim or an answer about one of these; what they did until now, we see below.
    list(MicroTask.objects.select_for_update().filter(excerpt__in=there).order_by("pk"))
    answered = sheets.answered_among(there)
    kept = 0
    for order in orders:
        excerpt = order.excerpt
        excerpt.cut["revision"] = layout.revision
        if excerpt._state.adding:
            excerpt.save()
        elif excerpt.pk in answered and order.moves and not order.mended:
            kept += 1  # its new picture is swept away
        else:
            wrong = order.moves and excerpt.pk in answered
            excerpt.cut_at = now if wrong else excerpt.cut_at
            excerpt.save(update_fields=[*_DRAWN, *_PICTURE])
            if wrong:
                recutting.set_aside(excerpt=excerpt, now=now)
    return kept


def _ask(document: Document, sheet: Sheet) -> None:
    """Ask what the zones' steps say, and no more what they do not and nobody has answered."""
    first = openings.first_steps(document.campaign)
    cut_out = document.excerpts.filter(kind=ExcerptKind.ZONE, page=sheet.page.position)
    by_zone = {excerpt.zone_id: excerpt for excerpt in cut_out}
    for zone in sheet.zones:
        if (excerpt := by_zone.get(zone.pk)) is not None:
            asked = first if zone.step_id is None else [s for s in first if s.pk == zone.step_id]
            openings.for_excerpts(campaign=document.campaign, excerpts=[excerpt], steps=asked)
            others = [step for step in first if step not in asked]
            _ask_no_more(excerpt, others)
    _ask_no_more(sheet.page, first)


def _ask_no_more(excerpt: Excerpt, steps: Sequence[Step]) -> None:
    idle = MicroTask.objects.filter(excerpt=excerpt, step__in=steps).exclude(clearing.wanted())
    # Rival: a claim; it waits for the row, then finds none.
    ids = list(idle.select_for_update(of=("self",)).values_list("pk", flat=True))
    if ids:
        MicroTask.objects.filter(pk__in=ids).exclude(clearing.wanted()).delete()


def _show(sheet: Sheet) -> None:
    """Store the page as it was drawn, and show it if masks allow."""
    page = sheet.page
    if masks.may_show(match=sheet.match):
        page.cut["masks"] = sheet.digest
    else:
        page.cut.pop("masks", None)
    page.save(update_fields=["text", "cut", "recut", *_PICTURE])
    if page.hidden_at is not None:
        hiding.restore(excerpt=page)


def _drop(document: Document, *, but: set[int]) -> int:
    """Excerpts of zones that were taken off: those nobody has answered go; the others stay."""
    gone = document.excerpts.filter(kind=ExcerptKind.ZONE).exclude(position__in=but)
    with transaction.atomic():
        ids = list(gone.values_list("pk", flat=True))
        list(MicroTask.objects.select_for_update().filter(excerpt__in=ids).order_by("pk"))
        stay = sheets.answered_among(ids)
        reported = set(gone.filter(reports__isnull=False).values_list("pk", flat=True))
        Excerpt.objects.filter(pk__in=set(ids) - stay - reported).delete()
    return len(stay)


def sweep(*, document: Document) -> None:
    """Delete pictures of this document that no excerpt has any more: earlier cuts, before masks."""
    folder = f"excerpts/{document.pk}/{document.edition}"
    known = set(document.excerpts.values_list("image_key", flat=True))
    try:
        names, _ = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" not in known:
            _, files = default_storage.listdir(f"{folder}/{name}")
            for file in files:
                default_storage.delete(f"{folder}/{name}/{file}")
