"""Fetching: only from public addresses, from the very one that was checked, and never for ever."""

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from crowd.config import environment
from crowd.rules.problems import Problem
from crowd.services import fetching
from tests.documents.certificates import certificate
from tests.documents.server import Server, redirect, send, serving


def drip(handler: BaseHTTPRequestHandler) -> None:
    """One byte now and then: no single read takes long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)  # the server's pace, not the test's
    except OSError:
        handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 100_000)
    except OSError:
        handler.close_connection = True


def short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x")
    handler.close_connection = True


ANSWERS: dict[str, Any] = {
    "/a.pdf": b"content",
    "/named": lambda handler: send(
        handler, 200, b"x", Content_Disposition='attachment; filename="../../r\u00e9.pdf"'
    ),
    "/loop": redirect("/loop"),
    "/there": redirect("/a.pdf"),
    "/inside": redirect("http://10.0.0.1/secret"),
    "/file": redirect("file:///etc/passwd"),
    "/nowhere": lambda handler: send(handler, 302),
    "/drip": drip,
    "/endless": endless,
    "/short": short,
    "/error": lambda handler: send(handler, 500, b"no"),
    "/junk": lambda handler: handler.wfile.write(b"\x00\x01\x02\n"),
}


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving(ANSWERS) as running:
        settings.TAMIS_FETCH_ALLOW = [f"127.0.0.1:{running.port}"]
        yield running


def get(url: str, most: int = 1000) -> tuple[bytes, str]:
    with fetching.fetched(url, most=most) as found:
        return found.file.read(), found.name


def refused(url: str, most: int = 1000) -> str:
    with pytest.raises(Problem) as problem:
        get(url, most)
    return problem.value.code


def test_a_file_comes_with_its_name(server: Server) -> None:
    assert get(server.url("/a.pdf")) == (b"content", "a.pdf")
    assert get(server.url("/named"))[1] == "ré.pdf"


def test_redirects_are_followed_and_counted(server: Server, settings: Any) -> None:
    assert get(server.url("/there")) == (b"content", "a.pdf")
    settings.TAMIS_FETCH_REDIRECTS = 2
    assert refused(server.url("/loop")) == "fetch_redirects"
    assert len([path for path, _ in server.asked if path == "/loop"]) == 3


def test_a_redirect_is_checked_like_any_address(server: Server) -> None:
    assert refused(server.url("/inside")) == "fetch_private"
    assert refused(server.url("/file")) == "url_invalid"
    assert refused(server.url("/nowhere")) == "url_invalid"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"],
)
def test_nothing_is_fetched_from_inside(server: Server, settings: Any, host: str) -> None:
    settings.TAMIS_FETCH_ALLOW = []
    assert refused(server.url("/a.pdf", host=host)) in {"fetch_private", "fetch_unknown_host"}
    assert server.asked == []


def test_the_address_that_was_checked_is_the_one_connected_to(
    server: Server, monkeypatch: Any
) -> None:
    looked_up = names(monkeypatch, {"files.example": ["127.0.0.1", "10.0.0.1"]})
    assert get(server.url("/a.pdf", host="files.example"))[0] == b"content"
    assert looked_up == ["files.example"]  # once: a second answer could be another one
    assert server.asked == [("/a.pdf", f"files.example:{server.port}")]


def test_an_address_that_does_not_answer_is_followed_by_the_next(
    server: Server, settings: Any, monkeypatch: Any
) -> None:
    settings.TAMIS_FETCH_ALLOW.append(f"127.0.0.2:{server.port}")
    names(monkeypatch, {"files.example": ["127.0.0.2", "127.0.0.1"]})
    assert get(server.url("/a.pdf", host="files.example"))[0] == b"content"


def test_a_name_of_public_and_inner_addresses_leads_only_to_the_public(monkeypatch: Any) -> None:
    names(monkeypatch, {"mixed.example": ["10.0.0.1", "192.168.0.1"]})
    assert refused("http://mixed.example/") == "fetch_private"


def test_no_proxy_is_taken_from_the_environment(server: Server, monkeypatch: Any) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert get(server.url("/a.pdf"))[0] == b"content"


def test_a_certificate_must_be_of_the_name_and_of_somebody_known(
    tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    names(monkeypatch, {"files.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]})
    pem = certificate(tmp_path, host="files.example")
    with serving(ANSWERS, certificate=pem) as server:
        settings.TAMIS_FETCH_ALLOW = [f"127.0.0.1:{server.port}"]
        url = server.url("/a.pdf", host="files.example", scheme="https")
        assert refused(url) == "fetch_certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert get(url)[0] == b"content"
        other = server.url("/a.pdf", host="other.example", scheme="https")
        assert refused(other) == "fetch_certificate"


def test_a_file_has_a_size_it_may_have(server: Server) -> None:
    assert get(server.url("/a.pdf"), most=7)[0] == b"content"
    assert refused(server.url("/a.pdf"), most=6) == "file_too_large"
    assert refused(server.url("/endless"), most=1_000_000) == "file_too_large"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/missing", "fetch_status"),
        ("/error", "fetch_status"),
        ("/short", "fetch_failed"),
        ("/junk", "fetch_failed"),
    ],
)
def test_what_is_no_file_is_said(server: Server, path: str, code: str) -> None:
    assert refused(server.url(path)) == code


def test_a_server_that_drips_is_cut_off(server: Server, settings: Any) -> None:
    settings.TAMIS_FETCH_SECONDS = 0.5
    begun = time.monotonic()
    assert refused(server.url("/drip")) == "fetch_slow"
    assert time.monotonic() - begun < 5


def test_a_server_that_is_not_there_or_says_nothing_is_said(settings: Any) -> None:
    settings.TAMIS_FETCH_SECONDS = 0.5
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.TAMIS_FETCH_ALLOW = [f"127.0.0.1:{port}"]
        assert refused(f"http://127.0.0.1:{port}/") == "fetch_slow"
        assert refused(f"https://127.0.0.1:{port}/") == "fetch_slow"
    assert refused(f"http://127.0.0.1:{port}/") == "fetch_failed"
    assert refused("http://no-such-name.invalid/") == "fetch_unknown_host"


def test_the_list_of_what_may_be_fetched_all_the_same_is_for_tests_alone(monkeypatch: Any) -> None:
    assert environment.for_tests("TAMIS_FETCH_ALLOW", debug=False) == []
    monkeypatch.setenv("TAMIS_FETCH_ALLOW", "127.0.0.1:80, 127.0.0.1:81")
    assert environment.for_tests("TAMIS_FETCH_ALLOW", debug=True) == [
        "127.0.0.1:80",
        "127.0.0.1:81",
    ]
    with pytest.raises(ImproperlyConfigured, match="TAMIS_FETCH_ALLOW"):
        environment.for_tests("TAMIS_FETCH_ALLOW", debug=False)


def names(monkeypatch: Any, known: dict[str, list[str]]) -> list[str]:
    """Let these names have these addresses, whatever the network says; what was looked up."""
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def found(host: str, port: int, *args: Any, **more: Any) -> Any:
        if host not in known:
            return real(host, port, *args, **more)
        looked_up.append(host)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return looked_up
