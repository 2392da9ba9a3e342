"""Scan a sheet: paper, ink, a page never quite straight, a lamp never quite even, dust."""

import math
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from crowd.samples.sheet import HEIGHT, SCALE, WIDTH, Sheet

_PAPERS = [(251, 249, 244), (249, 248, 246), (252, 251, 248), (248, 245, 236)]
_INKS = [(34, 48, 118), (28, 40, 100), (46, 66, 150), (30, 52, 132), (38, 38, 44), (24, 26, 32)]
_PRINT = (44, 42, 44)
_STAMP = (150, 44, 66)
_LID = (226, 226, 224)
_EDGE = (188, 187, 184)


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How a page came to lie: turned and scaled around its middle, then shifted."""

    across: float = 0.0  # of the page's width
    down: float = 0.0  # of its height
    scale: float = 1.0
    degrees: float = 0.0  # anticlockwise, as seen

    @property
    def matrix(self) -> NDArray[np.float64]:
        """2×3: a place on the straight page → the same place in its scan (pixels)."""
        turn = math.radians(self.degrees)
        cos, sin = self.scale * math.cos(turn), self.scale * math.sin(turn)
        x, y = WIDTH / 2, HEIGHT / 2
        return np.array(
            [
                [cos, sin, x + self.across * WIDTH - cos * x - sin * y],
                [-sin, cos, y + self.down * HEIGHT + sin * x - cos * y],
            ]
        )


def a_drift(
    *, rng: Random, shift: float = 0.03, scale: float = 0.03, degrees: float = 2.0
) -> Drift:
    """Any drift up to these bounds."""
    return Drift(
        across=rng.uniform(-shift, shift),
        down=rng.uniform(-shift, shift),
        scale=1 + rng.uniform(-scale, scale),
        degrees=rng.uniform(-degrees, degrees),
    )


def scan(sheet: Sheet, *, rng: Random) -> Image.Image:
    """Scan one sheet at 150 dots an inch; one machine in four is a grey one (mode "L")."""
    return _finished(_laid_down(inked(sheet, rng=rng), rng=rng), rng=rng)


def inked(sheet: Sheet, *, rng: Random) -> Image.Image:
    """The paper with what is printed, written and stamped on it, flat and straight."""
    page = Image.new("RGB", (WIDTH, HEIGHT), rng.choice(_PAPERS))
    ink = rng.choice(_INKS)
    for mask, colour, strength, wear in (
        (sheet.print, _PRINT, 0.96, 0.10),
        (sheet.stamp, _STAMP, 0.78, 0.32),
        (sheet.ink, ink, 0.95, 0.22),
    ):
        page.paste(colour, mask=_worn(mask.reduce(SCALE), strength=strength, wear=wear, rng=rng))
    _punch(page, rng=rng)
    return page


def drifted(page: Image.Image, *, drift: Drift, rng: Random) -> Image.Image:
    """Scan a flat page that lies on the glass in this way."""
    back = np.linalg.inv(np.vstack([drift.matrix, [0, 0, 1]]))
    edged = page.copy()
    ImageDraw.Draw(edged).rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=_EDGE, width=2)
    laid = edged.transform(
        (WIDTH, HEIGHT),
        Image.Transform.AFFINE,
        tuple(back[:2].ravel()),
        resample=Image.Resampling.BICUBIC,
        fillcolor=_LID,
    )
    return _finished(laid, rng=rng)


def _finished(page: Image.Image, *, rng: Random) -> Image.Image:
    _dust(page, rng=rng)
    # OpenCV turns and blurs a page in a tenth of Pillow's time.
    page = Image.fromarray(cv2.GaussianBlur(np.asarray(page), (0, 0), rng.uniform(0.45, 0.7)))
    if rng.random() < 0.25:
        page = page.convert("L")
    return _lit(page, rng=rng)


def _noise(size: tuple[int, int], *, rng: Random) -> NDArray[np.float32]:
    source = np.random.default_rng(rng.getrandbits(32))
    return source.standard_normal((size[1], size[0]), dtype=np.float32)


def _worn(mask: Image.Image, *, strength: float, wear: float, rng: Random) -> Image.Image:
    """Ink does not take evenly: thin the mask by soft blotches."""
    blotches = _noise((WIDTH // 4, HEIGHT // 4), rng=rng)
    cover = np.clip(255 * strength * (1 - wear * np.abs(blotches)), 0, 255).astype(np.uint8)
    texture = Image.fromarray(cover).resize(mask.size, Image.Resampling.BICUBIC)
    return ImageChops.multiply(mask, texture)


def _punch(page: Image.Image, *, rng: Random) -> None:
    """Two filing holes, 80 mm apart, through which the lid shows with its shadow."""
    if rng.random() < 0.45:
        return
    pen, x = ImageDraw.Draw(page), 52 + rng.randint(-6, 6)
    middle = HEIGHT // 2 + rng.randint(-14, 14)
    for y in (middle - 236, middle + 236):
        pen.ellipse((x - 17, y - 17, x + 17, y + 17), fill=(168, 167, 165))
        pen.ellipse((x - 14, y - 13, x + 17, y + 17), fill=(206, 206, 204))


def _laid_down(page: Image.Image, *, rng: Random) -> Image.Image:
    """Lay the page on the glass: a little turned, a little off, the lid around it."""
    ImageDraw.Draw(page).rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=_EDGE, width=2)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), rng.uniform(-0.8, 0.8), 1.0)
    turn[:, 2] += (rng.randint(-4, 4), rng.randint(-6, 6))
    laid = cv2.warpAffine(
        np.asarray(page), turn, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderValue=_LID
    )
    return Image.fromarray(laid)


def _dust(page: Image.Image, *, rng: Random) -> None:
    pen = ImageDraw.Draw(page)
    for _ in range(rng.randint(6, 38)):
        x, y, radius = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(0.2, 1.3)
        grey = rng.randint(90, 190)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(grey, grey, grey))
    if rng.random() < 0.3:  # a hair on the glass of a feeding scanner draws a line
        x = rng.randint(60, WIDTH - 60)
        pen.line((x, 0, x, HEIGHT), fill=(222, 221, 218), width=1)


def _lit(page: Image.Image, *, rng: Random) -> Image.Image:
    """Shade one edge (the lamp, the spine of a binder) and add the grain of the sensor."""
    values = np.array(page, dtype=np.float32)
    across = np.arange(WIDTH, dtype=np.float32)[np.newaxis, :]
    down = np.arange(HEIGHT, dtype=np.float32)[:, np.newaxis]
    away = rng.choice([across, WIDTH - across, down, HEIGHT - down])
    light = 1 - rng.uniform(0.08, 0.2) * np.exp(-away / rng.uniform(24, 70))
    light = light * (1 - 0.02 * np.sin(across / WIDTH * math.pi * rng.uniform(0.5, 1.5)))
    grain = _noise((WIDTH, HEIGHT), rng=rng) * rng.uniform(1.0, 1.9)
    # In place: a page is 26 megabytes here.
    of_colours = (..., np.newaxis) if values.ndim == 3 else ...
    values *= light[of_colours]
    values += grain[of_colours]
    return Image.fromarray(values.clip(0, 255, out=values).astype(np.uint8))
