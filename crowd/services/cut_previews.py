"""Cut previews: what cuts by a layout's zones would look like, before anything is cut."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from django.core.files.storage import default_storage
from PIL import Image

from crowd.models import Document, Excerpt, Layout, PageMatch, Zone
from crowd.rules.zones import cutting
from crowd.services import fitting, layouts, leaves

PREVIEW_WIDTH = 960  # pixels of the page a preview is cut from
LOOSEST = 3  # one preview in so many is of the documents that fit worst


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


def some(*, layout: Layout, count: int = 12, seed: int = 0) -> list[CutPreview]:
    """Cuts of documents taken at random, from the zones as they are drawn now.

    One in three is of the documents that fit the layout worst: there one sees what goes wrong.
    """
    drawn = [zone for zone in layout.zones.drawn() if not zone.mask]
    matches = PageMatch.objects.filter(
        document__layout=layout,
        state__in=fitting.ON_TEMPLATE,
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
