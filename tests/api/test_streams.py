"""The public stream, through the real Valkey: counts, and links to what anyone may read."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from django.utils import timezone

from crowd import valkey
from crowd.config.asgi import application
from crowd.models import Campaign, MicroTask, Verdict
from crowd.rules.lifecycle import CampaignState
from crowd.services import campaigns, leases, streams
from tests import builders
from tests.api.caller import volunteer
from tests.api.conftest import YES, cross_check
from tests.api.test_sockets import Page

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/v1/campaigns/letters/stream"


class Ear:
    """One listener to Server-Sent Events."""

    def __init__(self, path: str = PATH, *, method: str = "GET", **headers: str) -> None:
        path, _, query = path.partition("?")
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in named],
        }
        self._talk = ApplicationCommunicator(application, scope)
        self._text = ""
        self.headers: dict[str, str] = {}

    async def opens(self) -> int:
        await self._talk.send_input({"type": "http.request", "body": b""})
        start = await self._talk.receive_output(timeout=5)
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return int(start["status"])

    async def is_told(self) -> Any:
        """The next event; what is no event is passed over."""
        while True:
            told, end, self._text = self._text.partition("\n\n")
            if not end:
                self._text = told + await self.body()
                continue
            fields = dict(each.split(": ", 1) for each in told.split("\n"))
            if "data" in fields:
                event = json.loads(fields["data"])
                assert (fields["event"], fields.get("id")) == (event["type"], event.get("id"))
                return event

    async def body(self) -> str:
        piece = await self._talk.receive_output(timeout=5)
        return str(piece["body"].decode())

    async def is_told_nothing(self) -> bool:
        """No event comes for a while; what only keeps the line open is none."""
        while not await self._talk.receive_nothing(timeout=0.8):
            self._text += await self.body()
        return "data: " not in self._text

    async def leaves(self) -> None:
        await self._talk.send_input({"type": "http.disconnect"})
        await self._talk.wait(timeout=5)


def played(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(story())


@sync_to_async
def settled(count: int = 1) -> list[int]:
    """Have some more micro-tasks settled and told of; the verdicts."""
    for person in [volunteer(), volunteer()]:
        for _ in range(count):
            person.answer_next("letters", YES)
    cross_check()
    return told_of()


def told_of() -> list[int]:
    valkey.client().delete(*valkey.client().keys("tamis:told:stream-*") or ["-"])
    streams.tell(now=timezone.now())
    return list(Verdict.objects.order_by("pk").values_list("pk", flat=True))


def verdicts(event: Any) -> list[int]:
    return [each["id"] for each in event["verdicts"]]


def test_who_listens_is_told_how_far_it_is_and_then_of_each_verdict(campaign):
    async def story() -> None:
        ear = Ear()
        assert await ear.opens() == 200
        assert ear.headers["content-type"] == "text/event-stream"
        assert ear.headers["access-control-allow-origin"] == "*"
        first = await ear.is_told()
        assert (first["campaign"], first["state"], first["verdicts"]) == ("letters", "open", [])
        assert first["progress"]["total"] == 5
        made = await settled()
        news = await ear.is_told()
        assert verdicts(news) == made
        assert news["progress"]["settled"] == 1
        (verdict,) = news["verdicts"]
        assert set(verdict) == {
            *("id", "revision", "outcome", "step", "about", "microtask", "excerpt", "links")
        }
        await ear.leaves()

    played(story)


def test_who_was_cut_off_hears_what_was_told_meanwhile_and_nothing_twice(campaign):
    async def story() -> None:
        ear = Ear()
        await ear.opens()
        place = (await ear.is_told())["id"]
        await ear.leaves()
        made = await settled()
        for again in (Ear(last_event_id=place), Ear(f"{PATH}?after={place}")):
            await again.opens()
            assert (await again.is_told())["verdicts"] == []
            heard: list[int] = []
            while len(heard) < len(made):
                heard += verdicts(await again.is_told())
            assert heard == made
            more = await settled()
            assert verdicts(await again.is_told()) == more[len(made) :]
            made = more
            assert await again.is_told_nothing()
            await again.leaves()

    played(story)


def test_who_was_away_for_too_long_is_told_that_something_was_missed(campaign):
    async def story() -> None:
        ear = Ear(last_event_id="1-1")
        await ear.opens()
        assert (await ear.is_told())["type"] == "news"
        assert await ear.is_told() == {"type": "missed"}
        await ear.leaves()

    played(story)


def test_what_is_veiled_is_not_told_and_what_is_lent_not_before_the_lease_ends(campaign):
    @sync_to_async
    def one_is_lent() -> None:
        people = [volunteer(), volunteer()]
        held = [person.claim("letters")["assignment"] for person in people]
        (about,) = {each["microtask"]["id"] for each in held}
        builders.lend(MicroTask.objects.get(pk=about), builders.guest(), now=timezone.now())
        for person, each in zip(people, held, strict=True):
            person.answer(each, YES)
        cross_check()
        assert Verdict.objects.get().microtask_id == about

    @sync_to_async
    def veil_one() -> None:
        Campaign.objects.update(veiled_share=1.0)
        for _ in range(2):
            volunteer().answer_next("letters", YES)
        cross_check()
        assert MicroTask.objects.filter(veiled=True).count() == 1

    @sync_to_async
    def the_lease_ends() -> int:
        leases.expire_due(now=timezone.now() + timedelta(hours=1))
        told_of()
        return Verdict.objects.public().get().pk

    async def story() -> None:
        ear = Ear()
        await ear.opens()
        await ear.is_told()
        await one_is_lent()
        await sync_to_async(told_of)()
        assert await ear.is_told_nothing()
        await veil_one()
        await sync_to_async(told_of)()
        assert await ear.is_told_nothing()
        public = await the_lease_ends()
        news = await ear.is_told()
        assert verdicts(news) == [public]
        assert news["progress"]["settled"] == 1  # the veiled one looks open
        await ear.leaves()

    played(story)


def test_a_socket_of_any_origin_hears_the_same(campaign):
    async def story() -> None:
        page = Page("/ws/campaigns/letters/stream/", origin="https://elsewhere.example")
        assert await page.opens()
        assert (await page.is_told())["progress"]["total"] == 5
        made = await settled()
        assert verdicts(await page.is_told()) == made
        await page.closes()
        refused = Page("/ws/campaigns/nowhere/stream/")
        assert not await refused.opens()

    played(story)


def test_drafts_and_unknown_campaigns_have_no_stream(campaign):
    Campaign.objects.update(state=CampaignState.DRAFT.value)

    async def story() -> None:
        for path in (PATH, "/api/v1/campaigns/nowhere/stream"):
            ear = Ear(path, accept_language="fr")
            assert await ear.opens() == 404
            assert ear.headers["content-type"] == "application/problem+json"
            assert json.loads(await ear.body())["code"] == "not_found"

    played(story)


def test_more_than_there_is_room_for_are_asked_to_come_back(campaign, settings):
    settings.TAMIS_STREAM_LISTENERS = 1

    async def story() -> None:
        one, two = Ear(), Ear()
        assert await one.opens() == 200
        await one.is_told()
        assert await two.opens() == 503
        assert int(two.headers["retry-after"]) > 0
        await one.leaves()
        three = Ear()
        assert await three.opens() == 200
        await three.is_told()
        await three.leaves()

    played(story)


def test_only_reading_is_possible_and_scripts_of_other_origins_may_ask(campaign):
    async def story() -> None:
        posted, asked = Ear(method="POST"), Ear(method="OPTIONS")
        assert await posted.opens() == 405
        assert await asked.opens() == 204
        assert "Last-Event-ID" in asked.headers["access-control-allow-headers"]

    played(story)


def test_where_sockets_are_next_door_listeners_are_sent_there(campaign, settings):
    settings.TAMIS_SOCKETS_PORT = 8001
    reply = Client().get(f"{PATH}?after=1-1", headers={"Accept": "text/event-stream"})
    assert reply.status_code == 307
    assert reply.headers["Location"] == f"http://testserver:8001{PATH}?after=1-1"


def test_behind_a_proxy_that_knows_no_streams_listeners_come_back_for_more(campaign):
    first = Client().get(PATH, headers={"Accept": "text/event-stream"})
    assert first.headers["Content-Type"] == "text/event-stream"
    text = first.content.decode()
    assert text.startswith("retry: ")
    place = text.partition("\nid: ")[2].partition("\n")[0]
    for person in (volunteer(), volunteer()):
        person.answer_next("letters", YES)
    cross_check()
    made = told_of()
    again = Client().get(PATH, headers={"Last-Event-ID": place}).content.decode()
    lines = [json.loads(e[6:]) for e in again.split("\n") if e.startswith("data: ")]
    assert [verdicts(each) for each in lines] == [[], made]


def test_a_campaign_nobody_listens_to_is_not_noted(campaign):
    async def story() -> None:
        await settled()

    played(story)
    assert not valkey.client().keys("tamis:stream*")
    campaigns.move(campaign=campaign, state=CampaignState.CLOSED, now=timezone.now())


def test_news_beyond_what_one_message_holds_come_with_the_next(campaign, monkeypatch):
    monkeypatch.setattr(streams, "LINKS", 1)

    async def story() -> None:
        ear = Ear()
        await ear.opens()
        await ear.is_told()
        made = await settled(2)
        await sync_to_async(told_of)()
        assert [verdicts(await ear.is_told()) for _ in range(2)] == [[each] for each in made]
        await ear.leaves()

    played(story)
