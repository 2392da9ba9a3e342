"""A page being made: what is printed on it, what is written, what is stamped.

Lengths are pixels of an A4 page at 150 dots an inch. The three masks are drawn three times as
large, so that thin lines stay clean when the scanner turns the page.
"""

from dataclasses import dataclass, field
from random import Random

from PIL import Image, ImageDraw

from crowd.samples import handwriting, lettering
from crowd.samples.alphabet import Point
from crowd.samples.handwriting import Hand
from crowd.samples.pen import Pen, Place

WIDTH, HEIGHT, SCALE = 1240, 1754, 3

Box = tuple[float, float, float, float]  # left, top, right, foot


def _mask() -> Image.Image:
    return Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE), 0)


def _scaled(*lengths: float) -> tuple[float, ...]:
    return tuple(length * SCALE for length in lengths)


@dataclass(kw_only=True)
class Sheet:
    """Three masks (white where there is something) and the hand that writes on the page."""

    rng: Random
    hand: Hand
    print: Image.Image = field(default_factory=_mask)
    ink: Image.Image = field(default_factory=_mask)
    stamp: Image.Image = field(default_factory=_mask)

    def label(
        self, text: str, x: float, y: float, *, size: int = 20, bold: bool = False, track: float = 0
    ) -> None:
        """Print a line of text, its baseline starting at (x, y)."""
        lettering.write(
            text,
            at=(x * SCALE, y * SCALE),
            size=size * SCALE,
            press=ImageDraw.Draw(self.print),
            bold=bold,
            tracking=track * SCALE,
        )

    def centred(
        self, text: str, x: float, y: float, *, size: int, bold: bool = False, track: float = 0
    ) -> None:
        """Print a line of text around x."""
        room = lettering.width(text, size=size, bold=bold, tracking=track)
        self.label(text, x - room / 2, y, size=size, bold=bold, track=track)

    def rule(self, x1: float, y1: float, x2: float, y2: float, *, width: float = 1.6) -> None:
        """Print a straight line."""
        line = _scaled(x1, y1, x2, y2)
        ImageDraw.Draw(self.print).line(line, fill=255, width=round(width * SCALE))

    def frame(self, box: Box, *, width: float = 1.6) -> None:
        """Print the outline of a box."""
        ImageDraw.Draw(self.print).rectangle(_scaled(*box), outline=255, width=round(width * SCALE))

    def ring(self, x: float, y: float, radius: float, *, width: float = 1.6) -> None:
        """Print a circle."""
        box = _scaled(x - radius, y - radius, x + radius, y + radius)
        ImageDraw.Draw(self.print).ellipse(box, outline=255, width=round(width * SCALE))

    def write(self, text: str, x: float, y: float, *, hand: Hand | None = None) -> float:
        """Write by hand from (x, y), the start of the baseline; return where it ends (x)."""
        return handwriting.write(text, at=(x, y), hand=hand or self.hand, pen=self._pen())

    def draw(self, places: list[Place]) -> None:
        """Draw one free stroke by hand: a cross, a dash, a signature."""
        self._pen().pull([Point(x, y) for x, y in places])

    def _pen(self) -> Pen:
        ink = ImageDraw.Draw(self.ink)
        return Pen(ink=ink, scale=SCALE, width=self.hand.line, rng=self.rng)
