"""Ink on a canvas: the palette, text that fits, and the sieve, for everything that is printed.

Sizes are points, y grows upwards, as in PDF. The letters are those of the standard PDF fonts: every
reader and printer has them, none is shipped.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from io import BytesIO
from math import inf

import pypdfium2
import segno
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from frontend import sieve

SERIF, SERIF_BOLD, SANS = "Times-Roman", "Times-Bold", "Helvetica"

PAPER, INK, INK_2 = HexColor("#f6f1e6"), HexColor("#231f19"), HexColor("#5c5346")
GREEN, OCHRE, BRICK = HexColor("#1f6546"), HexColor("#b3720c"), HexColor("#a03325")
BRICK_WASH, EDGE = HexColor("#f7ded4"), HexColor("#877b67")

NEVER_FIRST = (":", ";", "!", "?", "»")
LARGEST_DOTS = 4.0  # points a unit of the field

# PDFium must not be entered by two threads at once; the web process has several.
_ONE_AT_A_TIME = threading.Lock()


def printable(text: str) -> str:
    """The text in the letters that the standard fonts have (Windows-1252), else without accents."""
    return "".join(_printable(char) for char in unicodedata.normalize("NFC", text))


def lines(text: str, *, font: str, size: float, width: float, most: int) -> list[str]:
    """Break a text into at most so many lines; what does not fit ends in an ellipsis."""
    broken = _broken(text, font, size, width)
    if len(broken) <= most:
        return [_shortened(line, font, size, width) for line in broken]
    kept = broken[:most]
    kept[-1] = _shortened(kept[-1] + " …", font, size, width)
    return [_shortened(line, font, size, width) for line in kept]


def fitted(
    text: str, *, font: str, sizes: Sequence[float], width: float, most: int
) -> tuple[float, list[str]]:
    """The largest of these sizes at which the text needs at most so many lines, and the lines."""
    for size in sizes:
        broken = _broken(text, font, size, width)
        fits = all(stringWidth(line, font, size) <= width for line in broken)
        if fits and len(broken) <= most and not any(b[:1] in NEVER_FIRST for b in broken[1:]):
            return size, broken
    return sizes[-1], lines(text, font=font, size=sizes[-1], width=width, most=most)


def write(
    canvas: Canvas,
    written: Sequence[str],
    *,
    at: tuple[float, float],
    font: str,
    size: float,
    ink: Color = INK,
    leading: float = 1.12,
) -> float:
    """Write lines downwards from the top left corner `at`; return where the last one ends (y)."""
    x, y = at
    canvas.setFillColor(ink)
    canvas.setFont(font, size)
    y -= size * 0.8
    for line in written:
        canvas.drawString(x, y, line)
        y -= size * leading
    return y + size * (leading - 0.2)


def draw_sieve(
    canvas: Canvas,
    counts: dict[str, int],
    *,
    at: tuple[float, float],
    width: float,
    height: float = inf,
) -> float:
    """Draw the field of dots from the top left corner `at`; return where it ends (y).

    It is as wide as it may be without being higher than `height`; a few dots stay dots.
    """
    field, dots = _field(counts)
    states = [state for state, many in sieve.shares(counts, dots).items() for _ in range(many)]
    scale = min(_sieve_scale(field, width), height / field.height)
    x, y = at
    for dot, state in zip(field.dots, states, strict=True):
        _draw_dot(canvas, x + dot.x * scale, y - dot.y * scale, scale, state)
    return y - field.height * scale


def sieve_height(counts: dict[str, int], *, width: float) -> float:
    """How high the field of dots is where it may be so wide."""
    field, _dots = _field(counts)
    return field.height * _sieve_scale(field, width)


def draw_qr(canvas: Canvas, address: str, *, at: tuple[float, float], side: float) -> None:
    """Draw the QR code of an address, `at` being its lower left corner, with no quiet zone."""
    rows = list(segno.make(address, error="m", micro=False).matrix)
    unit = side / len(rows)
    x, y = at
    canvas.setFillColor(INK)
    path = canvas.beginPath()
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                path.rect(x + across * unit, y + side - (down + 1) * unit, unit, unit)
    canvas.drawPath(path, stroke=0, fill=1)


def draw_mark(canvas: Canvas, *, at: tuple[float, float], size: float) -> None:
    """The name of the house beside three grains, `at` being the start of its base line."""
    x, y = at
    canvas.setDash()
    for index, ink in enumerate((GREEN, GREEN, OCHRE)):
        canvas.setFillColor(ink if index < 2 else PAPER)
        canvas.setStrokeColor(ink)
        canvas.setLineWidth(size / 14)
        canvas.circle(x + size * (0.17 + 0.42 * index), y + size * 0.26, size * 0.15, 1, 1)
    canvas.setFillColor(INK)
    canvas.setFont(SERIF_BOLD, size)
    canvas.drawString(x + size * 1.4, y, "Tamis")


def png(pdf: bytes, *, scale: float) -> bytes:
    """The first page of a PDF of ours as a PNG of `scale` pixels a point."""
    out = BytesIO()
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            picture = document[0].render(scale=scale).to_pil()
        finally:
            document.close()
    picture.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def _field(counts: dict[str, int]) -> tuple[sieve.Field, int]:
    """The field of so many, and how many dots it has."""
    dots = min(sum(counts.values()), sieve.MOST_DOTS) or sieve.MOST_DOTS
    return sieve.field(dots), dots


def _sieve_scale(field: sieve.Field, width: float) -> float:
    """A few dots do not grow to fill a page."""
    return min(width / field.width, LARGEST_DOTS)


def _printable(char: str) -> str:
    for written in (char, unicodedata.normalize("NFKD", char)[0]):
        try:
            written.encode("cp1252")
        except UnicodeEncodeError:
            continue
        return written if written.isprintable() or written == "\n" else " "
    return "?"


def _broken(text: str, font: str, size: float, width: float) -> list[str]:
    """In lines, none of which begins with a mark that French keeps beside the word before it."""
    found: list[str] = simpleSplit(printable(text), font, size, width)
    for number in range(1, len(found)):
        if found[number][:1] in NEVER_FIRST:
            kept, _space, word = found[number - 1].rpartition(" ")
            line = f"{word} {found[number]}"
            if kept and stringWidth(line, font, size) <= width:
                found[number - 1 : number + 1] = [kept, line]
    return found


def _shortened(line: str, font: str, size: float, width: float) -> str:
    """The line, without its end where it is wider than it may be (one very long word)."""
    if stringWidth(line, font, size) <= width:
        return line
    kept = line.removesuffix("…").rstrip()
    while kept and stringWidth(kept + "…", font, size) > width:
        kept = kept[:-1].rstrip()
    return kept + "…"


def _draw_dot(canvas: Canvas, x: float, y: float, scale: float, state: str) -> None:
    canvas.setDash()
    if state == "settled":
        canvas.setFillColor(GREEN)
        canvas.circle(x, y, 3.6 * scale, 0, 1)
    elif state == "contested":
        canvas.setFillColor(BRICK_WASH)
        canvas.setStrokeColor(BRICK)
        canvas.setLineWidth(1.6 * scale)
        canvas.setDash(2.2 * scale, 2.2 * scale)
        canvas.circle(x, y, 2.8 * scale, 1, 1)
    elif state == "set-aside":
        canvas.setFillColor(EDGE)
        canvas.circle(x, y, 1.2 * scale, 0, 1)
    else:
        canvas.setStrokeColor(OCHRE)
        canvas.setLineWidth(1.1 * scale)
        canvas.circle(x, y, 2.9 * scale, 1, 0)
