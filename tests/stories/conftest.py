"""One whole site for all stories, with its own servers, workers and schedule."""

import os
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import chromium, site
from tests.site import Site
from tests.stories.campaigner import Campaigner


@pytest.fixture(scope="session")
def told_at() -> Iterator[Site]:
    """A site on which anyone may launch, and that sends no e-mail."""
    with site.running(site.ROOT / "var" / "stories", more={"TAMIS_LAUNCHING": "anyone"}) as made:
        yield made


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.path(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def campaigner(told_at: Site, window: Browser, tmp_path: object) -> Iterator[Campaigner]:
    """Someone with a cause, in a browser nobody has used."""
    context = window.new_context(base_url=told_at.address, locale="en", accept_downloads=True)
    context.set_default_timeout(20_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    began = time.monotonic()
    yield Campaigner(page=page, address=told_at.address)
    context.close()
    assert not faults
    if "TAMIS_STORY_TIMES" in os.environ:
        print(f"\nThe story took {time.monotonic() - began:.0f} s.")
