"""What one does on a page so that it shows another of its states."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page


def press(selector: str) -> Callable[[Page], None]:
    """A button that makes a state."""
    return lambda page: page.locator(selector).first.click()


SEND = "form[data-questions] button.primary"


def refused(page: Page) -> None:
    page.locator(SEND).click()
    page.locator(".problems").first.wait_for()


def code_by_mail(page: Page) -> None:
    page.locator("input[type=email]").fill("wren@example.org")
    page.locator("form:has([type=email]) button").last.click()
    page.locator("input[name=code]").wait_for()


def wrong_code(page: Page) -> None:
    """Who has asked for a code is led to where it is typed."""
    page.locator("input[name=code]").fill("AAAAAA")
    page.locator("form:has([name=code]) button.primary").click()
    page.locator(".wrong").first.wait_for()


def filled(page: Page) -> None:
    """What someone in the middle of it has said."""
    page.locator("input[name=q-filled]").first.check()
    page.locator("input[name=q-stamps]").nth(1).check()
    page.locator("textarea[name=q-words]").fill("Received on 3 May")
    page.locator("[name='q-posts.1.name']").fill("Office du tourisme")
    page.locator("[name='q-posts.1.pay']").fill("12 400")
    page.locator("input[name=q-pay]").fill("about a lot")
    page.locator("[data-draw], [data-mark-new], .marks button").first.scroll_into_view_if_needed()


def keys(page: Page) -> None:
    page.locator("h1").first.focus()
    page.keyboard.press("?")


def lesson(page: Page) -> None:
    page.locator("input[name=q-proposal][value='=no']").check()
    page.locator("input[name=q-topics][value='=bus']").check()
    page.locator(SEND).click()
    page.locator("#feedback").wait_for()


def empty_find(page: Page) -> None:
    page.locator("details:has([name=sentence]) summary").click()
    page.locator("form[action$='/find/']").evaluate("form => (form.noValidate = true)")
    page.locator("form[action$='/find/'] textarea").fill(" ")
    page.locator("form[action$='/find/'] button").last.click()
    page.wait_for_load_state()


def taken_name(page: Page) -> None:
    page.locator("input[name=pseudonym]").fill("a@example.org")
    page.locator("form:has([name=pseudonym]) button").first.click()
    page.wait_for_load_state()
