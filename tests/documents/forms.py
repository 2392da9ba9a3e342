"""Scans of the samples' own questionnaire: filled in, lying askew, as PDF files."""

import hashlib
import io
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from django.core.files.storage import default_storage
from PIL import Image

from crowd.models import Campaign, Document, Excerpt
from crowd.samples import questionnaire, scanner
from crowd.samples.scanner import Drift
from crowd.samples.sheet import HEIGHT, WIDTH
from tests.builders import NOW

OLD, NEW = questionnaire.VERSIONS
BLANK = 0  # a page number: an empty sheet


@lru_cache(maxsize=64)
def page(version: str, page: int, number: int, drift: Drift) -> Image.Image:
    """One scanned page."""
    rng = Random(f"{version} {page} {number}")
    if page == BLANK:
        flat = Image.new("RGB", (WIDTH, HEIGHT), (250, 249, 246))
    else:
        flat = questionnaire.inked(version=version, page=page, number=number)
    return scanner.drifted(flat, drift=drift, rng=rng)


def drift(number: int) -> Drift:
    """How the scan of one person lies; the first is laid down well."""
    if number == 0:
        return Drift(across=0.003, down=-0.002, scale=1.002, degrees=0.2)
    return scanner.a_drift(rng=Random(f"drift {number}"))


def pdf(version: str, number: int, *, pages: Sequence[int] = (1, 2)) -> bytes:
    """The form one person filled in."""
    return pdf_of([page(version, each, number, drift(number)) for each in pages])


def pdf_of(scans: Sequence[Image.Image]) -> bytes:
    """A PDF of these pictures, A4."""
    out = io.BytesIO()
    first, *others = scans
    first.save(out, "PDF", save_all=True, append_images=others, resolution=150, quality=60)
    return out.getvalue()


def scanned(campaign: Campaign, scans: Sequence[Image.Image], name: str = "form.pdf") -> Document:
    """A document of these scans, split into pages as far as grouping and cutting look at them."""
    data = pdf_of(scans)
    document = Document(
        campaign=campaign,
        name=name,
        media_type="application/pdf",
        sha256=hashlib.sha256(data + name.encode()).hexdigest(),
        byte_size=len(data),
        state="split",
        splitting={"by": "zones"},
        pages_known=len(scans),
        pages_done=len(scans),
        received_at=NOW,
    )
    document.file.save(document.sha256, io.BytesIO(data), save=False)
    document.save()
    for number, scan in enumerate(scans, start=1):
        key = f"excerpts/{document.pk}/0/page-{number}"
        picture = scan.convert("RGB").resize((960, round(960 * scan.height / scan.width)))
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=70, method=0)
        default_storage.save(f"{key}/960.webp", io.BytesIO(out.getvalue()))
        Excerpt.objects.create(
            campaign=campaign,
            document=document,
            kind="page",
            position=number,
            page=number,
            image_key=key,
            image_widths=[960],
            width=picture.width,
            height=picture.height,
        )
    return document


def form(
    campaign: Campaign, version: str, number: int, *, pages: Sequence[int] = (1, 2)
) -> Document:
    """The form one person filled in, split into its pages."""
    scans = [page(version, each, number, drift(number)) for each in pages]
    return scanned(campaign, scans, name=f"{version}-{number}-{pages}.pdf")


def box(version: str, key: str) -> tuple[int, list[float]]:
    """Page and box (fractions) of one answer on the straight form."""
    found = next(place for place in questionnaire.places(version) if place.key == key)
    return found.page, found.fractions
