"""Stories of the play page: by ear, under a keyboard, in French, on a light page."""

import gzip
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from crowd.models import Answer, Campaign, Excerpt, Step
from crowd.services import outlines
from tests import chromium
from tests.frontend import drives
from tests.frontend.hands import place

PHONE = {"width": 360, "height": 740}
UNDER_A_KEYBOARD = {"width": 360, "height": 400}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]
TABLE = {
    "key": "bodies",
    "kind": "table",
    "label": "What is declared?",
    "required": False,
    "settings": {
        "columns": [
            {"key": "name", "label": "Name", "kind": "text"},
            {"key": "paid", "label": "Paid", "kind": "number"},
        ]
    },
}


@pytest.fixture
def campaign() -> Campaign:
    outlines.forget()
    return drives.open_drive()


@pytest.fixture
def forms(campaign: Campaign) -> Campaign:
    """Excerpts are pictures; the first question is a table."""
    step = Step.objects.get(campaign=campaign, key="read")
    step.questions.create(position=0, **TABLE)
    drives.picture_all(Image.effect_noise((480, 640), 60).convert("RGB"))
    outlines.forget()
    return campaign


def start(page: Page, button: str = "Start") -> None:
    page.goto("/c/letters/")
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url("**/play/*/")


def test_what_a_screen_reader_is_told(visit: Any, campaign: Campaign) -> None:
    page = visit()
    start(page)
    main = page.get_by_role("main")
    expect(main).to_match_aria_snapshot("""
      - figure "letters.csv, row 1":
        - group "The excerpt"
      - heading "Read the letter" [level=1]
      - group "Does it propose something?":
        - radio "Yes"
        - radio "No"
        - radio "I can't tell"
      - group "What is it about?":
        - checkbox "The bus"
        - checkbox "The road"
        - checkbox "None of these"
        - checkbox "I can't tell"
      - 'checkbox "I can''t tell : At what cost?"'
      - button "Send my answer"
    """)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("alert")).to_match_aria_snapshot("""
      - heading "2 things to look at" [level=2]
      - list:
        - listitem:
          - link "Does it propose something?"
        - listitem:
          - link "What is it about?"
    """)
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("checkbox", name="The bus").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("status").first).to_contain_text("Thank you.")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_excerpt_stays_in_sight_under_a_keyboard(visit: Any, forms: Campaign) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    start(page)
    for field in (
        page.get_by_label("Name").first,
        page.get_by_role("textbox", name="At what cost?"),
    ):
        field.focus()
        page.set_viewport_size(UNDER_A_KEYBOARD)
        page.wait_for_timeout(300)
        excerpt, typed = place(page.locator(".excerpt")), place(field)
        assert -1 <= excerpt["y"] <= 60  # under the bar at most
        assert excerpt["y"] + excerpt["height"] <= typed["y"] + 1
        assert typed["y"] + typed["height"] <= UNDER_A_KEYBOARD["height"]
        page.set_viewport_size(PHONE)


def test_a_page_of_pictures_and_tables_is_light(visit: Any, forms: Campaign) -> None:
    page = visit(viewport=PHONE)
    received: dict[str, int] = {}
    page.goto("/c/letters/")
    page.on("response", lambda reply: received.update({reply.url: weight(reply)}))
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/play/*/")
    page.wait_for_load_state("networkidle")
    received = {url: size for url, size in received.items() if size}
    weights = {url: size for url, size in received.items() if "/pictures/" not in url}
    print(f"play page: {sum(weights.values())} bytes compressed, {len(received)} requests")
    assert sum(weights.values()) <= 50 * 1024, weights
    assert len(received) <= 8, received


def weight(reply: Any) -> int:
    return 0 if reply.status == 303 else len(gzip.compress(reply.body(), 6))


def test_the_loop_by_keyboard_in_french(visit: Any, campaign: Campaign) -> None:
    page = visit(locale="fr")
    start(page, "Commencer")
    first = page.url
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.keyboard.press("1")
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("1")
    page.get_by_role("textbox", name="At what cost?").focus()
    page.keyboard.type("1 234,50")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first)
    expect(page.get_by_role("status").first).to_contain_text("Merci")
    assert Answer.objects.get().values["cost"] == 1234.5


def test_the_whole_page_shows_where_the_excerpt_was(visit: Any, forms: Campaign) -> None:
    whole, cut = Excerpt.objects.order_by("pk")[:2]
    cut.kind, cut.within, cut.box, cut.page = "zone", whole, [0.1, 0.2, 0.6, 0.5], 1
    cut.save()
    page = visit()
    page.goto(f"/excerpts/{cut.pk}/")
    page.get_by_role("link", name="whole page").click()
    expect(page).to_have_url(re.compile(rf"/excerpts/{whole.pk}/\?of={cut.pk}$"))
    marked = page.get_by_role("img", name="The part you were asked about").locator("rect")
    box, picture = place(marked), place(page.locator(".paper img"))
    assert (box["x"] - picture["x"]) / picture["width"] == pytest.approx(0.1, abs=0.02)
    assert box["height"] / picture["height"] == pytest.approx(0.3, abs=0.02)
