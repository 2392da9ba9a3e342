"""The picture that social networks show beside a link to a campaign: 1200 × 630 pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from frontend.printing import press

WIDTH, HEIGHT, SCALE = 600, 315, 2  # points, and pixels a point
EDGE = 40
FOOT = 54  # what stands below it: the house and the address


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a card says: words in the campaign's language, and the counts of its sieve."""

    title: str
    status: str
    host: str
    settled: int
    contested: int
    set_aside: int
    open: int

    @property
    def counts(self) -> dict[str, int]:
        return {
            "settled": self.settled,
            "contested": self.contested,
            "set-aside": self.set_aside,
            "open": self.open,
        }


@lru_cache(maxsize=64)
def draw(card: Card) -> bytes:
    """The card as PNG. The same card is drawn once: crawlers come in swarms."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    canvas.setFillColor(press.PAPER)
    canvas.rect(0, 0, WIDTH, HEIGHT, 0, 1)
    width = WIDTH - 2 * EDGE
    size, title = press.fitted(
        card.title, font=press.SERIF_BOLD, sizes=(44, 38, 33, 28), width=width, most=3
    )
    y = press.write(canvas, title, at=(EDGE, HEIGHT - EDGE), font=press.SERIF_BOLD, size=size)
    top = min(y - 16, 150)
    press.draw_sieve(canvas, card.counts, at=(EDGE - 2, top), width=330, height=top - FOOT)
    status = press.lines(card.status, font=press.SERIF, size=19, width=150, most=3)
    press.write(
        canvas, status, at=(EDGE + 350, top - 5), font=press.SERIF, size=19, ink=press.INK_2
    )
    press.draw_mark(canvas, at=(EDGE, 28), size=20)
    canvas.setFillColor(press.INK_2)
    canvas.setFont(press.SANS, 12)
    canvas.drawRightString(WIDTH - EDGE, 29, press.printable(card.host))
    canvas.showPage()
    canvas.save()
    return press.png(out.getvalue(), scale=SCALE)
