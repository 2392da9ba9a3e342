"""As in 2017: a volunteer takes a target on, sends a letter, proves it; others check the proof."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.documents import images
from tests.frontend import hands
from tests.stories import archives
from tests.stories.campaigner import Campaigner, file
from tests.stories.crowd import Said, Volunteer, play, until
from tests.stories.pictures import a_desk

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

TARGETS, PEOPLE = 4, 4
PHONE = {"width": 360, "height": 740}
CAUSE = {
    "The problem": "Members of parliament do not say what they do with their allowance.",
    "What you do about it": "Each of us asks one of them, by registered letter.",
    "A story": "Luc asked his own member, who answered with a postcard.",
    "What will be done with the result": "All proofs go to the court of accounts.",
    "Deadline": "2099-01-31",
    "Licence of the data": "CC0 1.0",
}


def members() -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["name", "district"])
    rows.writerows([f"Member {number}", f"District {number}"] for number in range(1, TARGETS + 1))
    return out.getvalue().encode()


def checker(microtask: dict[str, Any]) -> Said:
    """Someone who looks at a proof: it is readable, and shows nothing private."""
    readable, private = microtask["step"]["questions"]
    return {"values": {readable["key"]: "yes", private["key"]: "no"}}


def proves(volunteer: Volunteer, target: int) -> None:
    """Take a target on, send the letter, photograph the proof."""
    held = volunteer.take_on(target)
    files = {
        each["key"] for each in held["microtask"]["step"]["questions"] if each["kind"] == "upload"
    }
    values = {key: volunteer.send(held, key, images.geotagged()) for key in files}
    volunteer.answer(held, {"values": values})


def on_a_phone(window: Browser, me: Campaigner) -> Page:
    """One volunteer does it on the screens, with a phone."""
    context = window.new_context(
        base_url=me.address, viewport=PHONE, locale="en", has_touch=True, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"/c/{me.slug}/targets/")
    hands.check(page)
    page.get_by_role("link", name="Member 1").first.click()
    page.get_by_role("button", name="Take it on").click()
    photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": images.geotagged()}
    page.locator("input[capture]").set_input_files([photo])
    expect(page.locator(".file-pages img")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Send my answer").click()
    page.wait_for_url("**why=**")
    return page


def test_letters_are_sent_proved_checked_and_their_receipts_published(
    campaigner: Campaigner, window: Browser, tmp_path: Path
) -> None:
    me, page = campaigner, campaigner.page
    me.begins("What do they do with it?")
    me.tells(CAUSE, a_desk())
    me.brings(file("members.csv", "text/csv", members()))
    me.starts_from("Take on a target and send proof")
    expect(page.locator(".step-card")).to_have_count(4)
    page.get_by_role("link", name="Check the proof", exact=True).click()
    expect(page.get_by_text("What each answer does")).to_have_count(2)
    hands.check(page)
    me.opens()

    on_a_phone(window, me)
    writers = [Volunteer(me.address) for _ in range(PEOPLE)]
    targets = [each["id"] for each in writers[0].targets(me.slug) if not each["due_at"]]
    proved = targets[-2:]
    for volunteer, target in zip(writers, proved, strict=False):
        proves(volunteer, target)
    checkers = [(Volunteer(me.address), checker) for _ in range(2)]
    play(checkers, me.slug)

    def kept() -> list[int]:
        """Their receipts have come: the next step is open, and theirs first."""
        found = writers[0].targets(me.slug)
        return [each["id"] for each in found if each["kept_until"] and each["id"] in proved]

    until(lambda: len(kept()) == 2, "the proofs to be published")
    stranger = window.new_page(base_url=me.address, locale="en")
    stranger.goto(f"/c/{me.slug}/targets/{proved[-1]}/")
    expect(stranger.get_by_text("The next step is kept until")).to_be_visible()
    expect(stranger.get_by_role("button", name="Take it on")).to_have_count(0)
    expect(stranger.locator(".proofs img").first).to_be_visible()
    stranger.close()
    for volunteer, target in zip(writers, proved, strict=False):
        proves(volunteer, target)
    play(checkers, me.slug)

    me.back_in_the_workshop()
    hands.check(page)
    me.to("Run", "Dashboard")
    hands.check(page)
    me.closes()
    folder = me.publishes(tmp_path)
    me.tells_the_outcome("The court asked all of them.")
    told = archives.read(window, folder)
    assert "answered with a postcard" in told["index.html"]
    assert "Member 4" in told["excerpts/1.html"]
