"""A contested campaign is reviewed by keyboard alone, closed, reopened and extended."""

import pytest
from django.utils import timezone

from crowd.services import rollups
from tests import builders
from tests.frontend import team

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _made(client):
    now = timezone.now()
    drive = builders.drive(excerpts=3, agree=2, at_most=3, veiled_share=0.0)
    for about in (1, 2):
        for value, person in zip("abc", builders.guests(3), strict=True):
            drive.say(value, by=person, about=about, now=now)
    builders.settle(now=now)
    rollups.count(campaign=drive.campaign, now=now)
    team.sign_in(client, drive.campaign)
    return drive


def test_reviewed_by_keyboard_alone_closed_reopened_extended(visit, client, live_server):
    made = team.away(lambda: _made(client))
    page = visit()
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    workshop = f"/c/{made.campaign.slug}/workshop"
    page.goto(f"{workshop}/review/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*/")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: address.endswith("/review/") is False)
    page.get_by_text("Decided.").wait_for()
    page.keyboard.press("a")
    page.get_by_text("Nothing waits for a reviewer").wait_for()
    assert team.away(lambda: made.verdict(1).values["q"]["value"]) == "b"
    assert team.away(lambda: made.microtask(2).state) == "settled"

    page.goto(f"{workshop}/course/")
    for button, state in (
        ("Close the campaign", "The campaign is closed"),
        ("Open it again", "The campaign is open"),
    ):
        page.get_by_role("button", name=button).focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name=state).wait_for()
    page.get_by_label("Last day").fill("2099-01-31")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Move the deadline").press("Enter")
    page.get_by_text("The deadline is moved.").wait_for()
    page.goto(f"{workshop}/dashboard/")
    page.get_by_role("heading", name="Step by step").wait_for()
