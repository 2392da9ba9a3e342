"""A pen: it joins points by a smooth curve and leaves a line that is never quite even."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from PIL import ImageDraw

from crowd.samples.alphabet import Point

Place = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Pen:
    """A pen on a page: ``ink`` is a mask ``scale`` times as large as the page."""

    ink: ImageDraw.ImageDraw
    scale: int
    width: float  # of the line, in pixels of the page
    rng: Random

    def pull(self, points: Sequence[Point]) -> None:
        """Draw one stroke: heavier downwards, lighter where it starts and where it leaves."""
        weight, places = self.rng.uniform(0.92, 1.08), list(_curve(points))
        last = len(places) - 1
        for i, (x, y) in enumerate(places):
            fall = y - places[i - 1][1] if i else 0.0
            lean = max(-0.1, min(0.1, fall * 0.3))
            taper = 0.72 + 0.28 * min(1.0, (i + 2) / 8, (last - i + 2) / 12)
            self._touch(x, y, self.width * weight * (1 + lean) * taper / 2)

    def _touch(self, x: float, y: float, radius: float) -> None:
        box = (x - radius, y - radius, x + radius, y + radius)
        self.ink.ellipse([length * self.scale for length in box], fill=255)


def _curve(points: Sequence[Point]) -> Iterator[Place]:
    """A curve through the points, broken at corners, about two places a pixel."""
    run: list[Place] = []
    for x, y, corner in points:
        run.append((x, y))
        if corner and len(run) > 1:
            yield from _smooth(run)
            run = [(x, y)]
    yield from _smooth(run)


def _smooth(run: list[Place]) -> Iterator[Place]:
    """Catmull and Rom's spline (1974): it passes through every point it is given."""
    for i in range(len(run) - 1):
        before, start, end = run[max(i - 1, 0)], run[i], run[i + 1]
        after = run[min(i + 2, len(run) - 1)]
        steps = max(2, int(math.dist(start, end) * 2))
        for t in (step / steps for step in range(steps + 1)):
            yield (
                _between(before[0], start[0], end[0], after[0], t),
                _between(before[1], start[1], end[1], after[1], t),
            )


def _between(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t * t
        + (3 * b - a - 3 * c + d) * t * t * t
    )
