"""The game as a guest meets it: a first confirmed answer, a name, a board, a team, and no game."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from crowd.models import Campaign, Contributor, Team
from crowd.services import badges, scores
from tests import chromium
from tests.frontend import drives, hands

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium.path() is None, reason="no Chromium on this machine"),
]

PHONE = {"width": 360, "height": 740}
SAID = {"proposal": "yes", "topics": ["bus"], "cost": 1200}


@pytest.fixture
def campaign(settings: Any) -> Campaign:
    settings.TAMIS_VEILED_SHARE = 0.0
    return drives.open_drive(rows=4, steps=drives.DESCRIPTION["steps"][:1])


def answer_one(page: Page) -> None:
    """Start, and answer the first excerpt."""
    page.goto("/c/letters/")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("radio", name="Yes").check()
    page.get_by_label("The bus").check()
    page.get_by_role("textbox", name="At what cost?").fill("1200")
    page.get_by_role("button", name="Send").first.click()
    expect(page.locator("#status")).to_contain_text("Thank you")


def confirmed_by_others(campaign: Campaign) -> None:
    """Another person says the same to everything; then what the workers do."""
    other = drives.person("Wren", listed=True)
    for _ in range(4):
        drives.say(other, campaign, SAID)
    drives.cross_check()
    everyone = list(Contributor.objects.values_list("pk", flat=True))
    badges.give(contributor_ids=everyone)
    scores.refresh(contributor_ids=everyone, now=timezone.now())


def test_a_guests_first_confirmed_answer_name_board_team_and_no_game(
    visit: Any, campaign: Campaign
) -> None:
    page: Page = visit(viewport=PHONE)
    answer_one(page)
    page.goto("/contributions/")
    expect(page.locator(".sum-figure")).to_contain_text("0")
    expect(page.get_by_text("Points come when it is confirmed")).to_be_visible()
    hands.check(page)

    confirmed_by_others(campaign)
    page.reload()
    expect(page.locator(".sum-figure")).to_contain_text("1")
    badge = page.get_by_role("link", name="First confirmed answer")
    badge.click()
    expect(page.get_by_text("for this answer")).to_be_visible()  # why, with its formula

    page.goto("/contributions/")
    page.get_by_label("Pseudonym").fill("Heron")
    page.get_by_role("button", name="List me").click()
    scores.rebuild(now=timezone.now())
    page.goto("/c/letters/")
    expect(page.locator("#board .you")).to_contain_text("Heron")

    page.goto("/teams/")
    page.get_by_label("Its name").fill("The early birds")
    page.get_by_role("button", name="Found it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The early birds")
    expect(page.get_by_label("The team's invitation link")).to_have_value(
        page.url.split("/teams/")[0] + "/teams/with/" + _code() + "/"
    )
    for address in ("/badges/", "/boards/", "/teams/", "/contributions/certificates/"):
        page.goto(address)
        hands.check(page)

    page.goto("/contributions/")
    page.get_by_label("No points, levels, badges or goals").check()
    page.locator("#switches").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Badges")).to_have_count(0)
    expect(page.locator("[data-me=points]")).to_have_count(0)
    page.goto("/c/letters/")
    expect(page.locator("#board")).to_have_count(0)


def test_someone_invited_joins_the_team_on_another_phone(visit: Any, campaign: Campaign) -> None:
    host: Page = visit(viewport=PHONE)
    host.goto("/teams/")
    host.get_by_label("Its name").fill("Class 3B")
    host.get_by_label("Whoever has its invitation link").check()
    host.get_by_role("button", name="Found it").click()
    link = host.get_by_label("The team's invitation link").input_value()
    guest: Page = visit(viewport=PHONE)
    guest.goto("/teams/class-3b/")
    expect(guest.get_by_text("takes people who have its invitation link")).to_be_visible()
    guest.goto(link)
    guest.get_by_role("button", name="Join this team").click()
    expect(guest.get_by_text("your team")).to_be_visible()


def _code() -> str:
    return Team.objects.get().code
