"""Every page that volunteers see, in every state: nothing for axe to mind, nothing off the screen.

Each is looked at on a phone by night, in French, and on a desk by day, in English.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from frontend.urls import urlpatterns
from tests import chromium
from tests.frontend import stops, town, walking
from tests.frontend.walking import View, Walker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]

VIEWS = [View("phone", "fr", "dark"), View("desk", "en", "light")]


@pytest.fixture(autouse=True)
def empty_memories() -> None:
    """The town keeps what it has in Valkey from one test to the next."""


@pytest.fixture(autouse=True)
def own_files() -> None:
    """And its pictures."""


@pytest.fixture(scope="module")
def site(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    with (
        django_db_blocker.unblock(),
        walking.standing(
            town.build,
            files=tmp_path_factory.mktemp("files"),
            ROOT_URLCONF="tests.frontend.broken_urls",
            TAMIS_LAUNCHING="approved",
            TAMIS_VEILED_SHARE=0.0,
            TAMIS_SENDS_EMAIL=True,
        ) as made,
    ):
        yield made


def test_the_walk_leaves_no_page_out(site: Any) -> None:
    walked = {name for part in stops.PARTS.values() for name in part(site[1])}
    named = {str(each.name) for each in urlpatterns if getattr(each, "name", None)}
    assert named - stops.NO_PAGES - walked == set()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.size)
@pytest.mark.parametrize("part", stops.PARTS)
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(
    part: str, view: View, site: Any, browser: Browser
) -> None:
    address, made = site
    walker = Walker(browser, made, address, view)
    for name, states in stops.PARTS[part](made).items():
        for number, stop in enumerate(states, start=1):
            walker.visit(f"{part}-{name}-{number}", stop)
    walker.leave()
    assert not walker.faults, "\n".join(["", *walker.faults])
