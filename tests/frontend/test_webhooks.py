"""The webhooks' pages and API: who may see them, and that a secret is shown once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook as Reader

from crowd.models import Campaign, Webhook
from crowd.services import accounts, changes, sending, tidings
from tests.api.caller import Caller
from tests.frontend import team
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db
PLACE = "/c/letters/workshop/webhooks/"
OF_CAMPAIGN = "/campaigns/letters/webhooks"
KINDS = ["microtask.settled", "campaign.closed"]


@pytest.fixture
def campaign() -> Campaign:
    return team.draft()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving(settings) as running:
        yield running


def add(client: Client, receiver: Receiver) -> Any:
    return client.post(PLACE, {"address": receiver.url, "kinds": KINDS}, follow=True)


def secret_on(page: Any) -> str | None:
    found = re.search(r'value="(whsec_[^"]+)"', page.text)
    return found[1] if found else None


def send() -> None:
    now = timezone.now()
    tidings.release(now=now)
    for webhook_id in sending.due(now=now):
        while sending.send_next(webhook_id=webhook_id, now=now):
            pass


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), ("reader", 403), ("reviewer", 403), ("editor", 200)]
)
def test_only_those_who_change_the_campaign_see_them(
    client: Client, campaign: Campaign, receiver: Receiver, role: str | None, status: int
) -> None:
    owner = Client()
    team.sign_in(owner, campaign)
    add(owner, receiver)
    key = Caller()
    if role:
        user = team.sign_in(client, campaign, role)
        key = Caller(token=accounts.make_key(user=user, name="x", now=timezone.now()))
    hook = Webhook.objects.get()
    for page in ("", f"{hook.pk}/"):
        reply = client.get(f"{PLACE}{page}")
        assert reply.status_code == status
        assert hook.secret not in reply.text
    if role != "editor":
        assert client.post(f"{PLACE}{hook.pk}/", {"do": "rotate"}).status_code in {302, 403}
    told = key.get(f"{OF_CAMPAIGN}/{hook.pk}")
    assert told.status_code == {302: 404, 403: 403, 200: 200}[status]
    assert hook.secret not in told.text
    hook.refresh_from_db()
    assert hook.old_secret == ""


def test_a_secret_is_shown_once_and_the_test_arrives(
    client: Client, campaign: Campaign, receiver: Receiver
) -> None:
    team.sign_in(client, campaign)
    page = add(client, receiver)
    secret = secret_on(page)
    hook = Webhook.objects.get()
    assert secret == hook.secret
    assert secret_on(client.get(f"{PLACE}{hook.pk}/")) is None
    client.post(f"{PLACE}{hook.pk}/", {"do": "test"})
    send()
    [came] = receiver.came
    assert Reader(secret).verify(came.body, came.headers)["type"] == "webhook.test"
    page = client.get(f"{PLACE}{hook.pk}/")
    assert "answered 204" in page.text
    event = str(hook.deliveries.get().event)
    client.post(f"{PLACE}{hook.pk}/", {"do": "replay", "event": event})
    send()
    assert [each.headers["webhook-id"] for each in receiver.came] == [event, event]
    assert client.post(f"{PLACE}{hook.pk}/", {"do": "replay", "event": "x"}).status_code == 404


def test_what_gave_up_is_told_in_the_navigation_and_goes_on(
    client: Client, campaign: Campaign, receiver: Receiver
) -> None:
    team.sign_in(client, campaign)
    add(client, receiver)
    receiver.statuses = [410]
    hook = Webhook.objects.get()
    client.post(f"{PLACE}{hook.pk}/", {"do": "test"})
    send()
    page = client.get("/c/letters/workshop/team/").text
    assert re.search(r'Webhooks <b class="figure waits">1</b>', page)
    assert "its server said that it is gone" in client.get(f"{PLACE}{hook.pk}/").text
    client.post(f"{PLACE}{hook.pk}/", {"do": "resume"})
    hook.refresh_from_db()
    assert not hook.stopped
    client.post(f"{PLACE}{hook.pk}/", {"do": "remove"})
    assert client.post(f"{PLACE}{hook.pk}/", {"do": "remove"}).status_code == 303  # twice
    assert changes.of_campaign(campaign=campaign)[0].what == "webhook.removed"


def test_nonsense_keeps_what_was_typed(client: Client, campaign: Campaign) -> None:
    team.sign_in(client, campaign)
    page = client.post(PLACE, {"address": "http://10.0.0.1/x", "kinds": KINDS})
    assert page.status_code == 422
    assert "is not on the public network" in page.text
    assert 'value="http://10.0.0.1/x"' in page.text
    assert client.post(PLACE, {"address": "https://example.org/"}).status_code == 422


def test_the_api_does_all_of_it(campaign: Campaign, receiver: Receiver) -> None:
    user = team.sign_in(Client(), campaign)
    key = Caller(token=accounts.make_key(user=user, name="x", now=timezone.now()))
    body = {"address": receiver.url, "kinds": KINDS}
    made = key.post(OF_CAMPAIGN, body)
    assert made.status_code == 201, made.content
    of_hook = f"{OF_CAMPAIGN}/{made.json()['id']}"
    assert key.post(OF_CAMPAIGN, body).status_code == 422  # known already
    assert key.post(OF_CAMPAIGN, {"address": receiver.url, "kinds": ["x"]}).status_code == 422
    assert "secret" not in key.get(OF_CAMPAIGN).json()[0]
    secret = key.post(f"{of_hook}/secret").json()["secret"]
    assert secret.startswith("whsec_")
    assert secret != made.json()["secret"]
    event = key.post(f"{of_hook}/test").json()["event"]
    send()
    [told] = key.get(f"{of_hook}/deliveries").json()["results"]
    assert (told["event"], told["state"], told["last_status"]) == (event, "delivered", 204)
    assert key.post(f"{of_hook}/deliveries/{event}/replay").status_code == 202
    assert key.patch(of_hook, {"kinds": KINDS[:1], "active": False}).json()["stopped"] == "team"
    assert key.post(f"{of_hook}/test").status_code == 422
    assert key.patch(of_hook, {"active": True}).json()["stopped"] == ""
    assert key.client.delete(f"/api/v1{of_hook}", headers=key.headers).status_code == 204
    assert key.get(OF_CAMPAIGN).json() == []
