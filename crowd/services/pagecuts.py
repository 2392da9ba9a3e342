"""Page cuts: the zones of one document are cut, page by page, each page stored in one transaction.

An excerpt remembers in `cut` what it was made from (its recipe): run again, only what differs is
drawn. Excerpts that people have answered keep their cut, unless their zone was mended; masks come
over all of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from crowd.models import Document, Excerpt, Layout, MicroTask, PageMatch, Step, Zone
from crowd.models.documents import ExcerptKind
from crowd.models.layouts import MatchState
from crowd.rules.splitting import pictures
from crowd.rules.zones import boxes, cutting
from crowd.rules.zones.boxes import Matrix
from crowd.rules.zones.layers import Quad
from crowd.services import clearing, grouping, hiding, leaves, masks, openings, recutting
from crowd.services.leaves import Original

Recipe = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page to be cut: where its template's zones and masks lie on it."""

    page: Excerpt
    match: PageMatch | None
    ratio: float  # of the template
    zones: list[Zone]
    masks: list[list[float]]
    digest: str  # of all the layout's masks

    @property
    def matrix(self) -> Matrix:
        return boxes.matrix_of(self.match.matrix if self.match else None)

    @property
    def quads(self) -> list[Quad]:
        """Where the masks lie on the page."""
        return cutting.places(self.masks, ratio=self.ratio, matrix=self.matrix)


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
        for sheet in _sheets(document, layout):
            wanted |= {_position(sheet, zone) for zone in sheet.zones}
            kept += _cut_page(document, layout, sheet, original, now=now)
    kept += _drop(document, but=wanted)
    sweep(document=document)
    return kept


def _sheets(document: Document, layout: Layout) -> Iterator[Sheet]:
    matches = {match.page: match for match in document.matches.all()}
    templates = {page.position: page for page in leaves.of(document=layout.reference)}
    zones: dict[int | None, list[Zone]] = defaultdict(list)
    for zone in layout.zones.drawn().select_related("step"):
        zones[zone.page].append(zone)
    digest = masks.digest(layout=layout)
    for page in leaves.of(document=document):
        match = matches.get(page.position)
        here = zones[match.reference_page] if match and match.matrix else []
        template = templates.get(match.reference_page or 0) if match else None
        yield Sheet(
            page=page,
            match=match,
            ratio=leaves.ratio(template or page),
            zones=[zone for zone in here if not zone.mask],
            masks=[zone.box for zone in here if zone.mask],
            digest=digest,
        )


def _position(sheet: Sheet, zone: Zone) -> int:
    return (sheet.page.position - 1) * 1000 + zone.number


@dataclass(frozen=True, kw_only=True)
class Order:
    """One excerpt to be drawn: a new one, or one that is there.

    Attributes:
        moves: it will show something else than before, not only other masks.
        mended: its zone was mended: answers to the earlier cut are set aside.
    """

    zone: Zone | None
    excerpt: Excerpt
    recipe: Recipe
    moves: bool = False
    mended: bool = False


def _cut_page(
    document: Document, layout: Layout, sheet: Sheet, original: Original, *, now: datetime
) -> int:
    """Draw what differs on one page; the excerpts that were kept as they were."""
    orders, kept = _orders(document, sheet)
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


def _orders(document: Document, sheet: Sheet) -> tuple[list[Order], int]:
    """What is to be drawn on a page, and how many excerpts stay as they are."""
    zones = document.excerpts.filter(kind=ExcerptKind.ZONE, page=sheet.page.position)
    there = {excerpt.position: excerpt for excerpt in zones}
    answered = _answered([excerpt.pk for excerpt in there.values()])
    orders, kept = [], 0
    for zone in sheet.zones:
        excerpt = there.get(_position(sheet, zone)) or _new(document, sheet, zone)
        before, recipe = excerpt.cut.get("recipe"), _recipe(zone, sheet)
        under_masks = {**(before or recipe), "masks": sheet.masks}
        mended = zone.mended_revision > excerpt.cut.get("revision", 0)
        by_hand = excerpt.cut.get("by_hand", False)
        stays = by_hand or (excerpt.pk in answered and not mended)
        kept += stays and excerpt.pk in answered and recipe != under_masks
        wanted = under_masks if stays else recipe
        if before != wanted:
            moves = before is not None and wanted != under_masks
            orders.append(
                Order(zone=zone, excerpt=excerpt, recipe=wanted, moves=moves, mended=mended)
            )
    return orders + _left(sheet, there.values(), answered), kept


def _left(sheet: Sheet, excerpts: Iterable[Excerpt], answered: Collection[int]) -> list[Order]:
    """Excerpts of zones taken off stay where people have answered: masks come over them, too."""
    drawn = {zone.pk for zone in sheet.zones}
    return [
        Order(zone=excerpt.zone, excerpt=excerpt, recipe=under_masks)
        for excerpt in excerpts
        if excerpt.zone_id not in drawn and excerpt.pk in answered
        if (under_masks := {**excerpt.cut["recipe"], "masks": sheet.masks}) != excerpt.cut["recipe"]
    ]


def _recipe(zone: Zone, sheet: Sheet) -> Recipe:
    return {
        "box": zone.box,
        "matrix": sheet.matrix.tolist(),
        "ratio": round(sheet.ratio, 6),
        "masks": sheet.masks,
    }


def _new(document: Document, sheet: Sheet, zone: Zone) -> Excerpt:
    return Excerpt(
        campaign_id=document.campaign_id,
        document=document,
        kind=ExcerptKind.ZONE.value,
        position=_position(sheet, zone),
        page=sheet.page.position,
        zone=zone,
        within=sheet.page,
        recut=0,
    )


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
    answered = _answered(there)
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
        stay = _answered(ids)
        reported = set(gone.filter(reports__isnull=False).values_list("pk", flat=True))
        Excerpt.objects.filter(pk__in=set(ids) - stay - reported).delete()
    return len(stay)


def _answered(excerpt_ids: Sequence[int]) -> set[int]:
    """Those of these excerpts about which someone has said something, or does now."""
    kept = MicroTask.objects.filter(clearing.wanted(), excerpt__in=excerpt_ids)
    return set(kept.values_list("excerpt_id", flat=True))


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
