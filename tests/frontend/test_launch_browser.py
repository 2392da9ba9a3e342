"""Launching in a browser, by following the screens alone: sign in, launch, try out, open."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import Settings

from crowd.models import Answer, Campaign, User
from tests.frontend import hands, team

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
ROWS = "name,letter\n" + "".join(
    f'Writer {n},"Letter {n}: we ask for a new school, and a road."\n' for n in range(24)
)


@pytest.fixture(autouse=True)
def anyone(settings: Settings) -> None:
    settings.TAMIS_LAUNCHING = "anyone"
    settings.TAMIS_ORIGIN = ""


def signed_in(page: Page, live_server: Any) -> None:
    """What a sign-in leaves in a browser: allauth's own pages have their own stories."""
    cookie = team.away(_session)
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


def _session() -> str:
    client = Client()
    client.force_login(User.objects.create_user("anne@example.org"))
    return client.cookies["sessionid"].value


def test_from_signing_in_to_an_open_campaign(visit: Any, live_server: Any) -> None:
    page = visit()
    signed_in(page, live_server)
    page.goto("/")
    page.get_by_role("link", name="Start a campaign").first.click()
    page.get_by_label("What is it called?").fill("What do the letters ask for?")
    hands.check(page)
    page.get_by_role("button", name="Begin").click()

    # The cause keeps itself, field by field.
    page.get_by_label("The problem").fill("Sixty people wrote. Nobody has read all of it.")
    page.get_by_label("What you do about it").fill("We read it together, letter by letter.")
    page.get_by_label("A story").fill("A nurse who waits for the bus.")
    page.get_by_label("Deadline").fill("2027-01-31")
    page.get_by_label("Licence of the data").fill("CC BY 4.0")
    page.get_by_label("Licence of the data").blur()
    expect(page.locator("#saved")).to_contain_text("Kept")
    hands.check(page)
    page.reload()
    expect(page.get_by_label("The problem")).to_have_value(
        "Sixty people wrote. Nobody has read all of it."
    )
    page.get_by_role("button", name="Keep, and on to the documents").click()

    page.get_by_label("Bring your documents").set_input_files(
        {"name": "letters.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    expect(page.locator(".doc")).to_contain_text("letters.csv", timeout=15_000)
    team.away(team.split_all)
    page.get_by_role("link", name="Overview").click()
    hands.check(page)

    page.get_by_role("link", name="Questions", exact=True).click()
    hands.check(page)
    page.get_by_role("button", name="Tick what applies").click()
    hands.check(page)
    page.get_by_label("Title of the step").fill("Read the letter")
    expect(page.locator("#preview")).to_contain_text("Read the letter")
    page.get_by_role("button", name="One choice", exact=True).click()
    expect(page.locator(".question-row")).to_have_count(3)
    last = page.locator(".question-row").last
    last.get_by_label("The question").fill("Is it polite?")
    expect(page.locator("#preview")).to_contain_text("Is it polite?")
    last.get_by_role("button", name="Move").first.click()
    expect(page.locator(".question-row").nth(1).get_by_label("The question")).to_have_value(
        "Is it polite?"
    )
    page.get_by_role("button", name="Keep this step").last.click()
    hands.check(page)

    page.get_by_role("link", name="On to how sure").click()
    hands.check(page)
    page.get_by_label("A quick look").check()
    page.get_by_role("button", name="Keep, and on to the try-out").click()
    page.get_by_role("button", name="Begin a try-out").click()
    link = page.get_by_label("Link of the try-out").input_value()

    for person in range(2):
        colleague = visit(viewport=PHONE if person else {"width": 1280, "height": 800})
        colleague.goto(link)
        colleague.get_by_role("button", name="Begin").click()
        for number in range(20):
            if number == 0 and person == 0:
                hands.check(colleague)
            box = "Health" if person and number < 4 else "School"
            colleague.get_by_label(box).check()
            colleague.get_by_label("Yes").check()
            colleague.get_by_role("button", name="Keep, and the next").last.click()
        expect(colleague.get_by_role("heading", level=1)).to_contain_text("That was all")

    page.reload()
    expect(page.locator(".fared")).to_contain_text("They disagreed on 4 excerpts")
    hands.check(page)
    page.get_by_role("link", name="Look once more and open").click()
    hands.check(page)
    page.get_by_role("button", name="Open the campaign").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What do the letters ask for?")
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    hands.check(page)
    page.get_by_role("link", name="Workshop").click()
    page.get_by_role("link", name="Team", exact=True).click()
    page.get_by_role("button", name="Make an invitation").click()
    hands.check(page)
    page.get_by_role("link", name="Log", exact=True).click()
    hands.check(page)
    expect(page.locator(".log")).to_contain_text("opened the campaign")

    def kept() -> None:
        campaign = Campaign.objects.get()
        assert campaign.is_open
        assert campaign.steps.get().preset == "quick"
        assert not Answer.objects.exists()

    team.away(kept)
