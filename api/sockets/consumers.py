"""Live numbers for open pages: counts, ranks and links, never anyone's text (DESIGN, rule 7).

Listeners only: whatever a browser says here is ignored.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from channels.db import database_sync_to_async as ask
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from api.sockets import events
from api.sockets.hub import Full, hub
from crowd import live, valkey
from crowd.models import Campaign, Contributor
from crowd.services import contributors, news, rooms
from crowd.services.streams import Message

LARGEST_FRAME = 1024  # characters or bytes; nothing is expected at all
TOO_BIG, TRY_AGAIN_LATER = 1009, 1013  # close codes of RFC 6455


class Listener(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One open page, listening to one audience."""

    audience: str | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except valkey.Unreachable:
            # Without it nothing can be told; the page refreshes by itself, and tries again.
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})

    async def listen(self, audience: str) -> None:
        """Join an audience and open the socket."""
        await self.channel_layer.group_add(audience, self.channel_name)
        self.audience = audience
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.audience is not None:
            try:
                await self.channel_layer.group_discard(self.audience, self.channel_name)
            except valkey.Unreachable:
                pass  # it has forgotten us by itself

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any
    ) -> None:
        if len(text_data or "") > LARGEST_FRAME or len(bytes_data or b"") > LARGEST_FRAME:
            await self.close(code=TOO_BIG)

    async def tell(self, event: Mapping[str, Any]) -> None:
        """What `crowd.live` sends to the audience."""
        await self.send_json(event["message"])


class CampaignNews(Listener):
    """How far one public campaign is: now, and whenever it moves."""

    async def connect(self) -> None:
        campaign = await ask(_campaign)(self.scope["url_route"]["kwargs"]["slug"])
        if campaign is None:
            await self.close()  # before `accept`: the handshake is refused
        else:
            # First join, then count: what happens in between is told twice rather than never.
            await self.listen(live.campaign(campaign.pk))
            await self.send_json(await ask(news.of_campaign)(campaign, anew=False))


class MyNews(Listener):
    """What became of one person's answers."""

    async def connect(self) -> None:
        contributor = await ask(_contributor)(self.scope["cookies"])
        if contributor is None:
            await self.close()
        else:
            await self.listen(live.contributor(contributor.pk))


class RoomNews(Listener):
    """What one room has done: for whoever has its code."""

    async def connect(self) -> None:
        room = await ask(rooms.by_code)(code=self.scope["url_route"]["kwargs"]["code"])
        if room is None:
            await self.close()
        else:
            await self.listen(live.room(room.pk))


class Stream(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """The public stream of a campaign: the same messages as its Server-Sent Events.

    For pages of any origin: no cookie is looked at, and everyone may read what is told.
    """

    telling: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        campaign = await ask(_campaign)(self.scope["url_route"]["kwargs"]["slug"])
        if campaign is None:
            await self.close()
            return
        await self.accept()
        told = hub.listen(campaign, after=events.place_of(self.scope))
        self.telling = asyncio.create_task(self._tell(told))

    async def _tell(self, told: AsyncGenerator[Message | None]) -> None:
        async with aclosing(told):
            try:
                async for message in told:
                    await self.send_json(events.line(message))
            except (Full, *valkey.Unreachable):
                pass  # they come back, as who has fallen behind does
            await self.close(code=TRY_AGAIN_LATER)

    async def disconnect(self, code: int) -> None:
        if self.telling is not None:
            self.telling.cancel()

    receive = Listener.receive


class Nowhere(Listener):
    """Any other address."""

    async def connect(self) -> None:
        await self.close()


def _campaign(slug: str) -> Campaign | None:
    return Campaign.objects.visible().filter(slug=slug).first()


def _contributor(cookies: Mapping[str, str]) -> Contributor | None:
    """Whose browser this is: an account's by its session, else a guest's by their token."""
    request = HttpRequest()
    request.session = SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    user = auth.get_user(request)
    if user.is_authenticated:
        return contributors.of_user(user=user)
    token = cookies.get(settings.TAMIS_GUEST_COOKIE)
    return contributors.from_token(token=token) if token else None
