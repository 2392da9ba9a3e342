"""Journeys, told in French and in English: a phone without JavaScript, keys alone, by ear, a train
without a connection, from guest to account, two devices.

Buttons are found by what they say in the language of the journey, from the catalogue.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from crowd.models import Answer, Assignment, Campaign, Contributor, User
from tests import chromium
from tests.frontend import drives, hands
from tests.frontend.team import away
from tests.frontend.test_people_browser import sign_in

PHONE = {"width": 360, "height": 740}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]
Words = Callable[[str], str]


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def words(language: str) -> Words:
    """What the site says for a sentence of its source, in the journey's language."""

    def said(sentence: str) -> str:
        with translation.override(language):
            return translation.gettext(sentence)

    return said


@pytest.fixture
def campaign() -> Campaign:
    return drives.open_drive(rows=3, steps=drives.DESCRIPTION["steps"][:1])


def start(page: Page, words: Words) -> None:
    page.goto("/c/letters/")
    page.get_by_role("button", name=words("Start"), exact=True).click()
    page.wait_for_url("**/play/*/")


def fill(page: Page) -> None:
    page.locator("input[name=q-proposal][value='=yes']").check(force=True)
    page.locator("input[name=q-topics][value='=bus']").check(force=True)
    page.locator("input[name=q-cost]").fill("1200")


def send(page: Page, words: Words) -> None:
    page.get_by_role("button", name=words("Send my answer")).click()


def agreed() -> None:
    """Someone else says the same of everything."""
    campaign = Campaign.objects.get()
    other = drives.person()
    for _ in range(3):
        drives.say(other, campaign)
    drives.cross_check()


def test_a_guest_on_a_phone_without_javascript(
    visit: Any, campaign: Campaign, language: str, words: Words
) -> None:
    page = visit(viewport=PHONE, java_script_enabled=False, locale=language)
    start(page, words)
    send(page, words)  # nothing said yet
    expect(page.get_by_role("alert")).to_be_visible()
    fill(page)
    send(page, words)
    expect(page.locator("#status")).to_contain_text(words("Thank you."))
    page.get_by_role("link", name=words("Change my last answer")).click()
    page.locator("input[name=q-topics][value='=road']").check(force=True)
    page.get_by_role("button", name=words("Correct my answer")).click()
    expect(page.get_by_text(words("Your answer is corrected."))).to_be_visible()
    assert Answer.objects.counting().get().values["topics"] == ["bus", "road"]
    fill(page)
    send(page, words)
    away(agreed)
    page.goto("/contributions/")
    expect(page.locator(".tag.mark-confirmed")).to_have_count(1)
    expect(page.locator(".tag.mark-waiting")).to_have_count(1)  # they said otherwise
    page.locator(".told-rows summary", has=page.locator(".mark-confirmed")).click()
    page.locator("a[href^='/verdicts/']:visible").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert Contributor.objects.count() == 2


def test_by_keyboard_alone(visit: Any, campaign: Campaign, language: str, words: Words) -> None:
    page = visit(locale=language)
    page.goto("/")
    hands.tab_to(page, words("Skip to the content"))
    page.keyboard.press("Enter")
    hands.tab_to(page, campaign.title.replace("?", r"\?"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/letters/")
    hands.tab_to(page, f"^{words('Start')}$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/play/*/")
    first = page.url
    page.keyboard.press("1")
    expect(page.locator("input[name=q-proposal]").first).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("input[name=q-topics]").first).to_be_checked()
    page.locator("input[name=q-cost]").focus()
    page.keyboard.type("1 200")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert Answer.objects.get().values == drives.VALUES


def test_by_ear(visit: Any, campaign: Campaign, language: str, words: Words) -> None:
    page = visit(locale=language)
    start(page, words)
    unsure = words("I can't tell")
    unsure_of_cost = f"{unsure} : At what cost?".replace("'", "''")  # as YAML quotes it
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("main")).to_match_aria_snapshot(f"""
      - figure:
        - group "{words("The excerpt")}"
      - heading "Read the letter" [level=1]
      - group "Does it propose something?":
        - radio "Yes"
        - radio "No"
        - radio "{unsure}"
      - group "What is it about?":
        - checkbox "The bus"
        - checkbox "The road"
        - checkbox "{words("None of these")}"
        - checkbox "{unsure}"
      - 'checkbox "{unsure_of_cost}"'
      - button "{words("Send my answer")}"
    """)
    # What is asked is read in the campaign's language, whatever the site's is.
    expect(page.locator("#play h1")).to_have_attribute("lang", "en")
    live = page.locator("[aria-live], [role=status], [role=alert]")
    assert live.count() <= 3  # one for thanks, one for news, one for what is wrong: no chatter
    fill(page)
    send(page, words)
    expect(page.get_by_role("status").first).to_contain_text(words("Thank you."))


def test_on_a_train_without_a_connection(
    visit: Any, campaign: Campaign, language: str, words: Words
) -> None:
    page = visit(viewport=PHONE, locale=language)
    page.goto("/c/letters/along/")
    page.get_by_role("button", name=words("Take them")).click()
    page.get_by_role("button", name=words("Download them")).click()
    expect(page.get_by_text("this is letter 1.")).to_be_visible()
    page.context.set_offline(True)
    for number in (2, 3):
        fill(page)
        page.get_by_role("button", name=words("Keep my answer")).click()
        expect(page.get_by_text(f"this is letter {number}.")).to_be_visible()
    page.close()  # the tunnel was long
    assert not Answer.objects.exists()
    page = page.context.new_page()
    page.goto("/")
    expect(page.get_by_text("this is letter 3.")).to_be_visible()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    delivered = words("{n} answers delivered. Thank you.").replace("{n}", "2")
    expect(page.locator("[data-state]")).to_contain_text(delivered)
    fill(page)
    page.get_by_role("button", name=words("Keep my answer")).click()
    expect(page.get_by_role("heading", name=words("That was all you took along"))).to_be_visible()
    page.wait_for_timeout(600)  # what is typed is kept after 400 ms: not in the place of this
    expect(page.locator("[data-state]")).to_contain_text(delivered.replace("2", "3"))
    assert Answer.objects.counting().count() == 3
    assert set(Assignment.objects.values_list("state", flat=True)) == {"answered"}


def test_from_guest_to_account(
    visit: Any, campaign: Campaign, language: str, words: Words, settings: Any
) -> None:
    settings.TAMIS_SENDS_EMAIL = False  # the account lives by a passkey, which the device keeps
    page = visit(locale=language)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    device |= {"hasUserVerification": True, "isUserVerified": True}
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": device | {"automaticPresenceSimulation": True}},
    )
    start(page, words)
    fill(page)
    send(page, words)
    expect(page.locator("#status")).to_contain_text(words("Thank you."))
    page.goto("/contributions/")
    page.get_by_role("link", name=words("Open an account")).click()
    page.locator("main form[action='/account/open/'] button").click()
    page.get_by_role("button", name=words("Add a passkey")).click()
    page.wait_for_url(lambda url: "/add/" not in url)
    page.goto("/contributions/")
    expect(page.get_by_text("this is letter 1.")).to_have_count(1)
    page.goto("/account/")
    page.get_by_role("button", name=words("Sign out")).click()
    page.goto("/contributions/")
    expect(page.get_by_text("this is letter 1.")).to_have_count(0)
    page.goto("/accounts/login/")
    page.get_by_role("button", name=words("Sign in with a passkey")).click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/contributions/")
    expect(page.get_by_text("this is letter 1.")).to_have_count(1)
    assert Answer.objects.get().contributor.user == User.objects.get()


def test_two_devices_are_one_person(
    visit: Any, live_server: Any, campaign: Campaign, language: str, words: Words
) -> None:
    phone = visit(viewport=PHONE, java_script_enabled=False, locale=language)
    laptop = visit(locale=language)
    user = away(lambda: User.objects.create_user("ana@example.org"))
    sign_in(laptop.context, user, live_server.url)
    for page in (phone, laptop):  # both are asked about the first letter
        start(page, words)
        fill(page)
        send(page, words)
        expect(page.locator("#status")).to_contain_text(words("Thank you."))
    laptop.goto("/you/devices/")
    laptop.get_by_role("button", name=words("Show a code")).click()
    code = laptop.locator(".code").inner_text()
    phone.goto("/you/devices/")
    phone.get_by_label(words("Code")).fill(code)
    phone.get_by_role("button", name=words("Go on")).click()
    phone.get_by_role("button", name=words("Join them")).click()
    expect(
        phone.get_by_text(words("Both devices are one now. Nothing of either is lost."))
    ).to_be_visible()
    assert Answer.objects.counting().count() == 1  # the earlier one decides
    assert Answer.objects.filter(set_aside_reason="joined").count() == 1
    for page in (phone, laptop):
        page.goto("/contributions/")
        expect(page.get_by_text("this is letter 1.").first).to_be_visible()
    phone.goto("/account/")
    expect(phone).to_have_url(f"{live_server.url}/account/")
    phone.goto("/you/")
    with laptop.expect_download() as download:
        laptop.goto("/you/")
        laptop.get_by_role("link", name=words("Download my data")).click()
    with open(download.value.path(), "rb") as file:
        assert b"ana@example.org" in zipfile.ZipFile(io.BytesIO(file.read())).read("me.json")
