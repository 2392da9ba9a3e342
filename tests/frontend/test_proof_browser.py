"""How a verdict came to be, how reliable one is, what looks odd: looked at by axe, on a phone."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from crowd.models import Campaign, Contributor, Flag, User
from crowd.models.campaigns import Membership, Role
from crowd.services import consensus, contributors, flags, guards
from tests import chromium
from tests.frontend import drives

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(chromium.path()), args=["--no-sandbox"]
        )
        yield started
        started.close()


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def campaign() -> Campaign:
    """Twelve letters, read by four people, one of whom differs now and then."""
    made = drives.open_drive(rows=12, steps=drives.DESCRIPTION["steps"][:1])
    for name in ("Wren", "Robin", "Finch", "Lark"):
        someone = drives.person(name, listed=True)
        for number in range(12):
            if _nothing_left(made):
                break
            odd = name == "Robin" and number % 4 == 0
            yes = {"proposal": "no" if odd else "yes", "topics": ["bus"], "cost": 1200}
            with contextlib.suppress(AssertionError):  # nothing left for this one
                drives.say(someone, made, yes)
        drives.cross_check()
    return made


def _nothing_left(campaign: Campaign) -> bool:
    return not campaign.microtasks.filter(state="open").exists()


def _team(campaign: Campaign) -> User:
    user = User.objects.create_user("team@example.org")
    Membership.objects.create(campaign=campaign, user=user, role=Role.REVIEWER)
    suspect = Contributor.objects.order_by("pk").first()
    flag = Flag(campaign=campaign, contributor=suspect, kind="one_label", made_at=timezone.now())
    guards.look_over(campaign=campaign, now=timezone.now())
    flags.raise_flags(campaign=campaign, flags=[flag], now=timezone.now())
    while consensus.settle_waiting(now=timezone.now()):
        pass
    return user


@pytest.mark.parametrize(
    ("size", "colours", "language"),
    [(PHONE, "dark", "fr"), (DESK, "light", "en")],
    ids=["phone", "desk"],
)
def test_axe_finds_nothing_on_the_pages_of_proof(
    browser: Browser,
    live_server: Any,
    campaign: Campaign,
    size: Any,
    colours: Any,
    language: str,
    tmp_path: Any,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    verdict = campaign.microtasks.filter(state="settled").first().verdicts.get(is_current=True)  # type: ignore[union-attr]
    someone = verdict.proof.first().answer.contributor
    context = browser.new_context(
        viewport=size, color_scheme=colours, locale=language, bypass_csp=True
    )
    token = contributors.token_of(contributor=someone)
    cookies = [{"name": settings.TAMIS_GUEST_COOKIE, "value": token, "url": live_server.url}]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    for name, address in (
        ("verdict", f"/verdicts/{verdict.pk}/"),
        ("reliability", "/contributions/reliability/"),
    ):
        _look(page, live_server.url + address, axe, size, f"{name}-{language}-{colours}")
    client = Client()
    client.force_login(_team(campaign), "django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    address = f"{live_server.url}/c/{campaign.slug}/flags/"
    _look(page, address, axe, size, f"flags-{language}-{colours}")
    context.close()


def _look(page: Page, address: str, axe: Any, size: Any, name: str) -> None:
    page.goto(address)
    if pictures := os.environ.get("TAMIS_TEST_PICTURES"):
        page.screenshot(path=f"{pictures}/{name}-{size['width']}.png", full_page=True)
    found = axe.run(page).response["violations"]
    assert not found, [(page.url, each["id"], each["nodes"][0]["html"]) for each in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
