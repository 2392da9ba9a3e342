"""Results, outcome and feed: what visitors see of what came out, and what the team tells."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from crowd.models import Announcement, Campaign, Change, Mail
from crowd.services import outcomes
from tests.frontend import drives, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    made = drives.open_drive()
    for _ in range(2):
        drives.say(drives.person(), made)
    drives.cross_check()
    return made


def test_visitors_read_the_results_as_tables(client: Client, campaign: Campaign) -> None:
    page = client.get("/c/letters/results/").content.decode()
    assert "Does it propose something?" in page
    assert "1 verdict" in page
    assert 'href="/c/letters/results/"' in client.get("/c/letters/").content.decode()


def test_a_draft_has_no_results_for_strangers(client: Client) -> None:
    made = team.draft()
    for page in ("results/", "news.atom"):
        assert client.get(f"/c/{made.slug}/{page}").status_code == 404


def test_the_team_tells_what_came_of_it(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign, "editor")
    client.post("/c/letters/workshop/outcome/", {"outcome": "The bus runs on Sundays."})
    for page in ("", "results/"):
        assert "The bus runs on Sundays." in client.get(f"/c/letters/{page}").content.decode()
    assert Change.objects.get(what="campaign.outcome_told").details == {"before": ""}


def test_what_is_too_long_is_refused_and_kept_in_the_form(
    client: Client, campaign: Campaign
) -> None:
    team.sign_in(client, campaign, "editor")
    reply = client.post("/c/letters/workshop/outcome/", {"outcome": "x" * 20_001})
    assert reply.status_code == 422
    assert b"xxxx" in reply.content
    campaign.refresh_from_db()
    assert campaign.outcome == ""


@pytest.mark.parametrize("role", ["reader", "reviewer"])
def test_only_editors_tell_it(client: Client, campaign: Campaign, role: str) -> None:
    team.sign_in(client, campaign, role)
    assert client.post("/c/letters/workshop/outcome/", {"outcome": "x"}).status_code == 403


def test_an_owner_is_asked_for_it_once_after_the_deadline(
    client: Client, campaign: Campaign, settings: object
) -> None:
    settings.TAMIS_SENDS_EMAIL = True  # type: ignore[attr-defined]
    team.sign_in(client, campaign, "owner")
    now = timezone.now()
    assert outcomes.ask(now=now) == 0
    Campaign.objects.update(deadline=(now - timedelta(days=2)).date())
    assert outcomes.ask(now=now) == 1
    assert outcomes.ask(now=now + timedelta(days=1)) == 0
    assert Mail.objects.get().template == "outcome_wanted"


def test_nobody_is_asked_for_what_is_told(
    client: Client, campaign: Campaign, settings: object
) -> None:
    settings.TAMIS_SENDS_EMAIL = True  # type: ignore[attr-defined]
    team.sign_in(client, campaign, "owner")
    past = (timezone.now() - timedelta(days=2)).date()
    Campaign.objects.update(deadline=past, outcome="Much.")
    assert outcomes.ask(now=timezone.now()) == 0


def test_news_are_a_feed_without_what_was_withdrawn(client: Client, campaign: Campaign) -> None:
    now = timezone.now()
    Announcement.objects.create(campaign=campaign, title="Halfway & on", text="<b>!", made_at=now)
    Announcement.objects.create(
        campaign=campaign, title="Wrong", text="x", made_at=now, withdrawn_at=now
    )
    reply = client.get("/c/letters/news.atom")
    assert reply["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(reply.content)
    titles = [each.text for each in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles == [campaign.title, "Halfway & on"]
