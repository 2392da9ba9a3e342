"""make screenshots: draw the README's pictures from running samples.

`python -m tests.screenshots [DIRECTORY]` writes PNG files, by default to docs/pictures.
"""

import sys
import time
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests import chromium, site
from tests.site import Site

WIDE: ViewportSize = {"width": 1280, "height": 860}
NARROW: ViewportSize = {"width": 360, "height": 740}
PICTURES = site.ROOT / "docs" / "pictures"


def main(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    with site.running(site.ROOT / "var" / "screenshots") as running:
        running.manage("load_samples")
        _wait_for_samples(running)
        running.python("-m", "tests.demo", "190")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(chromium.path()))
            _draw(browser, running.address, directory)
            browser.close()


def _wait_for_samples(running: Site) -> None:
    until = time.monotonic() + 120
    code = "import django; django.setup(); from crowd.services import splitting as s; "
    while running.python("-c", code + "print(len(s.unfinished_ids()))").strip() != "0":
        if time.monotonic() > until:
            raise SystemExit(f"The samples were not split in time; see {running.var}.")
        time.sleep(1)


def _draw(browser: Browser, address: str, directory: Path) -> None:
    for name, size, scheme in (("wide", WIDE, "light"), ("narrow", NARROW, "light")):
        page = _page(browser, size, scheme)
        _shoot(page, f"{address}/c/declarations/", directory / f"campaign-{name}.png")
        page.locator("main form[action$='/play/'] button").first.click()
        page.wait_for_url("**/play/*/")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=directory / f"play-{name}.png")
        page.context.close()
    page = _page(browser, WIDE, "dark")
    _shoot(page, f"{address}/", directory / "home-night.png")
    page.context.close()


def _page(browser: Browser, size: ViewportSize, scheme: Literal["light", "dark"]) -> Page:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="fr-FR")
    return context.new_page()


def _shoot(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
