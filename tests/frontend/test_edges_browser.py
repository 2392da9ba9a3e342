"""At the edges of playing: double clicks, two tabs, the back button, a session that ends."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import Page, expect

from crowd.models import Answer, Campaign, Excerpt, User
from tests import chromium
from tests.frontend import drives
from tests.frontend.hands import place
from tests.frontend.team import away
from tests.frontend.test_people_browser import sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]


@pytest.fixture
def campaign() -> Campaign:
    return drives.open_drive()


def start(page: Page) -> None:
    page.goto("/c/letters/")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/play/*/")


def say(page: Page, proposal: str) -> None:
    page.get_by_role("radio", name=proposal, exact=True).check()
    page.get_by_role("checkbox", name="The bus").check()


def send(page: Page) -> Any:
    return page.get_by_role("button", name="Send my answer")


def cost(page: Page) -> Any:
    return page.get_by_role("textbox", name="At what cost?")


def test_a_double_click_sends_once_and_leaves_the_next_one_alone(
    visit: Any, campaign: Campaign
) -> None:
    page = visit()
    start(page)
    say(page, "Yes")
    send(page).click(click_count=2, delay=150)
    expect(page.locator("#status")).to_contain_text("Thank you.")
    expect(page.get_by_text("this is letter 2.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".problems")).to_have_count(0)
    assert Answer.objects.count() == 1


def test_what_the_second_tab_says_can_take_the_place_of_the_first_ones_answer(
    visit: Any, campaign: Campaign
) -> None:
    one = visit()
    start(one)
    other = one.context.new_page()
    other.goto(one.url)
    say(one, "Yes")
    say(other, "No")
    send(one).click()
    expect(one.locator("#status")).to_contain_text("Thank you.")
    send(other).click()
    expect(other.locator("#status")).to_contain_text("already answered")
    assert Answer.objects.get().values["proposal"] == "yes"
    other.get_by_role("link", name="Change my last answer").click()
    expect(other.get_by_role("radio", name="Yes")).to_be_checked()
    other.get_by_role("radio", name="No", exact=True).check()
    other.get_by_role("button", name="Correct my answer").click()
    expect(other.locator("#status")).to_contain_text("Your answer is corrected.")
    assert Answer.objects.counting().get().values["proposal"] == "no"


def test_going_back_after_sending_shows_what_was_answered_and_lets_it_be_changed(
    visit: Any, campaign: Campaign
) -> None:
    page = visit()
    start(page)
    say(page, "Yes")
    send(page).click()
    expect(page.get_by_text("this is letter 2.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have answered this one")
    expect(page.get_by_role("link", name="Change my answer")).to_be_visible()
    expect(
        page.get_by_role("banner").get_by_role("link", name="What do the letters")
    ).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("this is letter 2.")).to_be_visible()


def test_who_is_signed_out_while_typing_finds_it_all_after_signing_in(
    visit: Any, live_server: Any, campaign: Campaign
) -> None:
    page = visit()
    user = away(lambda: User.objects.create_user("ana@example.org"))
    sign_in(page.context, user, live_server.url)
    start(page)
    there = page.url
    say(page, "Yes")
    away(lambda: Session.objects.all().delete())
    cost(page).fill("450")
    expect(page.locator("[data-keeping]")).to_contain_text("Kept on this device")
    send(page).click()
    expect(page.get_by_text("You were signed out.")).to_be_visible()
    sign_in(page.context, user, live_server.url)
    page.goto(there)
    expect(cost(page)).to_have_value("450")
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    send(page).click()
    expect(page.locator("#status")).to_contain_text("Thank you.")
    assert Answer.objects.get().values["cost"] == 450


def test_the_text_of_a_page_can_be_marked_and_copied(visit: Any, campaign: Campaign) -> None:
    drives.picture_all(Image.effect_noise((480, 640), 60).convert("RGB"))
    Excerpt.objects.update(text="The council met on 3 May.\nNobody was there.")
    page = visit()
    start(page)
    page.get_by_text("The text found in this page").click()
    line = place(page.get_by_text("The council met"))
    page.mouse.click(line["x"] + 20, line["y"] + 10, click_count=3)
    assert "The council met on 3 May." in page.evaluate("String(getSelection())")
