"""Somebody's server that is told what happens: it keeps what came, and answers as it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.documents.server import send


@dataclass
class Came:
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came, and the statuses that are answered: the last of them again and again."""

    port: int = 0
    came: list[Came] = field(default_factory=list)
    statuses: list[int] = field(default_factory=lambda: [204])
    more: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@contextmanager
def receiving(settings: Any) -> Iterator[Receiver]:
    """Listen until the block ends, at an address that the tests may send to."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.came.append(Came(dict(self.headers), body))
            send(self, receiver.status(), **receiver.more)

        def log_message(self, *_: object) -> None:
            """Nothing: the tests look at `came`."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    receiver.port = running.server_address[1]
    settings.TAMIS_FETCH_ALLOW = [f"127.0.0.1:{receiver.port}"]
    Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield receiver
    finally:
        running.shutdown()
        running.server_close()
