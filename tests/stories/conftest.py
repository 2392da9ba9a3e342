"""One whole site for all stories, with its own servers, workers and schedule.

`TAMIS_TEST_STORIES_AT=PORT` tells them on a site that runs already (with `TAMIS_LAUNCHING=anyone`).
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import chromium, site
from tests.site import Site
from tests.stories.campaigner import SLOWLY, Campaigner

RUNNING = os.environ.get("TAMIS_TEST_STORIES_AT", "")


@pytest.fixture(scope="session")
def told_at() -> Iterator[Site]:
    """A site on which anyone may launch, and that sends no e-mail."""
    where = site.ROOT / "var" / "stories"
    if RUNNING:
        yield Site(var=where, port=int(RUNNING), settings="")
        return
    with site.running(where, more={"TAMIS_LAUNCHING": "anyone"}) as made:
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
def campaigner(told_at: Site, window: Browser) -> Iterator[Campaigner]:
    """Someone with a cause, in a browser nobody has used."""
    context = window.new_context(
        base_url=told_at.address, locale="en", accept_downloads=True, bypass_csp=True
    )
    context.set_default_timeout(SLOWLY)
    expect.set_options(timeout=SLOWLY)  # a whole site beside a browser, on whatever machine
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    yield Campaigner(page=page, address=told_at.address)
    context.close()
    expect.set_options(timeout=5_000)
    assert not faults
