"""What a campaigner does, screen by screen: by links, buttons and fields that have a name."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.stories.crowd import until

File = dict[str, Any]
SLOWLY = 90_000  # milliseconds a worker may take, on a machine with much else to do


def file(name: str, media_type: str, data: bytes) -> File:
    return {"name": name, "mimeType": media_type, "buffer": data}


@dataclass
class Campaigner:
    """A person and their browser.

    Attributes:
        slug: of their campaign, once it has been begun.
    """

    page: Page
    address: str
    slug: str = ""

    # ── the path to an open campaign ──

    def begins(self, title: str) -> None:
        """From the site's first page to a draft, with an account opened on the way."""
        page = self.page
        page.goto("/")
        page.get_by_role("link", name="Start a campaign").first.click()
        page.get_by_role("link", name="Open one").click()
        page.get_by_role("button", name="Open an account with a passkey").click()
        page.get_by_role("link", name="Later").click()
        page.get_by_label("What is it called?").fill(title)
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The cause")
        found = re.search(r"/c/([^/]+)/workshop/", page.url)
        assert found
        self.slug = found[1]

    def tells(self, cause: dict[str, str], picture: bytes) -> None:
        """The cause, field by field, with a picture for the story."""
        page = self.page
        page.get_by_label("Picture", exact=True).set_input_files(
            file("story.jpg", "image/jpeg", picture)
        )
        page.get_by_label("What does it show?").fill("Somebody at a desk")
        page.get_by_role("button", name="Put it in").click()
        expect(page.locator(".story-picture")).to_be_visible()
        for label, words in cause.items():
            page.get_by_label(label, exact=True).fill(words)
        page.get_by_role("button", name="Keep, and on to the documents").click()

    def brings(self, *files: File) -> None:
        """Documents, by the file chooser; and waits until they are cut."""
        page = self.page
        page.get_by_label("Bring your documents").set_input_files(list(files))
        expect(page.locator(".upload.arrived")).to_have_count(len(files), timeout=SLOWLY)
        expect(page.locator("#documents .doc")).to_have_count(len(files), timeout=SLOWLY)
        known = page.locator("#documents .list-head .help")
        cut = re.compile(r"^\s*([1-9][\d,]*) of \1 pages, rows or parts are cut")
        expect(known).to_have_text(cut, timeout=SLOWLY)

    def to(self, group: str, entry: str = "") -> None:
        """A page of the workshop, by its navigation."""
        navigation = self.page.get_by_role("navigation", name="Workshop")
        navigation.locator(".work-groups").get_by_role("link", name=group).click()
        if entry:
            navigation.locator(".work-entries").get_by_role("link", name=entry).click()

    def starts_from(self, template: str) -> None:
        """A step from a template."""
        if "/questions/" not in self.page.url or re.search(r"/questions/\d+", self.page.url):
            self.to("Prepare", "Questions")
        self.page.get_by_role("button", name=template).click()

    def adds(self, kind: str, label: str, *, options: str = "") -> Locator:
        """One more question of the step on the screen."""
        rows = self.page.locator(".question-row")
        before = rows.count()
        self.page.get_by_role("button", name=kind, exact=True).click()
        expect(rows).to_have_count(before + 1)
        row = rows.last
        row.get_by_label("The question").fill(label)
        if options:
            row.get_by_label("Answers to choose from").fill(options)
        return row

    def keeps_the_step(self) -> None:
        self.page.get_by_role("button", name="Keep this step").last.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("The questions")

    def is_sure(self, **presets: str) -> None:
        """Title of a step → the name of its preset."""
        if "/sure/" not in self.page.url:
            self.to("Prepare", "How sure")
        for title, preset in presets.items():
            step = self.page.locator("section").filter(
                has=self.page.get_by_role("heading", name=title, exact=True)
            )
            step.get_by_text(preset, exact=True).click()
        self.page.get_by_role("button", name="Keep", exact=True).click()
        expect(self.page.locator(".notices")).to_contain_text("Kept.")

    def tries_out(self) -> str:
        """Begins a try-out; the link for colleagues."""
        self.to("Prepare", "Try-out")
        self.page.get_by_role("button", name="Begin a try-out").click()
        return self.page.get_by_label("Link of the try-out").input_value()

    def opens(self) -> None:
        self.to("Prepare", "Open")
        self.page.get_by_role("button", name="Open the campaign").click()
        expect(self.page.locator(".notices")).to_contain_text("The campaign is open.")

    # ── while it runs ──

    def back_in_the_workshop(self) -> None:
        self.page.goto(f"/c/{self.slug}/")
        self.page.get_by_role("link", name="Workshop").click()

    def reviews(self, decide: dict[str, str], *, at_most: int = 40) -> int:
        """Goes through the queue by keyboard alone; how much was decided.

        Args:
            decide: what a page says → the keys that decide it; the first that is on the page.
        """
        page = self.page
        self.to("Check", "Review")
        if page.get_by_text("Nothing waits for a reviewer").count():
            return 0
        page.get_by_role("link", name="Begin").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/review/*/**")
        for done in range(at_most):
            if page.get_by_text("Nothing waits for a reviewer").count():
                return done
            said = page.locator("main").inner_text()
            keys = next(keys for words, keys in decide.items() if words in said)
            before = page.url
            for key in keys.split():
                page.keyboard.press(key)
            page.wait_for_url(lambda address, before=before: address != before)
        raise AssertionError("the queue does not end")

    # ── the end ──

    def closes(self) -> None:
        self.to("Run", "Pause")
        self.page.get_by_role("button", name="Close the campaign").click()
        expect(self.page.get_by_role("heading", name="The campaign is closed")).to_be_visible()

    def tells_the_outcome(self, words: str) -> None:
        self.to("End", "Outcome")
        self.page.get_by_label("What came of it").fill(words)
        self.page.get_by_role("button", name="Publish").click()

    def publishes(self, into: Path) -> Path:
        """Has the data written down; takes the archive along and unpacks it. Its folder."""
        page = self.page
        self.to("End", "Finish")
        page.get_by_role("button", name="Write the data down now").click()
        page.wait_for_url("**/finish/#data")

        def ready() -> bool:
            page.reload()
            return bool(page.get_by_role("link", name="Download the archive").count())

        until(ready, "the archive")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the archive").click()
        kept = into / "archive.zip"
        download.value.save_as(kept)
        with zipfile.ZipFile(kept) as archive:
            archive.extractall(into)
        return into / "archive"
