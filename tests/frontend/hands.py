"""What a hand does in a browser: draw with the mouse, Tab anywhere, move with arrow keys."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

MOST_TABS = 80
# Read in one go: a page that is drawn anew between two questions has no box for the second.
LIES_STILL = """async (element) => {
  for (let before = ""; element.isConnected; ) {
    const box = element.getBoundingClientRect().toJSON();
    const now = JSON.stringify(box);
    if (box.width && now === before) return box;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return null;
}"""


def axe() -> Any:
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


def check(page: Page) -> None:
    """Nothing axe would mind, and nothing that runs off the screen."""
    page.wait_for_load_state("load")
    found = axe().run(page).response["violations"]
    assert not found, [(page.url, each["id"], each["nodes"][0]["html"]) for each in found]
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], (page.url, wide)


def place(located: Locator) -> dict[str, float]:
    """Where it lies on the screen, in pixels, once it lies still: x, y, width and height."""
    while True:
        if box := located.evaluate(LIES_STILL):  # none: replaced meanwhile, look for it again
            return dict(box)


def by_mouse(page: Page, box: list[float]) -> None:
    """Draw a rectangle on the page that is shown."""
    board = page.locator("[data-page-view]:not([hidden]) [data-board]")
    board.scroll_into_view_if_needed()
    left, top, right, foot = box
    start, stop = _at(board, left, top), _at(board, right, foot)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + stop[0]) / 2, (start[1] + stop[1]) / 2)
    page.mouse.move(*stop)
    page.mouse.up()


def _at(board: Locator, x: float, y: float) -> tuple[float, float]:
    frame = place(board)
    return frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "e => document.activeElement.getAttribute('aria-label')"
            " ?? document.activeElement.innerText ?? ''"
        )
        if re.search(name, said):
            return
    raise AssertionError(f"no Tab leads to {name}")


def drag_by_keys(page: Page, box: list[float]) -> None:
    """Bring the zone that has the focus here, by arrow keys alone: whole percents, then tenths."""
    fields = page.locator(".zone-row.active [data-field]")
    for name, keys, wanted in (
        ("x", ("ArrowRight", "ArrowLeft"), 100 * box[0]),
        ("y", ("ArrowDown", "ArrowUp"), 100 * box[1]),
        ("w", ("Shift+ArrowRight", "Shift+ArrowLeft"), 100 * (box[2] - box[0])),
        ("h", ("Shift+ArrowDown", "Shift+ArrowUp"), 100 * (box[3] - box[1])),
    ):
        field = fields.and_(page.locator(f"[data-field='{name}']"))
        off = wanted - float(field.input_value())
        way = keys[0] if off > 0 else keys[1]
        for _ in range(int(abs(off))):
            page.keyboard.press(way)
        for _ in range(round(10 * (abs(off) % 1))):
            page.keyboard.press(f"Alt+{way}")
