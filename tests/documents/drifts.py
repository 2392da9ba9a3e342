"""Are cuts right? Scans of filled-in forms whose drift is known, against what registration finds.

A cut is right when the page was recognised and the zone lands with an overlap (intersection over
union) of at least RIGHT with its true place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from crowd.rules.zones import boxes, grouping, prints, registering
from crowd.rules.zones.grouping import Template
from crowd.rules.zones.prints import Print
from crowd.samples import questionnaire, scanner
from crowd.samples.scanner import Drift
from crowd.samples.sheet import HEIGHT, WIDTH

RIGHT = 0.9
RATIO = HEIGHT / WIDTH
REFERENCE = Drift(across=0.004, down=-0.003, scale=1.003, degrees=0.3)


@dataclass(frozen=True, kw_only=True)
class Scan:
    """One page as it was scanned, and how it lay."""

    version: str
    page: int
    drift: Drift
    picture: NDArray[np.uint8]  # grey


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one scan.

    Attributes:
        recognised: the right page of the right version was found.
        overlaps: of each zone with its true place; all 0 when not recognised.
        score: of the registration.
    """

    recognised: bool
    overlaps: list[float]
    score: float


class Reference:
    """The forms that zones are drawn on: one of each version, filled in as well."""

    def __init__(self) -> None:
        self.prints: dict[tuple[int, int], Print] = {}
        self.templates: list[Template] = []
        for layout_id, version in enumerate(questionnaire.VERSIONS, start=1):
            for page in range(1, questionnaire.PAGES + 1):
                flat = questionnaire.inked(version=version, page=page, number=0)
                made = scanned(
                    flat, version, page, REFERENCE, Random(f"reference {version} {page}")
                )
                found = prints.of(made.picture)
                self.prints[layout_id, page] = found
                look = prints.look(found)
                self.templates.append(Template(layout_id=layout_id, page=page, look=look))

    def recognise(self, scan: Scan) -> Result:
        """Find the template of a scan among all of them, and where each zone lies."""
        page = prints.of(scan.picture)
        near = grouping.shortlist(
            look=prints.look(page), page=scan.page, templates=self.templates, leader=None
        )
        tried = [
            (registering.register(template=self.prints[t.layout_id, t.page], page=page), t)
            for t in near
        ]
        fits = [(found, t) for found, t in tried if found and found.score >= grouping.FITS]
        best, template = max(fits, key=lambda each: each[0].score, default=(None, None))
        wanted = (questionnaire.VERSIONS.index(scan.version) + 1, scan.page)
        if best is None or template is None or (template.layout_id, template.page) != wanted:
            return Result(recognised=False, overlaps=[0.0] * len(drawn(scan)), score=0.0)
        overlaps = [overlap(box, best.matrix, scan) for box in drawn(scan)]
        return Result(recognised=True, overlaps=overlaps, score=best.score)


def drawn(scan: Scan) -> list[list[float]]:
    """The zones as they are drawn on the reference scan: upright boxes around the frames."""
    found = []
    for place in questionnaire.places(scan.version):
        if place.page == scan.page:
            quad = boxes.corners(place.fractions, ratio=RATIO)
            found.append(boxes.around(boxes.moved(quad, _widths(REFERENCE)), ratio=RATIO))
    return found


def overlap(box: Sequence[float], matrix: boxes.Matrix, scan: Scan) -> float:
    """Intersection over union of where a zone was found and where it is."""
    quad = boxes.corners(box, ratio=RATIO)
    truth = boxes.after(_widths(scan.drift), boxes.inverse(_widths(REFERENCE)))
    # In pixels: OpenCV takes corners for the same when they are nearer than a fixed bound.
    one, other = ((WIDTH * boxes.moved(quad, each)).astype(np.float32) for each in (matrix, truth))
    shared, _ = cv2.intersectConvexConvex(one, other)
    return float(shared / (cv2.contourArea(one) + cv2.contourArea(other) - shared))


def copies(
    *,
    people: Sequence[int],
    each: int,
    shift: float = 0.03,
    scale: float = 0.03,
    degrees: float = 2.0,
) -> Iterator[Scan]:
    """Scans of forms that these people filled in, each scanned several times."""
    for version in questionnaire.VERSIONS:
        for page in range(1, questionnaire.PAGES + 1):
            for number in people:
                flat = questionnaire.inked(version=version, page=page, number=number)
                for copy in range(each):
                    rng = Random(f"copy {version} {page} {number} {copy}")
                    drift = scanner.a_drift(rng=rng, shift=shift, scale=scale, degrees=degrees)
                    yield scanned(flat, version, page, drift, rng)


def scanned(flat: Image.Image, version: str, page: int, drift: Drift, rng: Random) -> Scan:
    """One scan of a filled-in page."""
    picture = scanner.drifted(flat, drift=drift, rng=rng).convert("L")
    return Scan(version=version, page=page, drift=drift, picture=np.asarray(picture))


def faxed(scan: Scan) -> Scan:
    """The same scan as an office sends it: black and white, coarse, with specks."""
    small = cv2.resize(scan.picture, None, fx=0.66, fy=0.66, interpolation=cv2.INTER_AREA)
    black = np.where(small > 165, 255, 0).astype(np.uint8)
    specks = np.random.default_rng(scan.page).random(black.shape) < 0.002
    black[specks] = 0
    return Scan(version=scan.version, page=scan.page, drift=scan.drift, picture=black)


def _widths(drift: Drift) -> boxes.Matrix:
    """A drift's matrix in widths of the page instead of pixels."""
    return np.column_stack([drift.matrix[:, :2], drift.matrix[:, 2] / WIDTH])
