"""Everything Tamis serves, behind one address: sockets by Channels, pages and API by Django.

HTTP goes through a thread pool (WSGI) instead of Django's own ASGI handler: the code below is
synchronous anyway, and a bare view answers more than twice as often (docs/decisions.md).
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")

from crowd.config.wsgi import application as pages

# isort: split
from a2wsgi import WSGIMiddleware
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware
from django.conf import settings

from api.sockets.urls import websocket_urlpatterns

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Any: a2wsgi and Django each have their own types for the same two protocols.
http: Any = WSGIMiddleware(cast("Any", pages), workers=settings.TAMIS_WEB_THREADS)
sockets = AllowedHostsOriginValidator(CookieMiddleware(URLRouter(websocket_urlpatterns)))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send one connection to the side that speaks its protocol."""
    if scope["type"] == "http":
        await http(scope, receive, send)
    elif scope["type"] == "websocket":
        await sockets(scope, receive, send)
    else:
        await _lifespan(receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{kind}.complete"})
        if kind == "shutdown":
            return
