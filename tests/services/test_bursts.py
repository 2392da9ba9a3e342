"""Bursts: one script's many guests are noticed, forty people with time between them are not."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from crowd import valkey
from crowd.models import Contributor
from crowd.services import contributors
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db

HERE, THERE = "192.0.2.7", "198.51.100.7"
MINUTES = timedelta(minutes=1)


def come(address: str = HERE, *, now: Any = NOW) -> Contributor:
    guest, _ = contributors.start_guest(language="fr", now=now, address=address)
    return guest


def burst(guest: Contributor) -> uuid.UUID | None:
    guest.refresh_from_db()
    return guest.burst


def test_who_comes_alone_is_no_burst() -> None:
    assert burst(come(HERE)) is None
    assert burst(come(THERE)) is None


def test_guests_who_follow_one_another_on_one_network_are_one_burst_the_first_included() -> None:
    guests = [come() for _ in range(4)]
    other = come(THERE)
    assert len({burst(guest) for guest in guests}) == 1
    assert burst(guests[0]) is not None
    assert burst(other) is None


def test_a_burst_ends_ten_minutes_after_its_last_newcomer() -> None:
    first, second = come(), come()
    (newcomers,) = valkey.client().keys(valkey.key("newcomers", "*"))
    assert 590 < valkey.client().ttl(newcomers) <= 600
    valkey.client().delete(newcomers)  # ten minutes pass
    later = come()
    assert burst(later) is None
    assert burst(first) == burst(second) is not None


@pytest.mark.parametrize("address", ["", "127.0.0.1", "::1", "unix:", "::ffff:127.0.0.1"])
def test_an_address_that_tells_no_network_makes_no_burst(address: str) -> None:
    assert [burst(come(address)) for _ in range(3)] == [None] * 3


def test_one_household_has_many_addresses_of_ipv6_and_a_mapped_one_is_the_same() -> None:
    assert burst(come("2001:db8:1:2::1")) is None
    assert burst(come("2001:db8:1:2f:aaaa::1")) is not None
    assert burst(come("2001:db8:2::1")) is None
    come(HERE)
    assert burst(come(f"::ffff:{HERE}")) is not None


def test_a_network_is_called_otherwise_each_day_and_forgotten_within_hours() -> None:
    come()
    come(now=NOW + timedelta(days=1))
    assert len(valkey.client().keys(valkey.key("newcomers", "*"))) == 2
    for key in valkey.client().keys(valkey.key("*")):
        assert 0 < valkey.client().ttl(key) <= 24 * 3600


def test_neither_address_nor_key_is_in_the_database_or_in_what_valkey_holds(caplog: Any) -> None:
    with caplog.at_level("DEBUG"):
        come()
        come()
    names = [key.rsplit(":")[-1] for key in valkey.client().keys(valkey.key("newcomers", "*"))]
    secrets = [valkey.client().get(key) for key in valkey.client().keys(valkey.key("network*"))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM crowd_contributor c")
        stored = " ".join(row[0] for row in cursor.fetchall())
    values = " ".join(str(valkey.client().get(key)) for key in valkey.client().keys("*"))
    assert HERE not in stored + values + caplog.text
    for hidden in [*names, *secrets]:
        assert hidden not in stored + caplog.text


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_guests_come_in_and_there_are_no_bursts() -> None:
    assert [burst(come()) for _ in range(2)] == [None, None]


def test_an_account_keeps_its_place_outside_a_burst() -> None:
    first = come()
    builders.account(guest=first)
    second = come()
    assert burst(first) is None
    assert burst(second) is not None


def test_pages_and_api_notice_bursts() -> None:
    campaign = builders.drive().campaign
    for _ in range(2):
        Client(REMOTE_ADDR=HERE).post(f"/c/{campaign.slug}/play/")
        Client(REMOTE_ADDR=HERE).post(
            "/api/v1/contributors", {"language": "fr"}, content_type="application/json"
        )
    assert Contributor.objects.exclude(burst=None).values("burst").distinct().count() == 1
    assert Contributor.objects.filter(burst=None).count() == 0
