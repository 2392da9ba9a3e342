"""A small HTTP/1.1 client: no more work than needed, so that the server is what is measured."""

import asyncio
import json
from typing import Any


class Connection:
    """One keep-alive connection, opened when first used and again when the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.headers = ""
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and body of one exchange.

        Raises:
            OSError, asyncio.IncompleteReadError: the connection broke; call again.
        """
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self._reader
        data = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n{self.headers}\r\n"
        )
        try:
            self._writer.write(head.encode() + data)
            return await self._read(self._reader)
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise

    async def _read(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        fields = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        if "content-length" in fields:
            body = await reader.readexactly(int(fields["content-length"]))
        elif fields.get("transfer-encoding") == "chunked":
            body = await self._chunks(reader)
        else:
            body = b""
        if fields.get("connection", "").lower() == "close":
            self.close()
        return status, body

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return body

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None
