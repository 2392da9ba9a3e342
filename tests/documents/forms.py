"""Scans of the samples' own questionnaire: filled in, lying askew, as PDF files."""

import io
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from PIL import Image

from crowd.samples import questionnaire, scanner
from crowd.samples.scanner import Drift
from crowd.samples.sheet import HEIGHT, WIDTH

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


def box(version: str, key: str) -> tuple[int, list[float]]:
    """Page and box (fractions) of one answer on the straight form."""
    found = next(place for place in questionnaire.places(version) if place.key == key)
    return found.page, found.fractions
