"""Printed labels for the sample forms, in the one font Pillow carries with it.

That font has no accented letters and no dashes; they are drawn here.
"""

import unicodedata
from functools import cache

from PIL import ImageDraw, ImageFont, features

# Marks in sixteenths of the type size, x from the middle of the letter, y up from its top.
_MARKS = {
    "\N{COMBINING ACUTE ACCENT}": [[(-0.5, 1.2), (1.2, 3.1)]],
    "\N{COMBINING GRAVE ACCENT}": [[(0.5, 1.2), (-1.2, 3.1)]],
    "\N{COMBINING CIRCUMFLEX ACCENT}": [[(-1.9, 1.2), (0.0, 3.0), (1.9, 1.2)]],
    "\N{COMBINING DIAERESIS}": [[(-1.5, 1.8), (-1.5, 2.1)], [(1.5, 1.8), (1.5, 2.1)]],
    "\N{COMBINING CEDILLA}": [[(0.1, 0.0), (0.0, -1.2), (1.2, -1.9), (0.8, -3.2), (-1.0, -3.1)]],
}
_DASHES = {"\N{EN DASH}": 0.5, "\N{EM DASH}": 0.9}


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    if not features.check("freetype2"):
        raise RuntimeError("Pillow was built without FreeType: the sample forms need it.")
    font = ImageFont.load_default(size=size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # a size asks for the scalable font
    return font


def width(text: str, *, size: int, bold: bool = False, tracking: float = 0.0) -> float:
    """Width of a line of text, in the unit of ``size``; tracking is added after each letter."""
    extra = tracking + (size / 42 if bold else 0.0)
    return sum(_advance(char, size=size) + extra for char in _letters(text))


def write(
    text: str,
    *,
    at: tuple[float, float],
    size: int,
    press: ImageDraw.ImageDraw,
    bold: bool = False,
    tracking: float = 0.0,
) -> float:
    """Print the text on a mask, its baseline starting at ``at``; return where it ends (x)."""
    left, base = at
    weight = size / 42 if bold else 0.0
    for char in _letters(text):
        _print(char, at=(left, base), size=size, press=press, weight=weight)
        left += _advance(char, size=size) + weight + tracking
    return left


def _letters(text: str) -> list[str]:
    return [unicodedata.normalize("NFD", char) for char in text]


def _advance(char: str, *, size: int) -> float:
    if char in _DASHES:
        return size * _DASHES[char] + size * 0.1
    return _font(size).getlength(char[0])


def _print(
    char: str,
    *,
    at: tuple[float, float],
    size: int,
    press: ImageDraw.ImageDraw,
    weight: float,
) -> None:
    left, base = at
    if char in _DASHES:
        y, right = base - size * 0.27, left + size * _DASHES[char]
        press.line((left + size * 0.08, y, right, y), fill=255, width=round(size * 0.07 + weight))
        return
    press.text(
        at, char[0], font=_font(size), fill=255, anchor="ls", stroke_width=weight, stroke_fill=255
    )
    if char[1:] and char[0] == "i":
        _undot(left, base, size=size, press=press)
    for mark in char[1:]:
        _mark(mark, over=char[0], at=at, size=size, press=press, weight=weight)


def _undot(left: float, base: float, *, size: int, press: ImageDraw.ImageDraw) -> None:
    right = left + _font(size).getlength("i")
    press.rectangle((left, base - size, right, base - size * 0.57), fill=0)


def _mark(
    mark: str,
    *,
    over: str,
    at: tuple[float, float],
    size: int,
    press: ImageDraw.ImageDraw,
    weight: float,
) -> None:
    left, top, right, foot = _font(size).getbbox(over, anchor="ls")
    if over == "i":
        top = -size * 0.53
    height = foot if mark == "\N{COMBINING CEDILLA}" else top
    part = size / 16
    for stroke in _MARKS[mark]:
        places = [
            (at[0] + (left + right) / 2 + x * part, at[1] + height - y * part) for x, y in stroke
        ]
        press.line(places, fill=255, width=round(size * 0.075 + weight), joint="curve")
