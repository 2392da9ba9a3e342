"""A guest on a phone joins the account on the laptop, and all that follows, in real browsers."""

import io
import zipfile
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from crowd.models import Objection, User
from tests.frontend import drives
from tests.frontend.team import away

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
NO = {"proposal": "no", "topics": ["road"], "cost": None}


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    value = away(lambda: session_of(user))
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def answer(page: Page) -> None:
    page.goto("/c/letters/")
    page.get_by_role("button", name="Start").click()
    page.locator("input[name=q-proposal][value='=no']").check(force=True)
    page.locator("input[name=q-topics][value='=road']").check(force=True)
    page.locator("input[name=q-cost]").fill("3")
    page.locator("form[data-questions] button.primary").first.click()
    page.wait_for_load_state()


def others(campaign: Any) -> None:
    for _ in range(2):
        drives.say(drives.person(), campaign)
        drives.cross_check()


def test_a_guest_joins_an_account_sees_why_objects_takes_the_data_and_leaves(
    visit: Any, live_server: Any
) -> None:
    campaign = away(lambda: drives.open_drive(rows=1))
    phone, laptop = visit(**PHONE), visit()
    user = away(lambda: User.objects.create_user("ana@example.org"))
    sign_in(laptop.context, user, live_server.url)
    answer(phone)
    away(lambda: others(campaign))

    laptop.goto("/you/")
    laptop.get_by_role("link", name="Join a device").click()
    laptop.get_by_role("button", name="Show a code").click()
    code = laptop.locator(".code").inner_text()
    phone.goto("/you/devices/")
    phone.get_by_label("Code").fill(code)
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("button", name="Join them").click()
    expect(phone.get_by_text("Both devices are one now")).to_be_visible()

    laptop.goto("/contributions/")
    laptop.get_by_role("link", name="see why").click()
    expect(laptop.get_by_text("You said")).to_be_visible()
    laptop.get_by_text("I think my answer is right").click()
    laptop.get_by_label("What did the others overlook?").fill("It says no.")
    laptop.get_by_role("button", name="Object").click()
    expect(laptop.get_by_text("One more person is asked").first).to_be_visible()
    assert away(lambda: Objection.objects.get().reason) == "It says no."

    laptop.goto("/you/")
    with laptop.expect_download() as download:
        laptop.get_by_role("link", name="Download my data").click()
    with open(download.value.path(), "rb") as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    assert b"ana@example.org" in archive.read("me.json")
    laptop.get_by_role("link", name="Delete my account").click()
    laptop.get_by_label("I am sure").check()
    laptop.get_by_role("button", name="Delete my account").click()
    expect(laptop.get_by_text("no longer knows who you are")).to_be_visible()
    assert not away(User.objects.exists)
    phone.goto("/account/")
    expect(phone).to_have_url(f"{live_server.url}/accounts/login/?next=/account/")
