"""Prints: what of a page can be recognised. Made once a page, compared many times."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH = 640  # pixels: enough for printed lines and headings, whatever was scanned
MOST_HEIGHT = 1280  # pixels; of longer pages (an endless web page) the top is looked at
DARK = 0.25  # share of the paper's brightness lost where there is ink
FEATURES = 1200
SOLID = 17  # pixels: about 5 mm of A4; the thickest letters are thinner
LOOK = (24, 16)  # rows and columns of a look
BLANK = 0.004  # of the page inked; dust and a punched hole stay below
_MARGIN = 0.015  # of the width: the edges of the paper and the lid of the scanner


@dataclass(frozen=True, kw_only=True)
class Print:
    """One page, WIDTH pixels wide.

    Attributes:
        ink: 1 where something is printed or written (rows × WIDTH).
        spots: x, y of its features (N×2), pixels.
        signs: their ORB descriptors (N×32).
        ratio: height of the whole page divided by its width.
    """

    ink: NDArray[np.uint8]
    spots: NDArray[np.float32]
    signs: NDArray[np.uint8]
    ratio: float

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing on it that could be recognised."""
        return bool(self.ink.mean() < BLANK)

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """x, y of every inked pixel."""
        rows, columns = np.nonzero(self.ink)
        return np.column_stack([columns, rows]).astype(np.float64)

    @cached_property
    def field(self) -> tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.float64]]:
        """For each pixel how far the next ink is, and which one: an index into x, y."""
        far, label = cv2.distanceTransformWithLabels(
            1 - self.ink, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        rows, columns = np.nonzero(self.ink)
        place = np.zeros((int(label.max()) + 1, 2))
        place[label[rows, columns]] = np.column_stack([columns, rows])
        return far.astype(np.float32), label.astype(np.int32), place


def of(page: NDArray[np.uint8]) -> Print:
    """The print of a page in shades of grey (height × width, 255 is white)."""
    ratio = page.shape[0] / page.shape[1]
    height = max(1, min(MOST_HEIGHT, round(WIDTH * ratio)))
    if ratio * WIDTH > MOST_HEIGHT:
        page = page[: round(page.shape[1] * MOST_HEIGHT / WIDTH)]
    small = cv2.resize(page, (WIDTH, height), interpolation=cv2.INTER_AREA)
    shade = _shade(np.asarray(small, dtype=np.uint8))
    ink = (shade > DARK).astype(np.uint8)
    ink[_solid(ink)] = 0
    edge = round(_MARGIN * WIDTH)
    ink[:edge], ink[-edge:], ink[:, :edge], ink[:, -edge:] = 0, 0, 0, 0
    finder = cv2.ORB.create(FEATURES, 1.2, 6, edgeThreshold=15, fastThreshold=8)
    spots, signs = finder.detectAndCompute((255 - 255 * shade).astype(np.uint8), None)
    return Print(
        ink=ink,
        spots=np.array([spot.pt for spot in spots], dtype=np.float32).reshape(-1, 2),
        signs=np.array([] if signs is None else signs, dtype=np.uint8).reshape(-1, 32),
        ratio=ratio,
    )


def look(page: Print) -> bytes:
    """Where the ink is, coarsely: what pages of one template have in common.

    Ink is spread over about 4 % of the page, so that a scan may lie a little differently; the
    print counts by its logarithm, so that a full page is not far from the same page left empty.
    """
    rows, columns = LOOK
    spread = cv2.GaussianBlur(page.ink.astype(np.float32), (0, 0), WIDTH * 0.025)
    coarse = cv2.resize(spread, (columns, rows), interpolation=cv2.INTER_AREA)
    level = np.log1p(coarse * 40)
    return bytes(np.clip(level * 60, 0, 255).astype(np.uint8))


def nearness(one: bytes, others: list[bytes]) -> NDArray[np.float64]:
    """How alike looks are: the correlation of one with each of the others, -1 to 1."""
    if not others:
        return np.zeros(0)
    mine = _standard(np.frombuffer(one, dtype=np.uint8)[np.newaxis, :])
    theirs = _standard(np.frombuffer(b"".join(others), dtype=np.uint8).reshape(len(others), -1))
    return np.asarray(theirs @ mine[0], dtype=np.float64)


def _standard(looks: NDArray[np.uint8]) -> NDArray[np.float64]:
    values = looks - looks.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.maximum(norms, 1e-9), dtype=np.float64)


def _solid(ink: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Blocks that no pen or press makes: masks, photographs, the dark beyond the paper's edge."""
    block = np.ones((SOLID, SOLID), np.uint8)
    core = cv2.morphologyEx(ink, cv2.MORPH_OPEN, block)
    return np.asarray(cv2.dilate(core, np.ones((5, 5), np.uint8)), dtype=bool)


def _shade(small: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much darker than the paper around it, 0 to 1: a lamp or a stain makes no ink."""
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), (0, 0), WIDTH / 60)
    lost = (paper.astype(np.float32) - small) / np.maximum(paper, 1)
    return np.clip(lost * 1.6, 0, 1).astype(np.float32)
