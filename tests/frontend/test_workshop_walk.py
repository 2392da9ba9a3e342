"""Every page of the workshop: nothing for axe to mind, nothing off a phone's screen.

On a phone at night in French, where words are longest, and at a desk by day in English. A page
that is in `workshop_urls` and in no walk fails. With `TAMIS_TEST_PICTURES=DIRECTORY` each is
drawn, as `walking` says.
"""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from crowd.models import User
from frontend.workshop_urls import urlpatterns
from tests import chromium
from tests.frontend import hands, team, walking, workshops

PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "fr"}
DESK = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light", "locale": "en"}


def test_no_page_of_the_workshop_is_left_out_of_the_walks() -> None:
    walked = {name for names in workshops.PAGES.values() for name in names}
    assert walked == {str(pattern.name) for pattern in urlpatterns} - workshops.NO_PAGES


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("stage", list(workshops.PAGES))
def test_axe_minds_no_page(visit: Any, stage: str) -> None:
    pages, session = team.away(lambda: _with_session(*workshops.made(stage)))
    minded = []
    for size in (PHONE, DESK):
        page = visit(**size, bypass_csp=True)
        _enter(page, session)
        for name, place in pages:
            minded += _faults(page, f"{stage}-{name}", place)
    assert not minded, "\n".join(minded)


def _with_session(pages: list[tuple[str, str]], owner: User) -> tuple[list[tuple[str, str]], str]:
    client = Client()
    client.force_login(owner)
    return pages, client.cookies["sessionid"].value


def _enter(page: Page, session: str) -> None:
    page.goto("/about/")
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])


def _faults(page: Page, name: str, place: str) -> list[str]:
    reply = page.goto(place)
    assert reply
    if reply.status >= 400:
        return [f"{place}: {reply.status}"]
    language = page.locator("html").get_attribute("lang") or ""
    try:
        hands.check(page)
    except AssertionError as fault:
        return [f"{name} {language} {str(fault)[:600]}"]
    if walking.PICTURES:
        with page.context.new_page() as seen:  # drawn in other sizes and colours than this one
            seen.goto(place)
            walking.draw(seen, name, language)
    return []
