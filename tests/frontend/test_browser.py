"""Play in a real browser: keys, no keys, no JavaScript, a lost line, a phone, a screen reader."""

import gzip
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from crowd.models import Answer, Campaign, Contributor
from tests import chromium
from tests.frontend import drives
from tests.frontend.hands import place

PHONE = {"width": 360, "height": 740}
BUDGET = 50 * 1024  # bytes, compressed, besides the excerpt's picture (DESIGN, rule 8)
MOST_REQUESTS = 8

pytestmark = [
    pytest.mark.browser,
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


def test_a_whole_answer_by_keys_alone(visit: Any, campaign: Campaign) -> None:
    page = visit()
    start(page)
    first = page.url
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    page.keyboard.press("Tab")  # out of the first question: the next open one is meant
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("2")
    expect(page.get_by_role("checkbox", name="The road")).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != first)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator("#status")).to_contain_text("Thank you. 1 answer waiting for confirmation.")
    assert Answer.objects.get().values == {"proposal": "yes", "topics": ["road"]}
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have answered this one")


def test_keys_are_shown_and_can_be_switched_off(visit: Any, campaign: Campaign) -> None:
    page = visit()
    start(page)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Yes")).not_to_be_checked()
    page.reload()
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Yes")).not_to_be_checked()


def test_answers_that_stand_alone_take_the_others_back(visit: Any, campaign: Campaign) -> None:
    page = visit(viewport=PHONE, has_touch=True)
    start(page)
    page.get_by_text("The bus").tap()
    page.get_by_text("None of these").tap()
    expect(page.get_by_role("checkbox", name="The bus")).not_to_be_checked()
    page.get_by_text("The road").tap()
    expect(page.get_by_role("checkbox", name="None of these")).not_to_be_checked()


def test_a_refusal_leads_to_what_is_missing(visit: Any, campaign: Campaign) -> None:
    page = visit(viewport=PHONE)
    start(page)
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("#problems")).to_be_focused()
    page.get_by_role("link", name="What is it about?").click()
    expect(page.get_by_role("radio", name="Yes")).to_be_checked()
    question = page.get_by_role("group", name="What is it about?")
    expect(question).to_be_visible()
    top, excerpt = place(question), place(page.locator(".excerpt"))
    assert top["y"] >= excerpt["y"] + excerpt["height"] - 1, "the excerpt hides the question"


def test_the_loop_without_javascript_on_a_phone(visit: Any, campaign: Campaign) -> None:
    page = visit(viewport=PHONE, java_script_enabled=False)
    start(page)
    for number in (1, 2):
        expect(page.get_by_text(f"this is letter {number}.")).to_be_visible()
        page.get_by_text("Yes", exact=True).click()
        page.get_by_text("The bus").click()
        page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("2 answers waiting")).to_be_visible()
    page.get_by_role("button", name="Another one").click()
    expect(page.get_by_text("this is letter 4.")).to_be_visible()
    assert Answer.objects.count() == 2
    assert Contributor.objects.count() == 1


def test_a_lost_line_loses_nothing(visit: Any, campaign: Campaign) -> None:
    page = visit()
    start(page)
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("checkbox", name="The bus").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("#status")).to_contain_text("Your answer is still here")
    page.context.set_offline(False)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("#status")).to_contain_text("Thank you.")
    assert Answer.objects.count() == 1


def test_the_play_page_is_light(visit: Any, campaign: Campaign) -> None:
    page = visit(viewport=PHONE)
    received: list[tuple[str, int]] = []
    page.goto("/c/letters/")
    page.on("response", lambda reply: received.append((reply.url, weight(reply))))
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/play/*/")
    page.wait_for_load_state("networkidle")
    weights = {url: size for url, size in received if "/pictures/" not in url}
    assert sum(weights.values()) <= BUDGET, weights
    # The first reply is the button's redirect, which is not the page's.
    assert len(received) - 1 <= MOST_REQUESTS, received


def weight(reply: Any) -> int:
    """Bytes of a reply as they would be sent: compressed; redirects are not the page's."""
    return 0 if reply.status == 303 else len(gzip.compress(reply.body(), 6))


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_runs_off_a_phone(
    visit: Any, campaign: Campaign, colours: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for _ in range(2):
        drives.say(drives.person("Wren", listed=True) if _ else drives.person(), campaign)
    drives.cross_check()
    verdict = campaign.microtasks.filter(state="settled").get().verdicts.get()
    page = visit(viewport=PHONE, color_scheme=colours, bypass_csp=True)
    addresses = ["/", "/about/", "/privacy/", "/c/letters/", f"/verdicts/{verdict.pk}/"]
    addresses += [f"/excerpts/{verdict.microtask.excerpt_id}/", "/contributions/"]
    addresses += ["/c/letters/play/?why=all_yours", "/accounts/login/", "/accounts/signup/"]
    for address in addresses:
        page.goto(address)
        _check(page, axe)
    start(page)
    _check(page, axe)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("#problems")).to_be_focused()
    _check(page, axe)


def _check(page: Page, axe: Any) -> None:
    found = axe.run(page).response["violations"]
    assert not found, [(page.url, each["id"], each["nodes"][0]["html"]) for each in found]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url


@pytest.fixture
def scanned(campaign: Campaign) -> Campaign:
    """Its excerpts are pictures, 300 pixels wide and 400 high, dark at the top left."""
    picture = Image.new("RGB", (300, 400), "white")
    picture.paste((40, 40, 40), (0, 0, 100, 100))
    drives.picture_all(picture)
    return campaign


def box(page: Page) -> Any:
    return place(page.locator("[data-excerpt] img"))


def test_the_picture_grows_where_one_looks_and_is_dragged_and_turned(
    visit: Any, scanned: Campaign
) -> None:
    page = visit()
    start(page)
    view, before = place(page.locator(".excerpt-view")), box(page)
    page.mouse.click(view["x"] + view["width"] * 0.9, view["y"] + view["height"] * 0.9)
    assert box(page)["width"] == pytest.approx(2 * before["width"], rel=0.02)
    assert box(page)["x"] < before["x"] - before["width"] / 2  # the right side came into view
    dragged_from = box(page)
    page.mouse.move(view["x"] + 200, view["y"] + 200)
    page.mouse.down()
    page.mouse.move(view["x"] + 260, view["y"] + 240, steps=4)
    page.mouse.up()
    assert box(page)["x"] == pytest.approx(dragged_from["x"] + 60, abs=2)
    assert box(page)["width"] == dragged_from["width"]  # a drag is no click
    page.keyboard.press("0")
    page.keyboard.press("r")
    lying = box(page)
    assert lying["width"] / lying["height"] == pytest.approx(4 / 3, rel=0.02)
    assert lying["width"] == pytest.approx(before["width"], rel=0.02)


def test_contrast_stays_from_one_excerpt_to_the_next(visit: Any, scanned: Campaign) -> None:
    page = visit()
    start(page)
    page.get_by_role("button", name="More contrast").click()
    expect(page.locator("[data-excerpt]")).to_have_attribute("data-contrast", "strong")
    first = page.url
    page.get_by_role("button", name="Another one").click()
    page.wait_for_url(lambda url: url != first)
    expect(page.locator("[data-excerpt]")).to_have_attribute("data-contrast", "strong")


def test_two_fingers_zoom_the_picture(visit: Any, scanned: Campaign) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    start(page)
    view, before = place(page.locator(".excerpt-view")), box(page)
    fingers = page.context.new_cdp_session(page)
    across, down = view["x"] + view["width"] / 2, view["y"] + view["height"] / 2

    def touch(kind: str, apart: float) -> None:
        points = [{"x": across - apart, "y": down, "id": 1}, {"x": across + apart, "y": down}]
        points[1]["id"] = 2
        sent = {"type": kind, "touchPoints": [] if kind == "touchEnd" else points}
        fingers.send("Input.dispatchTouchEvent", sent)

    touch("touchStart", 30)
    for apart in (40, 50, 60):
        touch("touchMove", apart)
    touch("touchEnd", 60)
    assert box(page)["width"] == pytest.approx(2 * before["width"], rel=0.1)
    assert page.evaluate("visualViewport.scale") == 1
