"""A campaign's poster: one A4 page with a QR code, to be printed and pinned up."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from frontend.printing import press

EDGE = 54
QR_SIDE = 190
FOOT = EDGE + 30 + QR_SIDE + 28  # where the lower part begins, with some air
GAP = 16  # above each text
LEAST_SIEVE = 110  # with the air above it
# Points of the texts, and how many lines of the problem and of the solution.
BODIES = ((17, 6, 5), (15, 5, 4), (13, 4, 2))


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
    width, height = A4[0] - 2 * EDGE, A4[1]
    size, title = press.fitted(
        poster.title, font=press.SERIF_BOLD, sizes=(46, 38, 32, 28), width=width, most=4
    )
    y = press.write(canvas, title, at=(EDGE, height - EDGE), font=press.SERIF_BOLD, size=size)
    size, texts = _texts(poster, width, y - FOOT - LEAST_SIEVE)
    for said in texts:
        y = press.write(canvas, said, at=(EDGE, y - GAP), font=press.SERIF, size=size, leading=1.3)
    top = y - 26
    press.draw_sieve(
        canvas, poster.counts, at=(EDGE - 3, top), width=width, height=max(top - FOOT, 1)
    )
    _draw_call(canvas, poster, width)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _texts(poster: Poster, width: float, room: float) -> tuple[float, list[list[str]]]:
    """The problem and the solution, as large and as long as there is room for."""
    for size, of_problem, of_solution in BODIES:
        told = ((poster.problem, of_problem), (poster.solution, of_solution))
        found = [
            press.lines(text, font=press.SERIF, size=size, width=width, most=most)
            for text, most in told
            if text
        ]
        if sum(GAP + len(said) * size * 1.3 for said in found) <= room:
            break
    return size, found


def _draw_call(canvas: Canvas, poster: Poster, width: float) -> None:
    """The lower part: the code to scan, and what to do with it."""
    press.draw_qr(canvas, poster.address, at=(EDGE, EDGE + 30), side=QR_SIDE)
    left, room = EDGE + QR_SIDE + 26, width - QR_SIDE - 26
    size, call = press.fitted(
        poster.call, font=press.SERIF_BOLD, sizes=(30, 26, 22), width=room, most=2
    )
    y = press.write(canvas, call, at=(left, EDGE + 30 + QR_SIDE), font=press.SERIF_BOLD, size=size)
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
