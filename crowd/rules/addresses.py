"""Which addresses of the network anybody may be sent to, and how a web address is taken apart.

After IANA's registries of special-purpose addresses. What wraps an IPv4 address (IPv4-mapped,
NAT64, 6to4, Teredo) is judged by what is inside.
"""

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import quote, unquote, urljoin, urlsplit

from crowd.rules.problems import Problem

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000  # characters of a web address
UNFIT = re.compile(r"[\x00-\x20\x7f]")
KEPT = "/:?#[]@!$&'()*+,;=%~"  # in a path or a query these have a meaning already

NOT_PUBLIC_4 = [
    IPv4Network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
PUBLIC_6 = IPv6Network("2000::/3")  # global unicast; all else is special or not given out
NOT_PUBLIC_6 = [IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20")]
NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public network, and nobody's inner one."""
    if isinstance(address, IPv4Address):
        return not any(address in net for net in NOT_PUBLIC_4)
    if address.scope_id:
        return False
    wrapped = _wrapped(address)
    if wrapped:
        return all(map(is_public, wrapped))
    return address in PUBLIC_6 and not any(address in net for net in NOT_PUBLIC_6)


def _wrapped(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses inside of an IPv6 one."""
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address.sixtofour:
        return [address.sixtofour]
    if address.teredo:
        return list(address.teredo)
    if address in NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return []


@dataclass(frozen=True, kw_only=True)
class Target:
    """A web address, taken apart and checked.

    Attributes:
        host: as it is asked for by name (ASCII), or an IP address without brackets.
        path: with the query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def file_name(self) -> str:
        """What a file fetched from there could be called."""
        return unquote(self.path.partition("?")[0].rstrip("/").rpartition("/")[2]) or self.host


def target(url: str, *, base: str = "") -> Target:
    """Take a web address apart.

    Args:
        base: the address that a redirect came from, which it may be relative to.

    Raises:
        Problem: `url_invalid`.
    """
    try:
        whole = urljoin(base, url.strip()) if base else url.strip()
        parts = urlsplit(whole)
        host, port = _host(parts.hostname or ""), parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError, UnicodeError) as wrong:
        raise Problem("url_invalid", url=url[:200]) from wrong
    odd = parts.username is not None or "\\" in whole or UNFIT.search(whole)
    if not host or odd or len(whole) > LONGEST:
        raise Problem("url_invalid", url=url[:200])
    path = quote(parts.path or "/", safe=KEPT)
    query = f"?{quote(parts.query, safe=KEPT)}" if parts.query else ""
    return Target(scheme=parts.scheme, host=host, port=port, path=path + query)


def _host(name: str) -> str:
    if ":" in name:
        return str(ipaddress.IPv6Address(name))
    return name.encode("idna").decode("ascii").lower()
