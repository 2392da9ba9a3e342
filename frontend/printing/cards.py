"""Cards to cut out of an A4 page: eight times the way into a room."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from frontend.printing import press

ACROSS, DOWN = 2, 4
EDGE, QR_SIDE = 18, 108


@dataclass(frozen=True, kw_only=True)
class RoomCard:
    """What each card says, in the campaign's language; `address` is where its QR code leads."""

    title: str
    call: str
    detail: str
    code: str
    address: str


def draw(card: RoomCard) -> bytes:
    """One page of cards as PDF, with lines to cut along."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(press.printable(card.title))
    width, height = A4[0] / ACROSS, A4[1] / DOWN
    for across in range(ACROSS):
        for down in range(DOWN):
            _draw_card(canvas, card, x=across * width, y=down * height, width=width, height=height)
    canvas.setStrokeColor(press.EDGE)
    canvas.setLineWidth(0.4)
    canvas.setDash(2, 4)
    canvas.line(width, 0, width, A4[1])
    for down in range(1, DOWN):
        canvas.line(0, down * height, A4[0], down * height)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_card(
    canvas: Canvas, card: RoomCard, *, x: float, y: float, width: float, height: float
) -> None:
    top, left = y + height - EDGE, x + EDGE + QR_SIDE + 14
    room = width - (left - x) - EDGE
    press.draw_qr(canvas, card.address, at=(x + EDGE, top - QR_SIDE), side=QR_SIDE)
    size, title = press.fitted(
        card.title, font=press.SERIF_BOLD, sizes=(15, 13, 11.5), width=room, most=3
    )
    below = press.write(canvas, title, at=(left, top), font=press.SERIF_BOLD, size=size)
    call = press.lines(card.call, font=press.SERIF, size=11, width=room, most=4)
    press.write(canvas, call, at=(left, below - 8), font=press.SERIF, size=11, leading=1.25)
    under = top - QR_SIDE - 12
    detail = press.lines(card.detail, font=press.SANS, size=9, width=width - 2 * EDGE, most=2)
    below = press.write(
        canvas, detail, at=(x + EDGE, under), font=press.SANS, size=9, ink=press.INK_2
    )
    spaced = " ".join(card.code)
    press.write(canvas, [spaced], at=(x + EDGE, below - 6), font=press.SERIF_BOLD, size=22)
