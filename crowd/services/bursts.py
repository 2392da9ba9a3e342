"""Bursts: guests who come one after the other from one network, as a script's would.

They play like everybody, but of one burst only so many answers decide (DESIGN, rules 3 and 4).
An address is never kept. What tells networks apart is an HMAC of the address with a key that
Valkey makes up daily, and forgets; PostgreSQL holds a random name that a burst's guests share.
Without Valkey there are no bursts.
"""

import hashlib
import hmac
import ipaddress
import logging
import secrets
import uuid
from datetime import datetime, timedelta

from crowd import valkey
from crowd.models import Contributor
from crowd.models.contributors import ContributorKind

logger = logging.getLogger(__name__)

BETWEEN = timedelta(minutes=10)  # from one newcomer to the next
KEY_LIVES = timedelta(hours=24)
IPV6_PREFIX = 56  # bits: what a provider gives one household


def notice(*, guest: Contributor, address: str, now: datetime) -> None:
    """See whether a new guest is one of a burst, and name the burst on all of its guests.

    Args:
        address: of the browser or script, as the server has it; never stored or logged.
    """
    network = _network(address)
    if network is None:
        return
    try:
        known = _last_newcomer(network, guest, now)
    except valkey.Unreachable:
        logger.warning("Valkey is unreachable; a newcomer is taken to be alone")
        return
    if known is not None:
        burst, other = known
        guest.burst = burst
        Contributor.objects.filter(pk__in=[guest.pk, other], kind=ContributorKind.GUEST).update(
            burst=burst
        )


def _last_newcomer(
    network: bytes, guest: Contributor, now: datetime
) -> tuple[uuid.UUID, int] | None:
    """The burst's name and its first guest; None for whoever comes alone, so far."""
    client, name = valkey.client(), _name(network, now)
    mine = f"{uuid.uuid4()}:{guest.pk}"
    if client.set(name, mine, nx=True, ex=BETWEEN):
        return None
    # Another newcomer within ten minutes: the burst goes on for ten minutes from now.
    found = client.getex(name, ex=BETWEEN)
    if found is None:  # it ended between the two
        client.set(name, mine, ex=BETWEEN)
        return None
    burst, first = found.split(":")
    return uuid.UUID(burst), int(first)


def _name(network: bytes, now: datetime) -> str:
    client, day = valkey.client(), valkey.key("network-key", now.date().isoformat())
    client.set(day, secrets.token_hex(32), nx=True, ex=KEY_LIVES)
    secret = client.get(day) or secrets.token_hex(32)
    return valkey.key("newcomers", hmac.new(secret.encode(), network, hashlib.sha256).hexdigest())


def _network(address: str) -> bytes | None:
    """What tells one network from another; None when the address says nothing of one.

    Everyone may come through this machine itself: a proxy that passes no addresses on, a tunnel.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            prefix = ipaddress.IPv6Network((found, IPV6_PREFIX), strict=False)
            return None if found.is_loopback else prefix.network_address.packed
        found = found.ipv4_mapped
    return None if found.is_loopback else found.packed
