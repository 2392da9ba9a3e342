"""A bad line between volunteers and site: a TCP relay that can delay what passes, or cut it off."""

import asyncio
import random
from collections.abc import Sequence


class SlowLine:
    """Relays to one of several ports, in turn; who finds one dead is connected to the next.

    Attributes:
        delay: seconds each piece of data takes at most, either way.
        cut: the share of pieces at which the connection breaks instead.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.delay = 0.0
        self.cut = 0.0
        self._chance = random.Random(1)
        self._next = 0

    async def open(self) -> int:
        """Listen; the result is the port."""
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    async def _relay(self, inward: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            reader, onward = await self._connect()
        except OSError:
            back.close()
            return
        await asyncio.gather(self._pass(inward, onward), self._pass(reader, back))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _ in self.ports[1:]:
            self._next += 1
            try:
                return await self._to(self._next)
            except OSError:
                continue
        return await self._to(self._next + 1)

    async def _to(self, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self.ports[number % len(self.ports)]
        return await asyncio.open_connection("127.0.0.1", port)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                if self.delay:
                    await asyncio.sleep(self._chance.random() * self.delay)
                if self._chance.random() < self.cut:
                    break
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass  # broken on purpose, or the test is over
        finally:
            writer.close()
