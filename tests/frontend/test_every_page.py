"""Every page that volunteers see, in every state: nothing for axe to mind, nothing off the screen.

Each is looked at on a phone by night, in French, and on a desk by day, in English.
With `TAMIS_TEST_PICTURES=DIRECTORY` they are drawn, too, and on a tablet.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from crowd.models import User
from frontend.urls import urlpatterns
from tests import chromium
from tests.frontend import hands, town
from tests.frontend.team import away
from tests.frontend.town import Town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]

SIZES = {"phone": (360, 740), "tablet": (768, 1024), "desk": (1280, 860)}
PICTURES = os.environ.get("TAMIS_TEST_PICTURES", "")

# Addresses that are no pages: files, parts of pages, and what only takes a form and leads on.
NO_PAGES = {
    *("card", "poster", "picture", "upload_picture", "story_picture", "social_card", "try_picture"),
    *("worker", "campaign_feed", "data_catalogue", "my_data", "certificate_pdf"),
    *("campaign_progress", "campaign_board", "numbers", "room_numbers"),
    *("deliver", "send_file", "goal", "switches", "choose_mails", "set_language", "set_theme"),
    *("take_back_find", "certificate_back", "team_leave", "team_join", "team_arrange"),
    *("room_leave", "revoke_key", "device_go_on", "sign_in_link", "welcome", "team_invitation"),
    *("launch_permit", "object", "report"),
}


@dataclass(frozen=True)
class Stop:
    """One state of a page: where, as whom, and what one does there."""

    address: str
    who: str = "nobody"
    do: Callable[[Page], None] | None = None


def walk(address: str, who: str = "nobody", do: Callable[[Page], None] | None = None) -> Stop:
    return Stop(address, who, do)


def press(selector: str) -> Callable[[Page], None]:
    """A button that makes a state."""
    return lambda page: page.locator(selector).first.click()


SEND = "form[data-questions] button.primary"


def _filled(page: Page) -> None:
    """What someone in the middle of it has said."""
    page.locator("input[name=q-filled]").first.check()
    page.locator("input[name=q-stamps]").nth(1).check()
    page.locator("textarea[name=q-words]").fill("Received on 3 May")
    page.locator("[name='q-posts.1.name']").fill("Office du tourisme")
    page.locator("[name='q-posts.1.pay']").fill("12 400")
    page.locator("input[name=q-pay]").fill("about a lot")
    page.locator("[data-draw], [data-mark-new], .marks button").first.scroll_into_view_if_needed()


def _keys(page: Page) -> None:
    page.locator("h1").first.focus()
    page.keyboard.press("?")


def _lesson(page: Page) -> None:
    page.locator("input[name=q-proposal][value='=no']").check()
    page.locator("input[name=q-topics][value='=bus']").check()
    page.locator(SEND).click()
    page.locator("#feedback").wait_for()


def _empty_find(page: Page) -> None:
    page.locator("details:has([name=sentence]) summary").click()
    page.locator("form[action$='/find/']").evaluate("form => (form.noValidate = true)")
    page.locator("form[action$='/find/'] textarea").fill(" ")
    page.locator("form[action$='/find/'] button").last.click()
    page.wait_for_load_state()


def _taken_name(page: Page) -> None:
    page.locator("input[name=pseudonym]").fill("a@example.org")
    page.locator("form:has([name=pseudonym]) button").first.click()
    page.wait_for_load_state()


# --- The walk: the name of an address → the states of its page -----------------------------------


def states(made: Town) -> dict[str, list[Any]]:
    """The name of every address → the states of its page: where, who, and what they press."""
    at = made.fixed
    held = f"/c/declarations/play/{at['held'].pk}/"
    row = f"/c/mobilite/play/{at['row_held'].pk}/"
    kinds = f"/c/kinds/play/{at['kinds_held'].pk}/"
    letters, target = "/c/letters/", f"/c/{at['collecting'].slug}/targets/"
    return {
        "home": [walk("/"), walk("/", "player")],
        "about": [walk("/about/")],
        "privacy": [walk("/privacy/")],
        "imprint": [walk("/legal/")],
        "retention": [walk("/retention/")],
        "edit_legal": [walk("/legal/privacy/en/", "staff")],
        "complain": [walk("/complain/"), walk("/complain/?about=pseudonym&which=Pinson")],
        "moderation": [walk("/moderation/", "staff")],
        "campaign": [
            walk("/c/declarations/"),
            walk("/c/mobilite/", "player"),
            walk(letters, "newcomer"),
            walk("/c/done/"),
            walk("/c/paused/"),
            walk(f"/c/{at['collecting'].slug}/"),
        ],
        "data": [walk("/c/mobilite/data/"), walk("/c/paused/data/")],
        "flags": [walk("/c/letters/flags/", "staff")],
        "play": [
            *(
                walk(f"/c/{slug}/play/?why={why}", "newcomer")
                for slug, why in (
                    ("letters", "complete"),
                    ("letters", "all_yours"),
                    ("letters", "filtered"),
                    ("letters", "to_take_on"),
                    ("letters", "all_lent"),
                    ("letters", "checking"),
                    ("paused", "not_open"),
                    ("done", "not_open"),
                )
            )
        ],
        "assignment": [
            walk(held, "newcomer"),
            walk(row, "newcomer"),
            walk(row, "newcomer", press(SEND)),
            walk(kinds, "newcomer"),
            walk(kinds, "newcomer", _filled),
            walk(kinds, "newcomer", _keys),
            walk(target[:-8] + f"play/{at['taken'].pk}/", "player"),
            walk(f"/c/letters/play/{at['waiting'].assignment_id}/", "player"),
        ],
        "correct": [
            walk(f"/c/letters/play/{at['waiting'].assignment_id}/correct/", "player"),
            walk(f"/c/letters/play/{at['settled_lease']}/correct/", "player"),
        ],
        "learn": [
            walk("/c/letters/learn/", "newcomer"),
            walk("/c/letters/learn/", "newcomer", _lesson),
        ],
        "wishes": [walk("/choices/"), walk("/choices/", "player")],
        "along": [
            walk("/c/letters/along/", "newcomer"),
            walk("/c/mobilite/along/", "traveller"),
            walk("/c/letters/along/", "traveller"),
            walk("/c/paused/along/", "newcomer"),
        ],
        "results": [walk("/c/mobilite/results/"), walk("/c/paused/results/")],
        "share": [walk("/c/mobilite/share/"), walk("/c/mobilite/share/?instance=piaille.fr")],
        "widget": [walk("/c/mobilite/widget/")],
        "finds": [walk("/c/letters/finds/"), walk("/c/mobilite/finds/")],
        "find": [walk(f"/finds/{at['find'].pk}/"), walk(f"/finds/{at['find'].pk}/", "player")],
        "launch": [walk("/launch/"), walk("/launch/", "member"), walk("/launch/", "staff")],
        "launch_import": [walk("/launch/import/", "staff")],
        "launch_permits": [walk("/launch/requests/", "staff")],
        "try": [
            walk(f"/try/{at['tryout'].token}/"),
            walk(f"/try/{at['tryout'].token}/?go=1", "newcomer"),
        ],
        "invitation": [walk(f"/invitations/{at['secret']}/", "member")],
        "targets": [walk(target), walk(target, "player")],
        "target": [
            walk(f"{target}{at['target'].pk}/", "player"),
            walk(f"{target}{at['free_target'].pk}/"),
        ],
        "my_targets": [walk("/targets/", "player"), walk("/targets/", "newcomer")],
        "excerpt": [
            walk(f"/excerpts/{at['excerpt'].pk}/", "player"),
            walk(f"/excerpts/{at['held'].microtask.excerpt_id}/", "newcomer"),
        ],
        "mark_find": [walk(f"/excerpts/{at['excerpt'].pk}/", "newcomer", _empty_find)],
        "verdict": [
            walk(f"/verdicts/{at['verdict'].pk}/", "player"),
            walk(f"/verdicts/{at['against'].pk}/", "player"),
            walk(f"/verdicts/{at['scanned'].pk}/"),
        ],
        "contributions": [
            walk("/contributions/"),
            walk("/contributions/", "newcomer"),
            walk("/contributions/", "player"),
            walk("/contributions/", "member"),
        ],
        "choose_name": [walk("/contributions/", "newcomer", _taken_name)],
        "certificates": [
            walk("/contributions/certificates/", "player"),
            walk("/contributions/certificates/", "newcomer"),
        ],
        "certificate": [walk(f"/certificates/{at['certificate'].code}/")],
        "badges": [walk("/badges/"), walk("/badges/", "player")],
        "boards": [
            walk("/boards/", "player"),
            walk("/boards/?of=teams"),
            walk("/boards/?period=week"),
        ],
        "teams": [walk("/teams/"), walk("/teams/", "player")],
        "team": [walk("/teams/herons/"), walk("/teams/herons/", "player")],
        "reliability": [walk("/contributions/reliability/", "player")],
        "room_find": [walk("/r/"), walk("/r/?code=XXXX")],
        "room": [walk(f"/r/{at['room'].code}/")],
        "room_screen": [walk(f"/r/{at['room'].code}/screen/")],
        "account": [walk("/account/", "member")],
        "account_keys": [walk("/account/keys/", "member")],
        "why": [walk("/contributions/why/", "player"), walk("/contributions/why/", "newcomer")],
        "yours": [walk("/you/"), walk("/you/", "player"), walk("/you/", "member")],
        "forget": [walk("/you/forget/", "player"), walk("/you/forget/", "member")],
        "devices": [
            walk("/you/devices/"),
            walk("/you/devices/", "player", press("main form button.primary")),
        ],
        "device_joined": [walk("/you/devices/joined/", "player")],
        "join_device": [walk(f"/join/{at['letters']}/"), walk("/join/WRONGCOD/")],
        "open_account": [walk("/accounts/signup/")],
        "stop_mails": [walk(f"/mails/stop/{at['stop']}/")],
        # Not ours alone: allauth's pages, and what is shown when something is wrong.
        "accounts": [
            walk("/accounts/login/"),
            walk("/accounts/logout/", "member"),
            walk("/accounts/2fa/webauthn/", "member"),
            walk("/accounts/2fa/webauthn/add/", "member"),
        ],
        "errors": [walk("/nowhere/"), walk("/errors/403/"), walk("/errors/500/")],
    }


# --- The walkers ----------------------------------------------------------------------------------


@pytest.fixture
def made(visit: Any, settings: Any) -> Town:
    settings.ROOT_URLCONF = "tests.frontend.broken_urls"
    settings.TAMIS_LAUNCHING = "approved"
    return away(town.build)


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[site.SESSION_COOKIE_NAME].value


def cookies(made: Town, who: str) -> dict[str, str]:
    """What the browser of one of them carries."""
    if who in made.guests:
        return {site.TAMIS_GUEST_COOKIE: made.guests[who]}
    if who in made.users:
        return {site.SESSION_COOKIE_NAME: away(lambda: session_of(made.users[who]))}
    return {}


class Walker:
    """One browser for one of them, at one size and in one language."""

    def __init__(
        self, browser: Browser, made: Town, address: str, *, size: str, language: str, colours: str
    ):
        self.browser, self.made, self.address = browser, made, address
        self.size, self.language, self.colours = size, language, colours
        self.contexts: dict[str, BrowserContext] = {}
        self.faults: list[str] = []

    def visit(self, name: str, number: int, stop: Stop) -> None:
        """Open one state and look at it."""
        page = self._context(stop.who).new_page()
        page.on("pageerror", lambda fault: self.faults.append(f"{stop}: {fault}"))
        try:
            page.goto(stop.address, wait_until="load")
            if stop.do:
                stop.do(page)
            self._look(page, f"{name}-{number}", stop)
        except PlaywrightError as fault:
            self.faults.append(f"{name} {stop}: {str(fault).splitlines()[0]}")
        finally:
            page.close()

    def _look(self, page: Page, name: str, stop: Stop) -> None:
        if PICTURES:
            there = Path(PICTURES) / self.size
            there.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=there / f"{name}.png", full_page=True)
        where = f"{name} {stop.address} {self.size} {self.colours}"
        for each in hands.axe().run(page).response["violations"]:
            self.faults.append(f"{where}: {each['id']} {each['nodes'][0]['html'][:200]}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > SIZES[self.size][0]:
            self.faults.append(f"{where}: {wide} pixels wide")

    def _context(self, who: str) -> BrowserContext:
        if who not in self.contexts:
            width, height = SIZES[self.size]
            made = self.browser.new_context(
                base_url=self.address,
                viewport={"width": width, "height": height},
                locale={"fr": "fr-FR", "en": "en-GB"}[self.language],
                color_scheme=self.colours,
                reduced_motion="reduce",
                bypass_csp=True,  # axe is brought into the page
            )
            made.set_default_timeout(30_000)
            for name, value in cookies(self.made, who).items():
                made.add_cookies([{"name": name, "value": value, "url": self.address}])
            self.contexts[who] = made
        return self.contexts[who]

    def leave(self) -> None:
        for context in self.contexts.values():
            context.close()


def test_the_walk_leaves_no_page_out_and_axe_finds_nothing_on_any(
    browser: Browser, live_server: LiveServer, made: Town
) -> None:
    stops = states(made)
    named = {str(each.name) for each in urlpatterns if getattr(each, "name", None)}
    assert named - NO_PAGES - stops.keys() == set()
    walks = [("phone", "fr", "dark"), ("desk", "en", "light")]
    if PICTURES:
        walks.append(("tablet", "fr", "dark"))
    faults: list[str] = []
    for size, language, colours in walks:
        walker = Walker(
            browser, made, live_server.url, size=size, language=language, colours=colours
        )
        for name, each in stops.items():
            for number, stop in enumerate(each, start=1):
                walker.visit(name, number, stop)
        walker.leave()
        faults += walker.faults
    assert not faults, "\n".join(["", *faults])
