"""Sign and stamp the sheet of a declaration."""

import math
from dataclasses import replace
from random import Random

from PIL import Image, ImageDraw

from crowd.samples import form, lettering
from crowd.samples.interests import Interest
from crowd.samples.pen import Place
from crowd.samples.sheet import SCALE, Sheet


def sign(sheet: Sheet, interest: Interest) -> None:
    """The date, and a signature: an initial, a run of loops or of peaks, a flourish under it."""
    sheet.write(interest.signed_on, form.LEFT + 190, 1462)
    rng, base = sheet.rng, 1556 + sheet.rng.uniform(-14, 14)
    large = replace(sheet.hand, x_height=sheet.hand.x_height * rng.uniform(1.6, 2.2))
    start = sheet.write(interest.declarant[-5], 720 + rng.uniform(-30, 60), base, hand=large)
    run = (_loops if rng.random() < 0.6 else _peaks)(start - 6, base - 8, rng=rng)
    sheet.draw(run)
    end = run[-1][0]
    if rng.random() < 0.7:
        sink = rng.uniform(14, 34)
        sheet.draw([(end + 26, base + 4), (start - 70, base + sink), (end + 70, base + sink - 14)])


def _loops(x: float, y: float, *, rng: Random) -> list[Place]:
    turns, pace, size = rng.uniform(3, 6), rng.uniform(24, 40), rng.uniform(13, 22)
    steps = int(turns * 8)
    return [
        (
            x + pace * i / 8 + size * math.sin(i * math.tau / 8),
            y - size * 1.3 * math.cos(i * math.tau / 8 + 2.6) * math.exp(-i / steps / 1.2),
        )
        for i in range(steps)
    ]


def _peaks(x: float, y: float, *, rng: Random) -> list[Place]:
    places = []
    for step in range(rng.randint(9, 15)):
        height = rng.uniform(14, 46) * math.exp(-step / 9)
        places.append((x, y - height if step % 2 else y + height * 0.45))
        x += rng.uniform(2, 26)
    return places


def stamp(sheet: Sheet) -> None:
    """The rubber stamp of the secretariat, never quite straight."""
    small = Image.new("L", (1110, 468), 0)
    press, middle = ImageDraw.Draw(small), small.width / 2
    for inset in (6, 18):
        press.rounded_rectangle(
            (inset, inset, small.width - inset, small.height - inset), 18, outline=255, width=5
        )
    for text, size, y, bold in (
        ("SPÉCIMEN", 146, 194, True),
        ("REÇU PAR LE SECRÉTARIAT", 62, 304, True),
        ("VAL-FICTIF – 2026", 62, 396, True),
    ):
        room = lettering.width(text, size=size, bold=bold, tracking=8)
        at = (middle - room / 2, float(y))
        lettering.write(text, at=at, size=size, press=press, bold=bold, tracking=8)
    turned = small.rotate(sheet.rng.uniform(-5, 5), expand=True, resample=Image.Resampling.BICUBIC)
    x, y = 190 + sheet.rng.randint(-40, 40), 1478 + sheet.rng.randint(-8, 8)
    sheet.stamp.paste(turned, (x * SCALE, y * SCALE), mask=turned)
