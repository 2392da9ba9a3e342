"""Walk through a site that stands: one browser, one site made once, axe brought along.

A page is given its scripts by our own origin alone, so axe comes with the browser (an init script)
and our policy is passed over. With `TAMIS_TEST_PICTURES=DIRECTORY` what is seen is drawn,
too: at each width in both languages, by day in one and by night in the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from crowd import valkey
from crowd.models import User
from tests.frontend.team import away
from tests.frontend.town import Town

Colours = Literal["light", "dark"]
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 740},
    "tablet": {"width": 768, "height": 1024},
    "desk": {"width": 1280, "height": 860},
}
PICTURES = os.environ.get("TAMIS_TEST_PICTURES", "")
DRAWN: dict[str, list[tuple[str, Colours]]] = {
    "fr": [("phone", "light"), ("tablet", "dark"), ("desk", "dark")],
    "en": [("phone", "dark"), ("tablet", "light"), ("desk", "light")],
}
TOLD = 200  # characters of what axe minds

# What is asked of axe: what it minds, without the parts of it that are only for reading.
ASK_AXE = """() => axe.run(document, {resultTypes: ["violations"], preload: false}).then(found =>
    found.violations.map(each => [each.id, each.nodes[0].html, each.nodes[0].failureSummary]))"""

# What waits to be scrolled to is in a picture of the whole page, too.
SHOW_ALL = """() => Promise.all(Array.from(document.images, (each) => {
    each.loading = "eager";
    return each.decode().catch(() => {});
}))"""


@dataclass(frozen=True)
class Stop:
    """One state of a page: where, as whom, and what one does there."""

    address: str
    who: str = "nobody"
    do: Callable[[Page], None] | None = None


@dataclass(frozen=True)
class View:
    """How a page is looked at."""

    size: str
    language: str
    colours: Colours


@contextmanager
def standing(build: Callable[[], Town], *, files: Path, **changes: Any) -> Iterator[Any]:
    """A site with a town on it, for the length of a block: its address, and the town.

    Other tests empty the tables after each of them; this one is emptied once, at the end.
    """
    storages = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": files}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=storages, **changes):
        valkey.client().flushdb()
        server = LiveServer("localhost")
        server._live_server_modified_settings.enable()
        try:
            yield server.url, away(build)
        finally:
            server.stop()
            server._live_server_modified_settings.disable()
            away(lambda: call_command("flush", verbosity=0, interactive=False))


@dataclass
class Walker:
    """One browser, with a context for each of those who walk; what is wrong is in `faults`."""

    browser: Browser
    town: Town
    address: str
    view: View
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def visit(self, name: str, stop: Stop) -> None:
        """Open one state and look at it."""
        page = self._context(stop.who).new_page()
        page.on("pageerror", lambda fault: self.faults.append(f"{stop}: {fault}"))
        try:
            page.goto(stop.address, wait_until="load")
            if stop.do:
                stop.do(page)
            self._look(page, name)
        except PlaywrightError as fault:
            self.faults.append(f"{name} {stop}: {str(fault).splitlines()[0]}")
        finally:
            page.close()

    def leave(self) -> None:
        for context in self.contexts.values():
            context.close()

    def _look(self, page: Page, name: str) -> None:
        where = f"{name} {page.url.removeprefix(self.address)} {self.view.size}"
        for rule, html, why in page.evaluate(ASK_AXE):
            self.faults.append(f"{where}: {rule} {html[:TOLD]}\n    {' '.join(why.split())}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > SIZES[self.view.size]["width"]:
            self.faults.append(f"{where}: {wide} pixels wide")
        if PICTURES:
            draw(page, name, self.view.language)

    def _context(self, who: str) -> BrowserContext:
        if who not in self.contexts:
            made = self.browser.new_context(
                base_url=self.address,
                viewport=SIZES[self.view.size],
                locale={"fr": "fr-FR", "en": "en-GB"}[self.view.language],
                color_scheme=self.view.colours,
                reduced_motion="reduce",
                bypass_csp=True,
            )
            made.set_default_timeout(15_000)
            made.add_init_script(path=AXE_FILE_PATH)
            for name, value in cookies(self.town, who).items():
                made.add_cookies([{"name": name, "value": value, "url": self.address}])
            self.contexts[who] = made
        return self.contexts[who]


def draw(page: Page, name: str, language: str) -> None:
    """Draw what is seen in each size and colours of `DRAWN`."""
    page.evaluate(SHOW_ALL)
    for size, colours in DRAWN[language]:
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        there = Path(PICTURES) / f"{size}-{colours}-{language}"
        there.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=there / f"{name}.png", full_page=True)


def cookies(town: Town, who: str) -> dict[str, str]:
    """What the browser of one of them carries."""
    if who in town.guests:
        return {settings.TAMIS_GUEST_COOKIE: town.guests[who]}
    if who in town.users:
        return {settings.SESSION_COOKIE_NAME: away(lambda: _session_of(town.users[who]))}
    return {}


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value
