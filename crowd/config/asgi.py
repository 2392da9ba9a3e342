"""The sockets, by Channels, and the public streams. Pages and API are served by WSGI
(`crowd/config/serve.py`)."""

import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")

from crowd.config.wsgi import application as _pages  # noqa: F401 (loads Django, for what follows)

# isort: split
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware

from api.sockets import events
from api.sockets.urls import public_urlpatterns, websocket_urlpatterns

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

ours = AllowedHostsOriginValidator(CookieMiddleware(URLRouter(websocket_urlpatterns)))
everyones = URLRouter(public_urlpatterns)
EVERYONES = re.compile(r"/ws/campaigns/[-a-zA-Z0-9_]+/stream/\Z")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """One connection. Besides streams, plain HTTP is only asked for by those who look whether this
    process lives."""
    if scope["type"] == "websocket":
        sockets = everyones if EVERYONES.match(scope["path"]) else ours
        await sockets(scope, receive, send)
    elif scope["type"] == "http" and events.PATH.match(scope["path"]):
        await events.serve(scope, receive, send)
    elif scope["type"] == "http":
        await _alive(scope, send)
    else:
        await _lifespan(receive, send)


async def _alive(scope: Scope, send: Send) -> None:
    status = 200 if scope["path"] == "/healthz" else 404
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{kind}.complete"})
        if kind == "shutdown":
            return
