"""The team's pages: who may open them, how invitations travel, what the log tells."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from crowd.models import Campaign, Membership, User
from crowd.services import changes
from tests.frontend import team

pytestmark = pytest.mark.django_db
PLACE = "/c/letters/workshop/"


@pytest.fixture
def campaign() -> Campaign:
    return team.draft()


def invite(client: Client, **asked: Any) -> str:
    """The link that the page shows once."""
    assert client.post(f"{PLACE}team/", {"role": "editor", **asked}).status_code == 303
    shown = re.search(r'id="link" readonly value="([^"]+)"', client.get(f"{PLACE}team/").text)
    assert shown
    assert "readonly" not in client.get(f"{PLACE}team/").text  # only once
    return html.unescape(shown[1]).replace("http://localhost:8000", "")


@pytest.mark.parametrize(
    ("role", "looks", "manages"),
    [
        (None, False, False),
        ("reader", True, False),
        ("reviewer", True, False),
        ("editor", True, False),
        ("owner", True, True),
    ],
)
def test_owners_alone_say_who_is_in(
    client: Client, campaign: Campaign, role: str | None, looks: bool, manages: bool
) -> None:
    if role is None:
        client.force_login(User.objects.create_user("other@example.org"))
    else:
        team.sign_in(client, campaign, role)
    for page in ("team/", "log/"):
        assert (client.get(PLACE + page).status_code == 200) is looks
    other = Membership.objects.create(
        campaign=campaign, user=User.objects.create_user("x@example.org"), role="reader"
    )
    asked = client.post(f"{PLACE}team/", {"role": "editor"})
    assert (asked.status_code == 303) is manages
    client.post(f"{PLACE}team/{other.pk}/", {"do": "role", "role": "editor"})
    other.refresh_from_db()
    assert (other.role == "editor") is manages


def test_an_invitation_leads_through_signing_in_into_the_workshop(
    client: Client, campaign: Campaign
) -> None:
    team.sign_in(client, campaign, "owner")
    link = invite(client, email="bea@example.org")
    guest = Client()
    page = guest.get(link)
    assert "Sign in to join" in page.text
    assert f"next={link}" in page.text
    assert guest.post(link)["Location"].startswith("/accounts/login/?next=/invitations/")
    bea = User.objects.create_user("bea@example.org")
    guest.force_login(bea)
    assert guest.post(link)["Location"].startswith(PLACE)
    assert guest.get(f"{PLACE}documents/").status_code == 200
    assert "This link leads nowhere any more" in guest.get(link).text
    log = html.unescape(client.get(f"{PLACE}log/").text)
    assert "bea@example.org</b> joined the team as editor" in log


def test_nonsense_keeps_what_was_typed(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign, "owner")
    page = client.post(f"{PLACE}team/", {"role": "editor", "email": "bea@"})
    assert page.status_code == 422
    assert 'value="bea@"' in page.text


def test_one_leaves_and_the_workshop_closes(client: Client, campaign: Campaign) -> None:
    team.sign_in(Client(), campaign, "owner")
    user = team.sign_in(client, campaign, "reviewer")
    own = Membership.objects.get(user=user)
    assert client.post(f"{PLACE}team/{own.pk}/", {"do": "leave"})["Location"] == "/"
    assert client.get(f"{PLACE}team/").status_code == 404
    assert changes.of_campaign(campaign=campaign)[0].what == "team.left"
