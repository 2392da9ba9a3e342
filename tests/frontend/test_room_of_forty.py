"""Forty people behind one address: three in browsers, thirty-seven as requests like a browser's."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium, site
from tests.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PEOPLE, BROWSERS, EACH = 40, 3, 10
JOINED_WITHIN = 60.0

OPEN_ROOM = """
from django.utils import timezone
from crowd.models import Campaign
from crowd.services import rooms
room = rooms.open_room(campaign=Campaign.objects.get(slug="drive"), title="Town hall",
                       teams=["Window", "Door"], trusted=True, now=timezone.now())
print(room.code)
"""
COUNT = """
import json
from crowd.models import Answer, Room
from crowd.services import rooms
room = Room.objects.get()
given = Answer.objects.filter(assignment__room=room)
print(json.dumps({"answers": given.count(), "counting": given.filter(set_aside_at=None).count(),
                  "people": given.values("contributor").distinct().count(),
                  "seats": rooms.tally(room=room).people}))
"""


@pytest.fixture
def running() -> Iterator[Site]:
    with site.running(site.ROOT / "var" / "room") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium.path(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


class Session:
    """A browser without JavaScript: follows redirects, sends back the form it got."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, follow_redirects=True, timeout=60)
        self.refused: list[str] = []

    def join(self, code: str, team: int) -> None:
        self.page = self._checked(self.client.get(f"/r/{code}/"))
        self.send({"team": str(team)}, to=f"/r/{code}/")

    def answer(self) -> None:
        found = re.search(r'name="answer_id" value="([^"]+)"', self.page.text)
        choice = re.search(r'name="(q-[^"]+)"[^>]*value="(=[^"]+)"', self.page.text)
        assert found, self.page.url
        assert choice, self.page.url
        self.send({"answer_id": found[1], choice[1]: choice[2], "do": "answer"})

    def send(self, form: dict[str, str], to: str = "") -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page.text)
        assert token
        there = to or str(self.page.url)
        headers = {"Referer": str(self.page.url)}
        sent = self.client.post(
            there, data={**form, "csrfmiddlewaretoken": token[1]}, headers=headers
        )
        self.page = self._checked(sent)

    def _checked(self, reply: httpx.Response) -> httpx.Response:
        if reply.status_code != 200:
            self.refused.append(f"{reply.status_code} {reply.url}")
        return reply


def _answer_in(page: Page) -> None:
    before = page.url
    page.locator("form .option").first.click()
    page.locator("button[value=answer]").click()
    page.wait_for_url(lambda url: url != before)


def test_forty_people_behind_one_address_join_and_answer(running: Site, browser: Browser) -> None:
    running.python("-m", "tests.bench.database", "campaign", "drive", "200", "3")
    code = running.manage("shell", "-v", "0", "-c", OPEN_ROOM).split()[-1]
    sessions = [Session(running.address) for _ in range(PEOPLE - BROWSERS)]
    contexts: list[BrowserContext] = [
        browser.new_context(base_url=running.address, locale="fr") for _ in range(BROWSERS)
    ]
    pages = [context.new_page() for context in contexts]

    came = time.monotonic()
    with ThreadPoolExecutor(8) as crowd:
        joining = [crowd.submit(each.join, code, n % 2) for n, each in enumerate(sessions)]
        for page in pages:
            page.goto(f"/r/{code}/")
            page.locator("main form button").first.click()
            page.wait_for_url("**/play/*/")
        for each in joining:
            each.result()
        joined_after = time.monotonic() - came

        answering = [crowd.submit(lambda s: [s.answer() for _ in range(EACH)], s) for s in sessions]
        for _ in range(EACH):
            for page in pages:
                _answer_in(page)
        for each in answering:
            each.result()

    counted = json.loads(running.manage("shell", "-v", "0", "-c", COUNT).splitlines()[-1])
    assert joined_after < JOINED_WITHIN
    assert not [refused for each in sessions for refused in each.refused]
    assert counted == {"answers": 400, "counting": 400, "people": PEOPLE, "seats": PEOPLE}
