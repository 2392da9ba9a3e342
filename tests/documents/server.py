"""A server of files for the tests of fetching: plain or with TLS, well-behaved or not."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """What runs: its port, and the paths and Host headers that were asked for."""

    port: int
    answers: "dict[str, bytes | Answer]"
    asked: list[tuple[str, str]] = field(default_factory=list)

    def url(self, path: str, *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def serving(
    answers: dict[str, bytes | Answer], *, certificate: Path | None = None
) -> Iterator[Server]:
    """Serve until the block ends.

    Args:
        answers: path → content, or something that answers by itself.
        certificate: a PEM file with certificate and key, for TLS.
    """
    server: Server

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers["Host"]))
            answer = server.answers.get(self.path)
            if callable(answer):
                answer(self)
            else:
                send(self, 404 if answer is None else 200, answer or b"")

        def log_message(self, *_: object) -> None:
            """Nothing: the tests look at `asked`."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        running.socket = context.wrap_socket(running.socket, server_side=True)
    server = Server(port=running.server_address[1], answers=answers)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()


def send(
    handler: BaseHTTPRequestHandler, status: int, content: bytes = b"", **headers: str
) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def redirect(to: str) -> Answer:
    return lambda handler: send(handler, 302, Location=to)
