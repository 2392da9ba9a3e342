"""Nothing typed is lost: reloads, lost lines, closed laptops, two tabs; answers are corrected."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from crowd.models import Answer, Campaign, Draft
from tests import chromium
from tests.frontend import drives

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


def cost(page: Page) -> Any:
    return page.get_by_role("textbox", name="At what cost?")


def kept(page: Page) -> Any:
    return page.locator("[data-keeping]")


def test_what_is_typed_is_there_after_a_reload_and_gone_once_answered(
    visit: Any, campaign: Campaign
) -> None:
    page = visit()
    start(page)
    page.get_by_role("radio", name="Yes").check()
    cost(page).fill("12 000")
    expect(kept(page)).to_have_text("Kept.")
    page.reload()
    expect(cost(page)).to_have_value("12 000")
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    expect(kept(page)).to_contain_text("is back.")
    page.get_by_role("checkbox", name="The bus").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("#status")).to_contain_text("Thank you.")
    assert Answer.objects.get().values["cost"] == 12000
    assert page.evaluate("Object.keys(localStorage).filter((k) => /draft/.test(k))") == []


def test_without_a_line_it_is_kept_on_the_device(visit: Any, campaign: Campaign) -> None:
    page = visit()
    start(page)
    address = page.url
    page.context.set_offline(True)
    cost(page).fill("77")
    expect(kept(page)).to_have_text("Kept on this device until the connection is back.")
    assert not Draft.objects.exists()
    page.close()  # the laptop, too
    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(address)
    expect(cost(page)).to_have_value("77")
    assert Draft.objects.get().fields["q-cost"] == ["77"]


def test_of_two_tabs_the_newest_wins_and_the_other_is_offered(
    visit: Any, campaign: Campaign
) -> None:
    one = visit()
    start(one)
    other = one.context.new_page()
    other.goto(one.url)
    cost(one).fill("1")
    expect(kept(one)).to_have_text("Kept.")
    cost(other).fill("2")
    expect(kept(other)).to_contain_text("This version is newer")
    other.get_by_role("button", name="Take the other version").click()
    expect(cost(other)).to_have_value("1")
    cost(other).fill("3")
    expect(kept(other)).to_have_text("Kept.")
    one.bring_to_front()
    one.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(cost(one)).to_have_value("3")
    expect(kept(one)).to_contain_text("in another tab")


def test_my_last_answer_is_changed_without_losing_my_place(visit: Any, campaign: Campaign) -> None:
    page = visit()
    start(page)
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("checkbox", name="The bus").check()
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("link", name="Change my last answer").click()
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    expect(page.get_by_role("checkbox", name="The bus")).to_be_checked()
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("button", name="Correct my answer").click()
    expect(page.locator("#status")).to_contain_text("Your answer is corrected.")
    expect(page.get_by_text("this is letter 2.")).to_be_visible()
    assert Answer.objects.counting().get().values["proposal"] == "no"


def test_without_javascript_a_draft_is_kept_by_its_button_and_answers_are_corrected(
    visit: Any, campaign: Campaign
) -> None:
    page = visit(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    start(page)
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Send my answer").click()  # something is missing
    address = page.url
    page.goto("/")
    page.goto(address)
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    page.get_by_text("The bus").click()
    page.get_by_role("button", name="Keep it for later").click()
    page.goto(address)
    expect(page.get_by_role("checkbox", name="The bus")).to_be_checked()
    page.get_by_role("button", name="Send my answer").click()
    page.goto("/contributions/")
    page.get_by_role("link", name="Correct it").click()
    page.get_by_text("No", exact=True).click()
    page.get_by_role("button", name="Correct my answer").click()
    expect(page.get_by_text("Your answer is corrected.")).to_be_visible()
    assert Answer.objects.counting().get().values["proposal"] == "no"


def test_what_others_have_settled_meanwhile_is_said_kindly(visit: Any, campaign: Campaign) -> None:
    page = visit()
    start(page)
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("checkbox", name="The bus").check()
    page.get_by_role("textbox", name="At what cost?").fill("1200")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("#status")).to_contain_text("Thank you.")
    someone = drives.person()
    for _ in range(4):  # whatever order the letters come in
        drives.say(someone, campaign)
    drives.cross_check()
    page.get_by_role("link", name="Change my last answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This answer stays as it is")
