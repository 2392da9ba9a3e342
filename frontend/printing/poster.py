"""A campaign's poster: one A4 page with a QR code, to be printed and pinned up."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from frontend.printing import press

EDGE = 54
QR_SIDE = 190
CALL = EDGE + 30 + QR_SIDE  # where the lower part begins, upwards
APART = 24
TITLES = (54, 46, 38, 32)
TEXT, LEADING = 17, 1.3
MOST = (6, 5)  # lines of the problem, and of the solution


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What a poster says, in the campaign's language; `address` is where its QR code leads."""

    title: str
    problem: str
    solution: str
    call: str
    detail: str
    address: str
    until: str
    counts: dict[str, int]


def draw(poster: Poster) -> bytes:
    """The poster as PDF."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(press.printable(poster.title))
    width = A4[0] - 2 * EDGE
    sieve_top = CALL + APART + press.sieve_height(poster.counts, width=width)
    _draw_cause(canvas, poster, width, room=A4[1] - EDGE - sieve_top - APART)
    press.draw_sieve(canvas, poster.counts, at=(EDGE, sieve_top), width=width)
    _draw_call(canvas, poster, width)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_cause(canvas: Canvas, poster: Poster, width: float, *, room: float) -> None:
    """The upper part: the title, as large as the texts leave it room, and the texts."""
    texts = [text for text in (poster.problem, poster.solution) if text.strip()]
    for start in range(len(TITLES)):
        size, title = press.fitted(
            poster.title, font=press.SERIF_BOLD, sizes=TITLES[start:], width=width, most=4
        )
        left = int((room - len(title) * size * 1.12 - len(texts) * 16) / (TEXT * LEADING))
        said = [
            press.lines(text, font=press.SERIF, size=TEXT, width=width, most=most)
            for text, most in zip(texts, MOST, strict=False)
        ]
        if sum(map(len, said)) <= left:
            break
    y = press.write(canvas, title, at=(EDGE, A4[1] - EDGE), font=press.SERIF_BOLD, size=size)
    for text, lines in zip(texts, said, strict=True):
        most = min(len(lines), left)
        if most > 0:
            kept = press.lines(text, font=press.SERIF, size=TEXT, width=width, most=most)
            at = (EDGE, y - 16)
            y = press.write(canvas, kept, at=at, font=press.SERIF, size=TEXT, leading=LEADING)
            left -= most


def _draw_call(canvas: Canvas, poster: Poster, width: float) -> None:
    """The lower part: the code to scan, and what to do with it."""
    press.draw_qr(canvas, poster.address, at=(EDGE, CALL - QR_SIDE), side=QR_SIDE)
    left, room = EDGE + QR_SIDE + 26, width - QR_SIDE - 26
    size, call = press.fitted(
        poster.call, font=press.SERIF_BOLD, sizes=(30, 26, 22), width=room, most=2
    )
    y = press.write(canvas, call, at=(left, CALL), font=press.SERIF_BOLD, size=size)
    detail = press.lines(poster.detail, font=press.SERIF, size=15, width=room, most=4)
    y = press.write(canvas, detail, at=(left, y - 10), font=press.SERIF, size=15, leading=1.3)
    if poster.until:
        until = press.lines(poster.until, font=press.SERIF_BOLD, size=15, width=room, most=1)
        press.write(
            canvas, until, at=(left, y - 8), font=press.SERIF_BOLD, size=15, ink=press.OCHRE
        )
    _, address = press.fitted(
        poster.address, font=press.SANS, sizes=(13, 11, 9, 7), width=room, most=1
    )
    press.write(canvas, address, at=(left, EDGE + 44), font=press.SANS, size=_, ink=press.INK_2)
    press.draw_mark(canvas, at=(EDGE, EDGE - 16), size=18)
