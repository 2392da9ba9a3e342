"""Write a line of text by hand: the sample alphabet and one writer's habits."""

import math
import unicodedata
from dataclasses import dataclass, replace
from random import Random

from crowd.samples.alphabet import GLYPHS, MARKS, Glyph, Point
from crowd.samples.pen import Pen, Place

# Letters that end on the baseline with a tail, and letters that start at the top left: a quick hand
# joins the first to the second.
_TAILS = frozenset("acdehiklmntuz")
_HEADS = frozenset("eijmnprtuvwy")
_DOTTED = frozenset("ij")


@dataclass(frozen=True, kw_only=True)
class Hand:
    """One writer's habits. Lengths are in pixels of the page; slant is a tangent."""

    x_height: float
    slant: float
    breadth: float  # width of letters, 1 is as drawn
    gap: float  # between letters, in alphabet units
    unsteadiness: float  # of each point, in alphabet units
    drift: float  # of the baseline, in alphabet units
    line: float  # width of the line
    joined: float  # chance of joining two letters that can be
    capitals: bool
    ways: int  # picks this writer's way among the ways of drawing a letter


def a_hand(*, rng: Random) -> Hand:
    """Invent a writer: careful enough to be read, different from the last."""
    return Hand(
        x_height=rng.uniform(21, 25),
        slant=rng.choice([rng.uniform(0.12, 0.3), rng.uniform(-0.04, 0.1)]),
        breadth=rng.uniform(0.88, 1.16),
        gap=rng.uniform(0.4, 1.8),
        unsteadiness=rng.uniform(0.2, 0.38),
        drift=rng.uniform(0.5, 1.1),
        line=rng.uniform(2.6, 3.9),
        joined=rng.choice([0.15, 0.6, 0.95]),
        capitals=rng.random() < 0.15,
        ways=rng.randrange(1000),
    )


def width(text: str, *, hand: Hand) -> float:
    """Width in pixels the text will take, give or take the writer's unsteadiness."""
    advance = sum(_advance(char, hand=hand) for char in _letters(text, hand=hand))
    return advance * _unit(hand) * hand.breadth


def fitted(hand: Hand, *, text: str, room: float) -> Hand:
    """The same hand, writing smaller when the text would not fit in the room (pixels)."""
    return replace(hand, x_height=hand.x_height * min(1.0, room / max(width(text, hand=hand), 1.0)))


def write(text: str, *, at: Place, hand: Hand, pen: Pen) -> float:
    """Write the text from ``at`` (start of the baseline, page pixels); return where it ends (x)."""
    rng, unit = pen.rng, _unit(hand)
    start, base = at
    left, tail = start, None
    sway, climb = rng.uniform(0, math.tau), rng.gauss(0, 0.004)
    for char in _letters(text, hand=hand):
        lift = hand.drift * math.sin(sway + left / 90) + rng.gauss(0, hand.drift / 3)
        origin = (left, base - lift * unit + (left - start) * climb)
        tail = _letter(char, origin=origin, tail=tail, hand=_uneven(hand, rng=rng), pen=pen)
        left += _advance(char, hand=hand) * unit * hand.breadth * rng.uniform(0.96, 1.04)
    return left


def _letter(char: str, *, origin: Place, tail: Point | None, hand: Hand, pen: Pen) -> Point | None:
    """Write one letter, joined to the tail of the last where it can be; return its own tail."""
    tilt = pen.rng.gauss(0, 0.03)
    strokes = [
        [_placed(point, origin=origin, hand=hand, tilt=tilt) for point in stroke]
        for stroke in _strokes(char, hand=hand, rng=pen.rng)
    ]
    if tail and char in _HEADS and pen.rng.random() < hand.joined:
        head = strokes[0][0]
        pen.pull([tail, Point((tail.x + head.x) / 2 + 1, (tail.y + head.y) / 2), head])
    for stroke in strokes:
        pen.pull(stroke)
    return strokes[0][-1]._replace(corner=False) if char in _TAILS else None


def _uneven(hand: Hand, *, rng: Random) -> Hand:
    """The same hand for one letter: no two are as tall, as wide and as slanted."""
    return replace(
        hand,
        x_height=hand.x_height * rng.gauss(1, 0.05),
        breadth=hand.breadth * rng.gauss(1, 0.05),
        slant=hand.slant + rng.gauss(0, 0.03),
    )


def _unit(hand: Hand) -> float:
    return hand.x_height / 10


def _letters(text: str, *, hand: Hand) -> list[str]:
    """Split into letters, each with its accents behind it (NFD)."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("œ", "oe")
    whole = text.upper() if hand.capitals else text
    return [unicodedata.normalize("NFD", char) for char in whole]


def _way(char: str, *, hand: Hand) -> Glyph:
    ways = GLYPHS[char[0]]
    return ways[(hand.ways + ord(char[0])) % len(ways)]


def _advance(char: str, *, hand: Hand) -> float:
    return 6.0 if char.isspace() else _way(char, hand=hand).advance + hand.gap


def _strokes(char: str, *, hand: Hand, rng: Random) -> list[list[Point]]:
    """The strokes of a letter and its accents, shaken, in alphabet units."""
    if char.isspace():
        return []
    glyph = _way(char, hand=hand)
    strokes = list(glyph.strokes)
    if char[1:] and char[0] in _DOTTED:
        del strokes[-1]  # an accent takes the place of the dot
    middle = (min(p.x for p in strokes[0]) + max(p.x for s in strokes for p in s)) / 2
    top = max(p.y for s in strokes for p in s)
    for mark in char[1:]:
        foot = 0.0 if mark == "\N{COMBINING CEDILLA}" else top
        strokes += [
            tuple(Point(p.x + middle, p.y + foot, p.corner) for p in s) for s in MARKS[mark].strokes
        ]
    return [[_shaken(p, hand=hand, rng=rng) for p in s] for s in strokes]


def _shaken(point: Point, *, hand: Hand, rng: Random) -> Point:
    shake = hand.unsteadiness
    return Point(point.x + rng.gauss(0, shake), point.y + rng.gauss(0, shake), point.corner)


def _placed(point: Point, *, origin: Place, hand: Hand, tilt: float) -> Point:
    """From alphabet units to page pixels: slant, breadth, a little turn, then where it stands."""
    unit = _unit(hand)
    return Point(
        origin[0] + (point.x * hand.breadth + point.y * hand.slant) * unit,
        origin[1] - (point.y + point.x * tilt) * unit,
        point.corner,
    )
