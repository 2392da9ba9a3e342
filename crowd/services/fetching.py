"""Fetching from other people's servers: only public addresses, each checked and then connected to.

A name is looked up once; the address that was checked is the one connected to, under the name in
Host, SNI and certificate. Every redirect is a new address. No proxy: one would look the name up
again.
"""

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from ipaddress import ip_address
from tempfile import SpooledTemporaryFile
from typing import IO

from django.conf import settings

from crowd.rules import addresses
from crowd.rules.addresses import Target
from crowd.rules.problems import Problem

REDIRECTS = {301, 302, 303, 307, 308}
READ_AT_ONCE = 256 * 1024
IN_MEMORY = 4 * 1024 * 1024  # bytes of a file before it goes to disk
FILE_NAME = re.compile(r"[^/\\]+$")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What an address had: a file, what it may be called, where it was in the end."""

    file: IO[bytes]
    name: str
    url: str


@contextmanager
def fetched(url: str, *, most: int, accept: str = "*/*") -> Iterator[Fetched]:
    """One file from the web, kept until the block ends.

    Args:
        most: bytes it may have.

    Raises:
        Problem: an address that is no public one, a server that does not answer with a file, a
            file too large, more redirects or seconds than the settings allow.
    """
    until = time.monotonic() + settings.TAMIS_FETCH_SECONDS
    target = addresses.target(url)
    with SpooledTemporaryFile(IN_MEMORY) as file:
        for _ in range(settings.TAMIS_FETCH_REDIRECTS + 1):
            with answered(target, "GET", headers={"Accept": accept}, until=until) as response:
                if response.status not in REDIRECTS:
                    _keep(response, target, file, most)
                    if time.monotonic() >= until:
                        raise _slow(target)  # cut off: it may look like the end of the file
                    found = Fetched(file=file, name=_name(response, target), url=target.url)
                    break
                to = response.headers.get("Location", "")
                target = addresses.target(to, base=target.url if to else "")
        else:
            raise Problem("fetch_redirects", most=settings.TAMIS_FETCH_REDIRECTS)
        yield found


def check(target: Target) -> None:
    """Refuse an address that nothing would be sent to. It is looked up again when it is used.

    Raises:
        Problem: `fetch_unknown_host` or `fetch_private`.
    """
    _addresses(target)


@contextmanager
def answered(
    target: Target,
    method: str,
    *,
    headers: Mapping[str, str],
    until: float,
    body: bytes | None = None,
) -> Iterator[http.client.HTTPResponse]:
    """One request to one server, and what it answers; redirects are the caller's business.

    Args:
        until: the moment (time.monotonic) at which the connection is cut, whatever it is doing.

    Raises:
        Problem: as `fetched`.
    """
    connection = _connection(target, until)
    ours = {"Host": target.authority, "User-Agent": "Tamis", "Accept-Encoding": "identity"}
    # A timeout of the socket starts anew with every byte: a server could drip for ever.
    watch = threading.Timer(max(until - time.monotonic(), 0), connection.cut)
    watch.start()
    try:
        connection.request(method, target.path, body=body, headers={**ours, **headers})
        yield connection.getresponse()
    except ssl.SSLCertVerificationError as wrong:
        raise Problem("fetch_certificate", host=target.host) from wrong
    except (OSError, http.client.HTTPException) as wrong:
        if isinstance(wrong, TimeoutError) or time.monotonic() >= until:
            raise _slow(target) from wrong
        raise Problem("fetch_failed", host=target.host) from wrong
    finally:
        watch.cancel()
        connection.close()


def _addresses(target: Target) -> list[str]:
    """The addresses of a host that may be connected to; looked up once."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as wrong:
        raise Problem("fetch_unknown_host", host=target.host) from wrong
    known = dict.fromkeys(str(where[0]) for *_, where in found)
    fit = [
        address
        for address in known
        if addresses.is_public(ip_address(address))
        or f"{address}:{target.port}" in settings.TAMIS_FETCH_ALLOW
    ]
    if not fit:
        raise Problem("fetch_private", host=target.host)
    return fit


class _Connection(http.client.HTTPConnection):
    """To the first of some addresses that answers, under another name."""

    addresses: Sequence[str] = ()
    until = 0.0  # of time.monotonic
    reached: socket.socket | None = None

    def connect(self) -> None:
        for left, address in zip(range(len(self.addresses), 0, -1), self.addresses, strict=True):
            try:
                patience = self.until - time.monotonic()
                self.sock = self.reached = socket.create_connection(
                    (address, self.port), max(patience / left, 0.001)
                )
                self.sock.settimeout(max(self.until - time.monotonic(), 0.001))
                return
            except OSError:
                if left == 1:
                    raise

    def cut(self) -> None:
        """End whatever is being waited for; from another thread."""
        if self.reached is not None:
            try:
                # Not TLS's own way of shutting down, which is not for several threads.
                socket.socket.shutdown(self.reached, socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended by itself


class _TlsConnection(_Connection):
    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = self.reached = context.wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()


def _connection(target: Target, until: float) -> _Connection:
    found = _addresses(target)
    if time.monotonic() >= until:
        raise _slow(target)
    kind = _TlsConnection if target.scheme == "https" else _Connection
    connection = kind(target.host, target.port)
    connection.addresses, connection.until = found, until
    return connection


def _keep(response: http.client.HTTPResponse, target: Target, file: IO[bytes], most: int) -> None:
    if response.status != 200:
        raise Problem("fetch_status", host=target.host, status=response.status)
    said = response.headers.get("Content-Length", "")
    if said.isascii() and said.isdigit() and int(said) > most:
        raise _large(int(said), most)
    while block := response.read(READ_AT_ONCE):
        if file.tell() + len(block) > most:
            raise _large(file.tell() + len(block), most)
        file.write(block)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    file.seek(0)


def _name(response: http.client.HTTPResponse, target: Target) -> str:
    """As the server says, else the end of the address."""
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    said = FILE_NAME.search(header.get_filename("") or "")
    return said[0] if said else target.file_name


def _large(size: int, most: int) -> Problem:
    return Problem("file_too_large", megabytes=size // 2**20 + 1, most=most // 2**20)


def _slow(target: Target) -> Problem:
    return Problem("fetch_slow", host=target.host, most=settings.TAMIS_FETCH_SECONDS)
