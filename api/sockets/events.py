"""The public stream of a campaign as Server-Sent Events (HTML Living Standard, 9.2).

Without cookies and keys, for everyone: what it tells, anyone may read. In a process beside the
sockets', since a listener stays for hours; pages and API have few threads and keep none waiting.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async as ask
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from api.problems import HEADERS, MEDIA_TYPE, document
from api.sockets.hub import Full, hub
from crowd import valkey
from crowd.models import Campaign
from crowd.services.streams import Message

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = re.compile(r"/api/v1/campaigns/(?P<slug>[-a-zA-Z0-9_]+)/stream\Z")
PLACE = re.compile(r"[0-9]{1,16}-[0-9]{1,10}\Z")
BETWEEN_COMMENTS = 15.0  # seconds; proxies close what is silent for a minute or so
COMES_BACK = 3000  # milliseconds until a browser that was cut off tries again
FOR_ALL = {"Access-Control-Allow-Origin": "*"}
SENT = {
    **FOR_ALL,
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold the news back
}
ASKED_BY_SCRIPTS = {
    **FOR_ALL,
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Accept-Language, Last-Event-ID",
    "Access-Control-Max-Age": "3600",
}


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """One listener, from coming to leaving."""
    if scope["method"] == "OPTIONS":
        await _whole(send, 204, ASKED_BY_SCRIPTS)
    elif scope["method"] != "GET":
        await _refuse(scope, send, "method_not_allowed", Allow="GET, OPTIONS")
    elif (campaign := await ask(campaign_at)(scope["path"])) is None:
        await _refuse(scope, send, "not_found")
    else:
        await _stream(scope, receive, send, campaign)


def campaign_at(path: str) -> Campaign | None:
    """The campaign whose stream has this address, if anyone may see it."""
    found = PATH.match(path)
    return Campaign.objects.visible().filter(slug=found["slug"]).first() if found else None


def place_of(scope: Scope) -> str | None:
    """Where a listener was when they were cut off; None of who is new, or says nonsense."""
    headers = {name.decode("latin-1").lower(): value for name, value in scope["headers"]}
    told = headers.get("last-event-id", b"").decode("latin-1")
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
    return next((each for each in (told, asked) if PLACE.match(each)), None)


def line(message: Message | None) -> dict[str, Any]:
    """One message as those who listen are given it, with its place."""
    if message is None:
        return {"type": "missed"}
    return {"type": "news", "id": message.id, **json.loads(message.text)}


def begun() -> str:
    """What comes first."""
    return f"retry: {COMES_BACK}\n\n"


def event(message: Message | None) -> str:
    """One message as an event."""
    told = line(message)
    place = f"id: {message.id}\n" if message is not None else ""
    return f"event: {told['type']}\n{place}data: {json.dumps(told)}\n\n"


async def _stream(scope: Scope, receive: Receive, send: Send, campaign: Campaign) -> None:
    async with aclosing(hub.listen(campaign, after=place_of(scope))) as told:
        try:
            first = await anext(told)
        except (Full, *valkey.Unreachable):
            await _refuse(scope, send, "unavailable")
            return
        await _start(send, 200, SENT)
        await _send(send, begun() + event(first))
        telling = asyncio.create_task(_tell(told, send))
        leaving = asyncio.create_task(_left(receive))
        done, pending = await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for each in pending:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each
        for each in done:
            each.exception()  # they left while something was being sent: no news to anybody
    with suppress(OSError, RuntimeError):  # they have left
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _tell(told: AsyncIterator[Message | None], send: Send) -> None:
    """Pass the news on, and a comment when there are none, until the listener is let go of."""
    upcoming: Any = asyncio.ensure_future(anext(told, _End))
    try:
        while True:
            done, _ = await asyncio.wait({upcoming}, timeout=BETWEEN_COMMENTS)
            if not done:
                await _send(send, ": still here\n\n")
                continue
            message = upcoming.result()
            if message is _End:
                return
            await _send(send, event(message))
            upcoming = asyncio.ensure_future(anext(told, _End))
    finally:
        upcoming.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await upcoming


class _End:
    """No more news: the listener has fallen behind."""


def _event(message: Any) -> str:
    told = line(message)
    place = f"id: {told['id']}\n" if message is not None else ""
    return f"event: {told['type']}\n{place}data: {json.dumps(told)}\n\n"


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(scope: Scope, send: Send, code: str, **headers: str) -> None:
    with translation.override(_language(scope)):
        told = document(code=code)
    more = HEADERS.get(told["status"], {})
    headers = {**FOR_ALL, **headers, **more, "Content-Type": MEDIA_TYPE}
    await _whole(send, told["status"], headers, json.dumps(told).encode())


def _language(scope: Scope) -> str:
    """The first language that the listener reads and we write."""
    headers = dict(scope["headers"])
    asked = headers.get(b"accept-language", b"").decode("latin-1").lower()
    for code, _ in parse_accept_lang_header(asked):
        with suppress(LookupError):
            return translation.get_supported_language_variant(code)
    return "en"


async def _whole(send: Send, status: int, headers: dict[str, str], body: bytes = b"") -> None:
    await _start(send, status, headers)
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def _send(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
