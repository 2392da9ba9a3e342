"""Live numbers by socket, through the real channel layer: counts, ranks and links, nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from crowd import live, valkey
from crowd.config.asgi import application
from crowd.models import Contributor, User
from crowd.services import contributors, news, notes
from tests.api.caller import volunteer
from tests.api.conftest import YES, cross_check

pytestmark = pytest.mark.django_db(transaction=True)

CAMPAIGN = "/ws/campaigns/letters/"
QUIET = 0.2  # seconds without a message that count as silence


class Page:
    """One open page's socket; its browser is on our own origin.

    (channels.testing has the like, but wants another web server installed.)
    """

    def __init__(self, path: str, *, origin: str = "http://localhost", **cookies: str) -> None:
        crumbs = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"host": "localhost", "origin": origin, "cookie": crumbs}
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [],
        }
        self._talk = ApplicationCommunicator(application, scope)

    async def opens(self) -> bool:
        await self._talk.send_input({"type": "websocket.connect"})
        return bool((await self.hears())["type"] == "websocket.accept")

    async def hears(self) -> Any:
        return await self._talk.receive_output(timeout=5)

    async def is_told(self) -> Any:
        return json.loads((await self.hears())["text"])

    async def is_told_nothing(self) -> bool:
        return bool(await self._talk.receive_nothing(timeout=QUIET))

    async def says(self, **frame: Any) -> None:
        await self._talk.send_input({"type": "websocket.receive", **frame})

    async def closes(self) -> None:
        await self._talk.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._talk.wait(timeout=5)


def played(story: Callable[[], Awaitable[None]]) -> None:
    """Run one story to its end, in a loop of its own."""
    asyncio.run(story())


def test_an_open_page_is_told_at_once_and_whenever_the_campaign_moves(campaign):
    async def story() -> None:
        page = Page(CAMPAIGN)
        assert await page.opens()
        first = await page.is_told()
        assert (first["type"], first["settled"], first["total"]) == ("progress", 0, 5)
        await sync_to_async(_settle_one)()
        await sync_to_async(_tell)(campaigns=[campaign.pk])
        moved = await page.is_told()
        assert (moved["settled"], moved["answers"]) == (1, 2)
        await page.closes()

    played(story)


def test_what_a_campaigns_page_is_told_are_numbers_only(campaign):
    async def story() -> None:
        page = Page(CAMPAIGN)
        assert await page.opens()
        told = await page.is_told()
        assert told.pop("type") == "progress"
        assert all(isinstance(value, int) for value in told.values())
        await page.closes()

    played(story)


def test_a_draft_and_an_unknown_address_are_refused(make_campaign):
    make_campaign("draft", opened=False)

    async def story() -> None:
        for path in ("/ws/campaigns/draft/", "/ws/campaigns/nowhere/", "/ws/", "/anything"):
            assert not await Page(path).opens()

    played(story)


def test_a_page_of_another_origin_is_refused(campaign):
    async def story() -> None:
        assert not await Page(CAMPAIGN, origin="https://elsewhere.example").opens()

    played(story)


def test_a_guest_hears_of_their_own_answers_and_of_nobody_elses(campaign):
    mine, other = volunteer(), volunteer()
    for someone in (mine, other):
        someone.answer_next("letters", YES)
    cross_check()
    people = {person.public_id: person for person in Contributor.objects.all()}
    me, them = (
        people[contributors.from_token(token=someone.token).public_id] for someone in (mine, other)
    )

    async def story() -> None:
        page = Page("/ws/me/", **{settings.TAMIS_GUEST_COOKIE: mine.token})
        assert await page.opens()
        await sync_to_async(_tell)(people=[them.pk])
        assert await page.is_told_nothing()
        await sync_to_async(_tell)(people=[me.pk])
        told = await page.is_told()
        assert (told["type"], told["confirmed"]) == ("confirmed", 1)
        assert all(link.startswith("/verdicts/") for link in told["links"])
        await page.closes()

    played(story)


def test_an_account_is_known_by_its_session(campaign):
    user = User.objects.create_user(email="someone@example.org")
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    own = Contributor.objects.create(kind="account", user=user, made_at=campaign.made_at)

    async def story() -> None:
        page = Page("/ws/me/", **{settings.SESSION_COOKIE_NAME: session})
        assert await page.opens()
        await sync_to_async(live.tell)(live.contributor(own.pk), {"type": "confirmed"})
        assert await page.is_told() == {"type": "confirmed"}
        await page.closes()

    played(story)


@pytest.mark.parametrize("cookies", [{}, {"tamis_guest": "forged"}, {"sessionid": "forged"}])
def test_who_is_nobody_has_no_page_of_their_own(campaign, cookies):
    async def story() -> None:
        assert not await Page("/ws/me/", **cookies).opens()

    played(story)


def test_whatever_a_browser_says_is_ignored_and_much_of_it_ends_the_talk(campaign):
    async def story() -> None:
        page = Page(CAMPAIGN)
        assert await page.opens()
        await page.is_told()
        await page.says(text="no json at all")
        await page.says(bytes=b"\x00")
        assert await page.is_told_nothing()
        await page.says(text="x" * 2000)
        assert (await page.hears())["code"] == 1009

    played(story)


def test_without_valkey_a_page_is_told_to_come_back(campaign, settings):
    valkey.client.cache_clear()
    away: dict[str, Any] = {"hosts": ["unix:///nowhere/valkey.sock"]}
    layer = {**settings.CHANNEL_LAYERS["default"], "CONFIG": away}
    settings.CHANNEL_LAYERS = {"default": layer}

    async def story() -> None:
        assert not await Page(CAMPAIGN).opens()

    played(story)


def _settle_one() -> None:
    for _ in range(2):
        volunteer().answer_next("letters", YES)
    cross_check()


def _tell(campaigns: Sequence[int] = (), people: Sequence[int] = ()) -> None:
    """What the workers do a moment after the cross-check."""
    valkey.client().flushdb()  # whatever was noted before, and every pause
    notes.note(campaign_ids=campaigns, contributor_ids=people)
    news.tell(now=timezone.now())
