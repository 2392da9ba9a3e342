"""A target on a phone of 360 pixels: taken on, proved with a photo, checked, published."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from crowd.models import Upload
from tests import chromium, collecting
from tests.builders import Drive
from tests.documents import images
from tests.frontend import team
from tests.frontend.test_targets import at, settle

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]


def fits(page: Page) -> None:
    """Nothing stands out to the side of a phone."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def check(page: Page, drive: Drive) -> None:
    page.goto(at("campaign", drive))
    page.get_by_role("button", name="Check what others sent").click()
    expect(page.locator(".excerpt-view img")).to_be_visible()
    fits(page)
    questions = page.locator("fieldset")
    questions.nth(0).get_by_text("yes", exact=True).click()
    questions.nth(1).get_by_text("no", exact=True).click()
    page.get_by_role("button", name="Send my answer").click()
    page.wait_for_url("**why=**")


def test_a_target_is_taken_on_proved_checked_and_published(visit: Any) -> None:
    drive = collecting.drive()
    page = visit(**PHONE)
    page.goto(at("targets", drive))
    fits(page)
    page.get_by_role("link", name="row 1").click()
    fits(page)
    page.get_by_role("button", name="Take it on").click()
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": images.geotagged()}
    wrong = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(300)}
    page.locator("input[capture]").set_input_files([wrong])
    expect(page.get_by_role("alert")).to_contain_text("Only photos")
    page.locator("input[capture]").set_input_files([photo])
    shown = page.locator(".file-pages img")
    expect(shown).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    fits(page)
    page.get_by_role("button", name="Send my answer").click()
    page.wait_for_url("**why=**")
    team.away(settle)
    for _ in range(2):
        check(visit(**PHONE), drive)
    team.away(settle)
    stranger = visit()
    stranger.goto(at("target", drive, drive.excerpts[0].pk))
    expect(stranger.locator(".proofs img")).to_be_visible()
    expect(stranger.get_by_text("checked and published")).to_be_visible()
    assert team.away(lambda: Upload.objects.get().state) == "published"
    page.goto("/targets/")
    expect(page.get_by_role("heading", name="The next step is yours first")).to_be_visible()
