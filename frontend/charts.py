"""Charts as SVG one can read: lines and columns that stretch, letters that do not.

The outer drawing has no view box, so letters keep their size on a phone; what is drawn to scale is
in an inner one that stretches. Colours are the page's (`workshop.css`). No Django but its escaping.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

SCALE = 1000.0  # of the inner drawing, both ways
TOP, FOOT = 8, 78  # per cent of the height between which values are drawn


@dataclass(frozen=True)
class Mark:
    """Something said at one place of the horizontal axis, in shares of it."""

    at: float
    words: str
    css: str = "tick"


@dataclass
class Chart:
    """One chart: shapes, horizontal marks, and vertical steps.

    Attributes:
        most: the value at the top.
        shapes: (css class, path in the inner drawing's units).
    """

    title: str
    most: float
    shapes: list[tuple[str, str]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    steps: list[tuple[float, str]] = field(default_factory=list)

    def columns(self, css: str, values: Sequence[float], under: Sequence[float] = ()) -> None:
        """One column a value, on top of what is `under`."""
        width = SCALE / max(1, len(values))
        gap = min(2.0, width / 6)
        low = under or [0.0] * len(values)
        bars = [
            f"M{i * width + gap:.1f} {self._y(low[i]):.1f}V{self._y(low[i] + value):.1f}"
            f"H{(i + 1) * width - gap:.1f}V{self._y(low[i]):.1f}Z"
            for i, value in enumerate(values)
            if value
        ]
        self.shapes.append((css, "".join(bars)))

    def line(self, css: str, points: Sequence[tuple[float, float]]) -> None:
        """A line through points: (share of the width, value)."""
        self.shapes.append((css, "M" + "L".join(self._at(*point) for point in points)))

    def area(self, css: str, points: Sequence[tuple[float, float]]) -> None:
        """What is under such a line; or, its points going there and back, between two."""
        closed = [*points, (points[-1][0], 0.0), (points[0][0], 0.0)]
        self.shapes.append((css, "M" + "L".join(self._at(*point) for point in closed) + "Z"))

    def shape(self, css: str, points: Sequence[tuple[float, float]]) -> None:
        self.shapes.append((css, "M" + "L".join(self._at(*point) for point in points) + "Z"))

    def drawn(self) -> SafeString:
        """The SVG."""
        return format_html(
            '<svg class="chart" role="img" aria-label="{}">{}'
            '<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" y="{}%" height="{}%">{}</svg>'
            "{}</svg>",
            self.title,
            format_html_join("", _STEP, (self._step(*each) for each in self.steps)),
            TOP,
            FOOT - TOP,
            format_html_join("", '<path class="{}" d="{}"/>', self.shapes),
            format_html_join("", _MARK, (_mark(each) for each in self.marks)),
        )

    def _y(self, value: float) -> float:
        return SCALE * (1 - value / self.most) if self.most else SCALE

    def _at(self, share: float, value: float) -> str:
        return f"{share * SCALE:.1f} {self._y(value):.1f}"

    def _step(self, value: float, words: str) -> tuple[str, str, str, str]:
        y = f"{FOOT - (FOOT - TOP) * value / self.most:.2f}"
        return y, y, y, words


_STEP = (
    '<line class="step" x1="0" x2="100%" y1="{}%" y2="{}%"/>'
    '<text class="step-words" x="0" y="{}%" dy="-4">{}</text>'
)
_MARK = (
    '<line class="{}" x1="{}%" x2="{}%" y1="{}%" y2="{}%"/>'
    '<text class="{}" x="{}%" y="{}%" text-anchor="{}">{}</text>'
)


def _mark(mark: Mark) -> tuple[str, ...]:
    at = f"{100 * mark.at:.2f}"
    anchor = "start" if mark.at < 0.08 else "end" if mark.at > 0.9 else "middle"
    if mark.css == "tick":
        return "tick", at, at, str(FOOT), str(FOOT + 2), "words", at, "90", anchor, mark.words
    return mark.css, at, at, "0", str(FOOT), f"words {mark.css}", at, "100", anchor, mark.words


def round_steps(most: float) -> tuple[float, list[float]]:
    """A round top for an axis that must reach `most`, and two or three round steps to it."""
    if most <= 0:
        return 1.0, [1.0]
    size = 10.0 ** floor(log10(most))
    step = next(each * size for each in (0.25, 0.5, 1.0, 2.5, 5.0) if most / (each * size) <= 3.2)
    step = max(1.0, step)
    top = ceil(most / step) * step
    return top, [step * (i + 1) for i in range(round(top / step))]
