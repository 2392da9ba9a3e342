"""Contrast, computed from the stylesheet's own tokens (WCAG 2.2: 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import frontend

CSS = (Path(frontend.__path__[0]) / "static/tamis/tamis.css").read_text()
DAY = r":root \{(.*?)\n  \}"
NIGHT = r':root\[data-theme="dark"\] \{(.*?)\n  \}'
SYSTEM_NIGHT = r':root:not\(\[data-theme="light"\]\) \{(.*?)\n    \}'
GROUNDS = ("paper", "sheet", "well")


def tokens(block: str) -> dict[str, str]:
    found = re.search(block, CSS, re.DOTALL)
    assert found
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", found[1]))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [DAY, NIGHT])
def test_text_is_readable_on_every_ground(theme: str) -> None:
    colours = tokens(theme)
    washes = [name for name in colours if name.endswith("-wash")]
    for text in ("ink", "ink-2", "green", "ochre", "brick"):
        for ground in (*GROUNDS, *washes):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["paper"], colours["ink"]) >= 7


@pytest.mark.parametrize("theme", [DAY, NIGHT])
def test_marks_and_edges_stand_out(theme: str) -> None:
    colours = tokens(theme)
    for mark in ("edge", "ochre-mark", "green", "brick"):
        for ground in GROUNDS:
            assert contrast(colours[mark], colours[ground]) >= 3, (mark, ground)


def test_night_is_the_same_whether_chosen_or_the_devices_own() -> None:
    assert tokens(NIGHT) == tokens(SYSTEM_NIGHT)
