"""A small HTTP/1.1 client: no more work than needed, so that the server is what is measured."""

import asyncio
import json
from typing import Any, cast


class Connection:
    """One keep-alive connection, opened when first used and again when the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.headers = ""
        self._open: _Exchange | None = None

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body of one exchange.

        Raises:
            OSError, asyncio.IncompleteReadError: the connection broke; call again.
        """
        if self._open is None or self._open.lost:
            loop = asyncio.get_running_loop()
            _, self._open = await loop.create_connection(_Exchange, "127.0.0.1", self.port)
        data = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n{self.headers}\r\n"
        )
        try:
            return await self._open.send(head.encode() + data)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            self.close()
            raise

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None


class _Exchange(asyncio.Protocol):
    """Requests and replies on one connection, one at a time."""

    def __init__(self) -> None:
        self.lost = False
        self._received = b""
        self._reply: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send(self, data: bytes) -> asyncio.Future[tuple[int, bytes]]:
        assert self._transport
        self._received = b""
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        return self._reply

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or self._reply is None or self._reply.done():
            return
        head, body = self._received[:end].lower(), self._received[end + 4 :]
        whole = _body(head, body)
        if whole is not None:
            self.lost = self.lost or b"\r\nconnection: close" in head
            self._reply.set_result((int(head[9:12]), whole))

    def connection_lost(self, _: Exception | None) -> None:
        self.lost = True
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(asyncio.IncompleteReadError(self._received, None))


def _body(head: bytes, received: bytes) -> bytes | None:
    """The body, or None while some of it is on its way."""
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        length = int(head[at + 17 :].split(b"\r", 1)[0])
        return received if len(received) >= length else None
    if b"\r\ntransfer-encoding: chunked" in head:
        return _unchunked(received) if received.endswith(b"0\r\n\r\n") else None
    return b""


def _unchunked(received: bytes) -> bytes:
    body = b""
    while received:
        size, _, received = received.partition(b"\r\n")
        body += received[: int(size, 16)]
        received = received[int(size, 16) + 2 :]
    return body
