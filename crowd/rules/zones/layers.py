"""Text layers under zones and masks: what a zone says, and what a page says without its masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

Quad = NDArray[np.float64]
"""Four corners on the page, in widths of it."""


@dataclass(frozen=True, kw_only=True)
class Letters:
    """The characters of a page in reading order.

    Attributes:
        text: all of them.
        middles: N×2: where each is on the page, in widths; not a number for breaks and spaces.
    """

    text: str
    middles: NDArray[np.float64]

    def within(self, quad: Quad, *, without: Sequence[Quad] = ()) -> str:
        """What is written in a quad and under none of the masks."""
        return self._only(_inside(self.middles, quad) & ~self._under(without))

    def outside(self, masks: Sequence[Quad]) -> str:
        """What is written under none of the masks."""
        return self._only(~self._under(masks))

    def _under(self, masks: Sequence[Quad]) -> NDArray[np.bool_]:
        under = np.zeros(len(self.text), dtype=bool)
        for mask in masks:
            under |= _inside(self.middles, mask)
        return under

    def _only(self, kept: NDArray[np.bool_]) -> str:
        placed = ~np.isnan(self.middles[:, 0])
        # Breaks and spaces have no place of their own; between things left out, one is enough.
        chars = [
            char if keep or not put else "\n"
            for char, keep, put in zip(self.text, kept, placed, strict=True)
        ]
        lines = "".join(chars).splitlines()
        return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


NOTHING = Letters(text="", middles=np.zeros((0, 2)))


def of_pdf(file: BinaryIO, *, page: int) -> Letters:
    """The characters of a page (from 1) of a PDF.

    A page that is stored turned has none: where its characters come to lie is not certain, and
    text under a mask must never be left.
    """
    document = pdfium.PdfDocument(file)
    try:
        held = document[page - 1]
        if held.get_rotation():
            return NOTHING
        return _letters(held)
    finally:
        document.close()


def _letters(page: pdfium.PdfPage) -> Letters:
    left, _, right, top = page.get_cropbox()
    wide = max(right - left, 1.0)
    layer = page.get_textpage()
    chars: list[str] = []
    middles: list[tuple[float, float]] = []
    for index in range(layer.count_chars()):
        char = layer.get_text_range(index, 1) or " "
        if char.isspace() or char == "\x00":
            chars.append("\n" if char in "\r\n" else " ")
            middles.append((np.nan, np.nan))
            continue
        x0, y0, x1, y1 = layer.get_charbox(index)
        place = (((x0 + x1) / 2 - left) / wide, (top - (y0 + y1) / 2) / wide)
        for each in char.replace("\ufffe", "-"):
            chars.append(each)
            middles.append(place)
    return Letters(text="".join(chars), middles=np.array(middles).reshape(-1, 2))


def _inside(places: NDArray[np.float64], quad: Quad) -> NDArray[np.bool_]:
    """Whether each place is right of every side of a quad (clockwise, y down)."""
    sides = np.roll(quad, -1, axis=0) - quad
    away = places[:, np.newaxis, :] - quad[np.newaxis, :, :]
    crossed = sides[:, 0] * away[:, :, 1] - sides[:, 1] * away[:, :, 0]
    return np.asarray((crossed >= 0).all(axis=1), dtype=bool)
