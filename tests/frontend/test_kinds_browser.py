"""Tables like a spreadsheet, marks by mouse and by keys, questions that come and go."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from crowd.models import Answer, Campaign
from tests import chromium
from tests.frontend.hands import place
from tests.frontend.test_browser import (  # noqa: F401 (fixtures)
    PHONE,
    campaign,
    scanned,
    start,
)
from tests.frontend.test_kinds import IF_STAMPED, MARKS, STAMPED, TABLE, drive

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]


def cell(page: Page, row: int, key: str) -> Any:
    return page.locator(f"[name='q-posts.{row}.{key}']")


def send(page: Page) -> dict[str, Any]:
    before = page.url
    page.get_by_role("button", name="Send my answer").click()
    page.wait_for_url(lambda url: url != before)
    return Answer.objects.latest("given_at").values


def test_a_table_grows_as_one_types_and_enter_goes_down(visit: Any) -> None:
    drive(TABLE)
    page = visit()
    start(page)
    cell(page, 1, "name").click()
    for name in ("Régie", "Office", "Club"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    expect(cell(page, 4, "name")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    posts = send(page)["posts"]
    assert [row["name"] for row in posts] == ["Régie", "Office", "Club"]
    assert posts[2]["pay"] == 12


def test_what_is_copied_from_a_spreadsheet_lands_cell_by_cell(visit: Any) -> None:
    drive(TABLE)
    page = visit()
    start(page)
    cell(page, 1, "name").focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "Régie\\t10\\nOffice\\t20\\n\\nClub\\t30\\n");
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    posts = send(page)["posts"]
    assert [(row["name"], row["pay"]) for row in posts] == [
        ("Régie", 10),
        ("Office", 20),
        ("Club", 30),
    ]


def test_nothing_declared_rests_the_rows_and_keeps_what_was_typed(visit: Any) -> None:
    drive(TABLE)
    page = visit(viewport=PHONE)
    start(page)
    cell(page, 1, "name").fill("Régie")
    nothing = page.get_by_role("checkbox", name="Nothing is declared here")
    nothing.check()
    expect(cell(page, 1, "name")).to_be_disabled()
    nothing.uncheck()
    expect(cell(page, 1, "name")).to_have_value("Régie")
    nothing.check()
    assert send(page) == {"posts": []}


def test_boxes_are_drawn_moved_and_removed(
    visit: Any,
    scanned: Campaign,  # noqa: F811
) -> None:
    _ask_for_marks(scanned)
    page = visit()
    start(page)
    frame = place(page.locator(".marks-layer"))
    _drag(page, frame, (0.1, 0.1), (0.3, 0.2))
    _drag(page, frame, (0.5, 0.1), (0.9, 0.2))
    rows = page.locator("[data-list] .mark-row")
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_role("combobox").select_option("Round")
    rows.nth(1).get_by_role("button", name="Remove").click()
    page.locator(".mark").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    (mark,) = send(page)["stamps"]
    assert mark["box"] == pytest.approx([0.11, 0.1, 0.31, 0.21], abs=0.01)
    assert mark["label"] == "round"


def test_a_box_is_made_by_keys_alone(
    visit: Any,
    scanned: Campaign,  # noqa: F811
) -> None:
    _ask_for_marks(scanned)
    page = visit()
    start(page)
    page.get_by_role("button", name="Add a box").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mark")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-part=left]").last).to_have_value("39")
    page.keyboard.press("Delete")
    expect(page.locator(".mark")).to_have_count(0)
    page.get_by_role("checkbox", name="There is nothing to mark").check()
    assert send(page) == {"stamps": []}


def test_a_dependent_question_comes_and_goes(visit: Any) -> None:
    drive(STAMPED, IF_STAMPED)
    page = visit()
    start(page)
    office = page.get_by_role("textbox", name="Of which office?")
    expect(office).to_be_hidden()
    page.get_by_role("radio", name="Yes").check()
    office.fill("Town hall")
    page.get_by_role("radio", name="No").check()
    expect(office).to_be_hidden()
    assert send(page) == {"stamped": "no"}


def _ask_for_marks(campaign: Campaign) -> None:  # noqa: F811
    for step in campaign.steps.all():
        step.questions.all().delete()
        step.questions.create(position=0, **{**MARKS, "settings": {"shapes": ["box"]}})


def _drag(page: Page, frame: Any, start: Any, end: Any) -> None:
    def at(place: tuple[float, float]) -> tuple[float, float]:
        return frame["x"] + place[0] * frame["width"], frame["y"] + place[1] * frame["height"]

    page.mouse.move(*at(start))
    page.mouse.down()
    page.mouse.move(*at(end), steps=5)
    page.mouse.up()
