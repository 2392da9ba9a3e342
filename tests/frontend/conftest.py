"""A real browser, for the stories that need one."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import chromium

DESK = {"width": 1280, "height": 800}
TOLERATED = ("WebSocket", "401", "422", "ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:after")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread; Django would take that for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=25_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.path(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def plain_static(settings: Settings) -> None:
    """Static files by their own names: nothing is collected for the tests."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, plain_static: None) -> Iterator[Any]:
    """Open a browser of one's own; faults in its console fail the story."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(**choices: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, **{"locale": "en", "viewport": DESK, **choices}
        )
        opened.append(context)
        context.set_default_timeout(30_000)  # a busy machine takes its time
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(_fault(said)) if _is_fault(said) else None)
        return page

    yield open_one
    for context in opened:
        context.close()
    _let_requests_end()
    assert not faults


def _let_requests_end() -> None:
    """What a page asked for last (a draft to keep, say) is done before the tables are emptied."""
    busy = """SELECT count(*), pg_sleep(0.05) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""
    until = time.monotonic() + 5
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(busy)
            if not cursor.fetchone()[0]:
                return


def _fault(said: Any) -> str:
    return f"{said.text} {said.location['url']}"


def _is_fault(said: Any) -> bool:
    # This server has no sockets, so the page must do without; 422 is how answers are refused,
    # 401 how drafts of who was signed out are; htmx tells the console about a lost line, as the
    # page tells the person.
    return said.type == "error" and not any(known in said.text for known in TOLERATED)
