"""Who listens to which campaign's stream, in this process, and what they have not heard yet.

Valkey is asked twice a second for each campaign that is listened to, however many listen. A
listener who is slower than the news is let go of: they come back and say where they were.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from channels.db import database_sync_to_async as ask
from django.conf import settings
from django.utils import timezone

from crowd import valkey
from crowd.models import Campaign
from crowd.services import streams
from crowd.services.streams import Message

logger = logging.getLogger(__name__)

BETWEEN = 0.5  # seconds between two looks for news
WANTED_AGAIN = 600  # seconds after which a campaign says anew that it is listened to
BEHIND = 50  # messages that a listener may be behind


class Full(Exception):
    """As many listen as this process was made for."""


@dataclass(eq=False)
class Listener:
    """One open stream. `None` in its queue says that it has fallen behind."""

    heard: asyncio.Queue[Message | None] = field(default_factory=lambda: asyncio.Queue(BEHIND + 1))

    def hear(self, message: Message) -> None:
        if self.heard.qsize() < BEHIND:
            self.heard.put_nowait(message)
        elif not self.heard.full():
            self.heard.put_nowait(None)


@dataclass(eq=False)
class Channel:
    """One campaign, while somebody listens to it."""

    campaign: Campaign
    listeners: set[Listener] = field(default_factory=set)
    reading: asyncio.Task[None] | None = None


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self._channels: dict[int, Channel] = {}

    @property
    def count(self) -> int:
        """How many listen."""
        return sum(len(each.listeners) for each in self._channels.values())

    async def listen(
        self, campaign: Campaign, *, after: str | None
    ) -> AsyncGenerator[Message | None]:
        """What is told from now on; before it, what was told after the place `after`.

        The first message says how far the campaign is. `None` follows it when what was told
        meanwhile is not kept any more.

        Raises:
            Full: too many listen.
            valkey.Unreachable: nothing can be told.
        """
        if self.count >= settings.TAMIS_STREAM_LISTENERS:
            raise Full
        listener = Listener()
        channel = self._channels.setdefault(campaign.pk, Channel(campaign))
        channel.listeners.add(listener)
        try:
            async for message in self._told(channel, listener, after):
                yield message
        finally:
            channel.listeners.discard(listener)
            if not channel.listeners:
                self._close(channel)

    async def _told(
        self, channel: Channel, listener: Listener, after: str | None
    ) -> AsyncGenerator[Message | None]:
        campaign, now = channel.campaign, timezone.now()
        await ask(streams.listen)(campaign=campaign, now=now)
        newest = await ask(streams.newest)(campaign_id=campaign.pk)
        if channel.reading is None:
            channel.reading = asyncio.create_task(self._read(channel, newest))
        place = after or newest
        text = await ask(streams.standing)(campaign=campaign, now=now)
        yield Message(id=place, text=text)
        if after and not await ask(streams.reaches_back)(campaign_id=campaign.pk, to=after):
            yield None
        while after and (missed := await ask(streams.since)(campaign_id=campaign.pk, after=place)):
            for message in missed:
                yield message
            place = missed[-1].id
        while (message := await listener.heard.get()) is not None:
            if _order(message.id) > _order(place):
                yield message

    async def _read(self, channel: Channel, place: str) -> None:
        """Look for news of one campaign, and pass them on to all who listen."""
        looks = 0
        while True:
            await asyncio.sleep(BETWEEN)
            looks += 1
            try:
                if not looks % int(WANTED_AGAIN / BETWEEN):
                    await ask(streams.listen)(campaign=channel.campaign, now=timezone.now())
                found = await ask(streams.since)(campaign_id=channel.campaign.pk, after=place)
            except valkey.Unreachable:
                continue  # they hear again when it is back
            for message in found:
                place = message.id
                for listener in channel.listeners:
                    listener.hear(message)

    def _close(self, channel: Channel) -> None:
        # Rival: whoever came in this moment is in a channel of their own.
        if self._channels.get(channel.campaign.pk) is channel:
            del self._channels[channel.campaign.pk]
        if channel.reading is not None:
            channel.reading.cancel()


def _order(place: str) -> tuple[int, int]:
    at, _, number = place.partition("-")
    return int(at), int(number or 0)


hub = Hub()
