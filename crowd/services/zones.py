"""Zones: the rectangles a campaigner draws, and what cuts by them would look like."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

import numpy as np
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from PIL import Image

from crowd.models import Document, Excerpt, Layout, PageMatch, Step, User, Zone
from crowd.rules.problems import Problem
from crowd.rules.zones import boxes, cutting
from crowd.services import changes, grouping, layouts, leaves

MOST_ZONES = 200  # drawn on one layout
MOST_NUMBER = 999  # of zones ever drawn in a campaign
LONGEST_NAME = 100
PREVIEW_WIDTH = 960  # pixels of the page a preview is cut from
LOOSEST = 3  # one preview in so many is of the documents that fit worst


@dataclass(frozen=True, kw_only=True)
class ZoneSpec:
    """One rectangle as it is drawn.

    Attributes:
        page: of the layout's reference document, from 1.
        box: left, top, right, foot as fractions of that page.
        id: of a zone that is there already; None for a new one, or the one with this name.
        step_id: what is asked about its cuts; None for every step that nothing has to open.
        mask: blacked out for good; nothing is cut.
    """

    name: str
    page: int
    box: Sequence[float]
    id: int | None = None
    step_id: int | None = None
    mask: bool = False


class InvalidZones(Exception):
    """Some zones can't be drawn like this.

    Attributes:
        problems: index of the zone → what is wrong with it.
    """

    def __init__(self, problems: Mapping[int, list[Problem]]) -> None:
        super().__init__(problems)
        self.problems = dict(problems)


@dataclass(frozen=True, kw_only=True)
class CutPreview:
    """One cut as it would be.

    Attributes:
        picture: WebP.
        inside: the part of the picture that is not dimmed, as fractions of it.
        score: how well the page was registered, 0 to 1.
    """

    zone: Zone
    document: Document
    page: int
    picture: bytes
    width: int
    height: int
    inside: list[float]
    score: float | None


def save(
    *, layout: Layout, zones: Sequence[ZoneSpec], now: datetime, by: User | None = None
) -> list[Zone]:
    """Draw these zones on a layout, and take off all others; nothing is cut before `apply`.

    Raises:
        InvalidZones: with all that is wrong.
        Problem: `zones_too_many`.
    """
    _check(layout, zones)
    with transaction.atomic():
        # Rival: the same editor in another tab, and other layouts of the campaign for numbers.
        list(Layout.objects.select_for_update().filter(campaign=layout.campaign_id).order_by("pk"))
        drawn = list(layout.zones.drawn())
        there = {zone.pk: zone for zone in drawn}
        named = {zone.name: zone.pk for zone in drawn}
        number = _last_number(layout)
        for spec in zones:
            zone = there.pop(spec.id or named.get(_name(spec), 0), None)
            if zone is None:
                number += 1
                zone = Zone(layout=layout, number=number)
            zone.name, zone.page, zone.mask = _name(spec), spec.page, spec.mask
            zone.box, zone.step_id = [round(float(edge), 5) for edge in spec.box], spec.step_id
            zone.save()
        if number > MOST_NUMBER:
            raise Problem("zones_too_many", most=MOST_NUMBER)
        Zone.objects.filter(pk__in=there).update(retired_at=now)
        told = {"layout": layout.name, "count": len(zones)}
        changes.record(campaign=layout.campaign, user=by, what="zones.drawn", details=told, now=now)
    return list(layout.zones.drawn().select_related("step"))


def preview(*, layout: Layout, count: int = 12, seed: int = 0) -> list[CutPreview]:
    """Cuts of documents taken at random, from the zones as they are drawn now.

    One in three is of the documents that fit the layout worst: there one sees what goes wrong.
    """
    drawn = [zone for zone in layout.zones.drawn() if not zone.mask]
    matches = PageMatch.objects.filter(
        document__layout=layout,
        state__in=grouping.ON_TEMPLATE,
        reference_page__in={zone.page for zone in drawn},
    ).select_related("document")
    rng = Random(seed)  # noqa: S311 (which examples are shown, nothing secret)
    worst = list(matches.order_by("score", "pk")[: max(1, count // LOOSEST)])
    others = list(matches.exclude(pk__in=[each.pk for each in worst]).order_by("pk"))
    chosen = worst + rng.sample(others, min(len(others), max(0, count - len(worst))))
    while chosen and len(chosen) < count:  # few pages: several zones of each
        chosen += chosen[: count - len(chosen)]
    return list(_previews(layout, chosen, drawn, rng))


def _previews(
    layout: Layout, matches: Sequence[PageMatch], drawn: Sequence[Zone], rng: Random
) -> Iterator[CutPreview]:
    masks = [zone for zone in layout.zones.drawn() if zone.mask]
    shown: set[tuple[int, int]] = set()
    for match in matches:
        fresh = [
            zone
            for zone in drawn
            if zone.page == match.reference_page and (match.pk, zone.pk) not in shown
        ]
        page = layouts.page_excerpt(document=match.document, page=match.page)
        template = layouts.page_excerpt(document=layout.reference, page=match.reference_page or 0)
        if fresh and page is not None and template is not None:
            zone = rng.choice(fresh)
            shown.add((match.pk, zone.pk))
            yield _preview(zone, match, page, leaves.ratio(template), masks)


def _preview(
    zone: Zone, match: PageMatch, page: Excerpt, ratio: float, masks: Sequence[Zone]
) -> CutPreview:
    matrix = np.array(match.matrix)
    hidden = [mask.box for mask in masks if mask.page == match.reference_page]
    picture = cutting.blacked_out(_stored(page), masks=hidden, ratio=ratio, matrix=matrix)
    cut = cutting.cut(picture, box=zone.box, ratio=ratio, matrix=matrix)
    out = io.BytesIO()
    cut.picture.save(out, "WEBP", quality=70, method=0)
    return CutPreview(
        zone=zone,
        document=match.document,
        page=match.page,
        picture=out.getvalue(),
        width=cut.picture.width,
        height=cut.picture.height,
        inside=cut.inside,
        score=match.score,
    )


def _stored(page: Excerpt) -> Image.Image:
    wide = [width for width in page.image_widths if width >= PREVIEW_WIDTH]
    key = f"{page.image_key}/{min(wide or page.image_widths[-1:])}.webp"
    with default_storage.open(key) as file, Image.open(file) as picture:
        return picture.convert("RGB")


def _check(layout: Layout, zones: Sequence[ZoneSpec]) -> None:
    if len(zones) > MOST_ZONES:
        raise Problem("zones_too_many", most=MOST_ZONES)
    pages = {page.position for page in layouts.drawable(layout=layout)}
    steps = {
        step.pk: step.opens_when is None
        for step in Step.objects.filter(campaign=layout.campaign_id)
    }
    ids = set(layout.zones.drawn().values_list("pk", flat=True))
    names = [_name(spec).casefold() for spec in zones]
    problems = {
        index: found
        for index, spec in enumerate(zones)
        if (found := list(_wrong(spec, pages, steps, ids, names, index)))
    }
    if problems:
        raise InvalidZones(problems)


def _wrong(
    spec: ZoneSpec,
    pages: set[int],
    steps: Mapping[int, bool],
    ids: set[int],
    names: Sequence[str],
    index: int,
) -> Iterator[Problem]:
    if not 0 < len(_name(spec)) <= LONGEST_NAME:
        yield Problem("zone_name", most=LONGEST_NAME)
    elif names.index(names[index]) < index:
        yield Problem("zone_name_doubled", name=_name(spec))
    if spec.page not in pages:
        yield Problem("zone_page", page=spec.page)
    if wrong := boxes.what_is_wrong(spec.box):
        yield wrong
    if spec.id is not None and spec.id not in ids:
        yield Problem("zone_unknown")
    if spec.step_id is not None and not steps.get(spec.step_id):
        yield Problem("zone_step")


def _name(spec: ZoneSpec) -> str:
    return " ".join(spec.name.split())


def _last_number(layout: Layout) -> int:
    numbers = Zone.objects.filter(layout__campaign=layout.campaign_id)
    return int(numbers.aggregate(last=Max("number"))["last"] or 0)
