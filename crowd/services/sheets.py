"""Sheets: what is to be cut from one page, and which excerpts stay as people have answered them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crowd.models import Document, Excerpt, Layout, MicroTask, PageMatch, Zone
from crowd.models.documents import ExcerptKind
from crowd.rules.zones import boxes, cutting
from crowd.rules.zones.boxes import Matrix
from crowd.rules.zones.layers import Quad
from crowd.services import clearing, leaves, masks

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


def of(*, document: Document, layout: Layout) -> Iterator[Sheet]:
    """The pages of a document, each with what its template says."""
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


def position(sheet: Sheet, zone: Zone) -> int:
    """Where a zone's excerpt stands among those of its document."""
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


def orders(*, document: Document, sheet: Sheet) -> tuple[list[Order], int]:
    """What is to be drawn on a page, and how many excerpts stay as they are."""
    zones = document.excerpts.filter(kind=ExcerptKind.ZONE, page=sheet.page.position)
    there = {excerpt.position: excerpt for excerpt in zones}
    answered = answered_among([excerpt.pk for excerpt in there.values()])
    found, kept = [], 0
    for zone in sheet.zones:
        excerpt = there.get(position(sheet, zone)) or _new(document, sheet, zone)
        before, recipe = excerpt.cut.get("recipe"), _recipe(zone, sheet)
        under_masks = {**(before or recipe), "masks": sheet.masks}
        mended = zone.mended_revision > excerpt.cut.get("revision", 0)
        by_hand = excerpt.cut.get("by_hand", False)
        stays = by_hand or (excerpt.pk in answered and not mended)
        kept += stays and excerpt.pk in answered and recipe != under_masks
        wanted = under_masks if stays else recipe
        if before != wanted:
            moves = before is not None and wanted != under_masks
            found.append(
                Order(zone=zone, excerpt=excerpt, recipe=wanted, moves=moves, mended=mended)
            )
    return found + _left(sheet, there.values(), answered), kept


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
        position=position(sheet, zone),
        page=sheet.page.position,
        zone=zone,
        within=sheet.page,
        recut=0,
    )


def answered_among(excerpt_ids: Sequence[int]) -> set[int]:
    """Those of these excerpts about which someone has said something, or does now."""
    kept = MicroTask.objects.filter(clearing.wanted(), excerpt__in=excerpt_ids)
    return set(kept.values_list("excerpt_id", flat=True))
