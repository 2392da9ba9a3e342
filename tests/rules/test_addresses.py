"""Which addresses may be connected to, however they are written or wrapped."""

from ipaddress import ip_address

import pytest

from crowd.rules import addresses
from crowd.rules.problems import Problem

PUBLIC = [
    *("8.8.8.8", "1.1.1.1", "193.54.110.1", "2a01:e0a::1", "2606:4700::1111", "172.32.0.1"),
    *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:0808:0808::1"),
]
PRIVATE = [
    *("127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1"),
    *("255.255.255.255", "240.0.0.1", "192.88.99.1"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "2001:db8::1"),
    *("3fff::1", "5f00::1", "100::1", "2001:2::1", "64:ff9b:1::8.8.8.8", "::8.8.8.8"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::1", "2002:c0a8:101::1", "2001:0:7f00:1::f7f7:f7f7"),
    "2001:0:808:808::80ff:fffe",  # Teredo: a public server, a client at 127.0.0.1
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert addresses.is_public(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_anything_else_is_not_whatever_it_is_wrapped_in(address: str) -> None:
    assert not addresses.is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://example.org", "https://example.org/"),
        (" http://Exämple.org:8080/a b/é?q=ü#x ", None),
        ("https://Exämple.org/é?q=ü#x", "https://xn--exmple-cua.org/%C3%A9?q=%C3%BC"),
        ("https://example.org:443/a%20b", "https://example.org/a%20b"),
        ("http://[2a01:e0a::1]:8000/", "http://[2a01:e0a::1]:8000/"),
        ("http://0x7f.1/", "http://0x7f.1/"),  # what it is, the look-up says
        ("ftp://example.org/", None),
        ("file:///etc/passwd", None),
        ("https://a:b@example.org/", None),
        ("https://example.org\\@evil.org/", None),
        ("https://example.org/\r\nHost: evil", None),
        ("https://example.org:99999/", None),
        ("https:///a", None),
        ("https://" + "a" * 300 + ".org/", None),
        ("https://example.org/" + "a" * 2000, None),
        ("http://[::1", None),
        ("gopher", None),
        ("", None),
    ],
)
def test_a_web_address_is_taken_apart_or_refused(url: str, told: str | None) -> None:
    if told is None:
        with pytest.raises(Problem, match="url_invalid"):
            addresses.target(url)
    else:
        assert addresses.target(url).url == told
        assert addresses.target(told).url == told


def test_a_redirect_may_be_relative() -> None:
    assert addresses.target("../b", base="https://example.org/x/a").url == "https://example.org/b"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://example.org/x/rapport%20final.pdf?v=2", "rapport final.pdf"),
        ("https://example.org/x/", "x"),
        ("https://example.org/", "example.org"),
    ],
)
def test_a_file_is_called_like_the_end_of_its_address(url: str, name: str) -> None:
    assert addresses.target(url).file_name == name
