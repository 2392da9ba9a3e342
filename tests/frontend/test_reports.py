"""Personal data reported: the person is thanked and goes on, the team decides in one click."""

from typing import Any

import pytest
from django.test import Client

from crowd.models import Assignment, Campaign, Contributor, Excerpt, Report
from tests.frontend import drives, team
from tests.frontend.test_workshop import text_of

pytestmark = pytest.mark.django_db
QUEUE = "/c/letters/workshop/reports/"


@pytest.fixture
def campaign() -> Campaign:
    return drives.open_drive()


def report(client: Client, address: str, note: str = "") -> Any:
    return client.post(address, {"do": "report", "note": note}, follow=True)


def test_a_report_from_play_is_thanked_and_the_next_excerpt_comes(
    client: Client, campaign: Campaign
) -> None:
    address = drives.start(client, campaign)
    reported = drives.held(address).microtask.excerpt
    reply = report(client, address, note="An address")
    assert "Thank you for the report." in text_of(reply)
    following = reply.redirect_chain[-1][0]
    assert following != address
    assert drives.held(following).microtask.excerpt != reported
    assert Report.objects.get().note == "An address"
    assert Assignment.objects.get(pk=drives.held(address).pk).state != "lent"


def test_what_is_hidden_is_not_shown_to_who_holds_it_or_said_something_of_it(
    client: Client, campaign: Campaign
) -> None:
    address = drives.start(client, campaign)
    client.post(address, drives.SENT)
    answered = drives.held(address).microtask.excerpt
    other = Client()
    theirs = drives.start(other, campaign)
    if drives.held(theirs).microtask.excerpt != answered:
        pytest.fail("the second person was to be asked about the same letter")
    report(Client(), f"/excerpts/{answered.pk}/report/")
    answered.refresh_from_db()
    assert answered.hidden_at is not None
    for browser, page in ((other, theirs), (client, "/contributions/")):
        shown = browser.get(page)
        assert shown.status_code == 200
        assert "is not shown any more" in text_of(shown)
        assert "this is letter 1." not in text_of(shown)
    assert client.get(f"/excerpts/{answered.pk}/").status_code == 404


def test_a_report_from_an_excerpts_page_needs_no_account_and_no_javascript(
    client: Client, campaign: Campaign
) -> None:
    excerpt = campaign.excerpts.first()
    assert excerpt
    assert "Personal data here?" in text_of(client.get(f"/excerpts/{excerpt.pk}/"))
    reply = report(client, f"/excerpts/{excerpt.pk}/report/", note="x" * 5000)
    assert "Thank you for the report." in text_of(reply)
    assert reply.redirect_chain == [("/c/letters/", 303)]
    assert Contributor.objects.count() == 1
    again = report(client, f"/excerpts/{excerpt.pk}/report/")
    assert again.status_code == 404, "hidden by the first one"


def test_the_team_restores_or_keeps_hidden_in_one_click(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign, "reviewer")
    one, other = campaign.excerpts.order_by("pk")[:2]
    for excerpt in (one, other):
        report(Client(), f"/excerpts/{excerpt.pk}/report/", note=f"note {excerpt.pk}")
    queue = client.get(QUEUE)
    assert f"note {one.pk}" in text_of(queue)
    assert "hidden now" in text_of(queue)
    assert '<details class="concealed">' in queue.content.decode(), "closed until clicked"
    first, second = Report.objects.order_by("pk")
    done = client.post(f"{QUEUE}{first.pk}/", {"do": "dismiss"}, follow=True)
    assert "The excerpt is shown again." in text_of(done)
    done = client.post(f"{QUEUE}{second.pk}/", {"do": "uphold"}, follow=True)
    assert "The excerpt stays hidden." in text_of(done)
    assert "No report waits" in text_of(done)
    assert Client().get(f"/excerpts/{one.pk}/").status_code == 200
    assert Client().get(f"/excerpts/{other.pk}/").status_code == 404
    assert Excerpt.objects.filter(hidden_at=None, pk=one.pk).exists()


def test_only_reviewers_decide(client: Client, campaign: Campaign) -> None:
    excerpt = campaign.excerpts.first()
    assert excerpt
    report(Client(), f"/excerpts/{excerpt.pk}/report/")
    team.sign_in(client, campaign, "reader")
    place = f"{QUEUE}{Report.objects.get().pk}/"
    assert client.post(place, {"do": "dismiss"}).status_code == 403
    assert Client().post(place, {"do": "dismiss"}).status_code == 302
    assert Report.objects.get().state == "waiting"
