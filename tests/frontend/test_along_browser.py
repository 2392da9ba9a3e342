"""Twenty questions for the train: taken along, answered without a connection, delivered once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from crowd.models import Answer, Assignment, Campaign
from crowd.services import leases
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
    return drives.open_drive(rows=3)


def take(page: Page) -> None:
    page.goto("/c/letters/along/")
    page.get_by_role("button", name="Take them").click()
    page.get_by_role("button", name="Download them").click()
    expect(page.get_by_text("this is letter 1.")).to_be_visible()


def answer(page: Page) -> None:
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("checkbox", name="The bus").check()
    page.get_by_role("button", name="Keep my answer").click()


def test_the_network_is_cut_the_tab_closed_and_opened_again(visit: Any, campaign: Campaign) -> None:
    page = visit()
    take(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Keep my answer").click()
    expect(page.locator("[data-wrong]")).to_be_focused()
    answer(page)
    expect(page.get_by_text("this is letter 2.")).to_be_visible()
    expect(page.locator("[data-state]")).to_contain_text(
        "2 of 3 left. 1 answer waits here until the connection is back. Yours until "
    )
    expect(page.get_by_text("No connection")).to_be_visible()
    page.get_by_role("textbox", name="At what cost?").fill("12 000")
    page.wait_for_timeout(600)
    page.close()

    page = page.context.new_page()
    page.goto("/")  # whatever one opens without a line leads there
    expect(page).to_have_url(re.compile("/c/letters/along/$"))
    expect(page.get_by_text("this is letter 2.")).to_be_visible()
    expect(page.get_by_role("textbox", name="At what cost?")).to_have_value("12 000")
    answer(page)
    expect(page.get_by_text("this is letter 3.")).to_be_visible()
    assert not Answer.objects.exists()

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-state]")).to_contain_text("2 answers delivered. Thank you.")
    answer(page)
    expect(page.get_by_role("heading", name="That was all you took along")).to_be_visible()
    expect(page.locator("[data-state]")).to_contain_text("3 answers delivered.")
    expect(page.get_by_text("All of it has arrived.")).to_be_visible()
    assert Answer.objects.counting().count() == 3
    assert Answer.objects.filter(values__cost=12000).count() == 1
    assert set(Assignment.objects.values_list("state", flat=True)) == {"answered"}


def test_what_comes_late_is_kept_and_thanked(visit: Any, campaign: Campaign) -> None:
    page = visit()
    take(page)
    page.context.set_offline(True)
    answer(page)
    expect(page.get_by_text("this is letter 2.")).to_be_visible()
    leases.expire_due(now=timezone.now() + timedelta(hours=5))
    for _ in range(2):
        drives.say(drives.person(), campaign)
    drives.cross_check()
    page.context.set_offline(False)
    page.goto("/")  # any page of the site will do
    page.goto("/c/letters/along/")
    expect(page.locator("[data-state]")).to_contain_text("kept, with our thanks")
    assert Answer.objects.filter(set_aside_reason="late").count() == 1


def test_the_rest_is_given_back_and_the_next_batch_is_downloaded_anew(
    visit: Any, campaign: Campaign
) -> None:
    page = visit()
    take(page)
    answer(page)
    expect(page.locator("[data-state]")).to_contain_text("1 answer delivered. Thank you.")
    page.get_by_role("button", name="Give the rest back").click()
    page.wait_for_url("**/c/letters/")
    assert Assignment.objects.lent().count() == 0
    page.goto("/c/letters/along/")
    page.get_by_role("button", name="Take them").click()
    page.get_by_role("button", name="Download them").click()
    expect(page.get_by_role("button", name="Keep my answer")).to_be_visible()
    page.context.set_offline(True)
    page.goto("/")
    expect(page.get_by_text("this is letter 2.")).to_be_visible()
