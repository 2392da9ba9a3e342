"""The administration shows what came together, and can stop it and go on."""

import io
from typing import Any

import pytest
from django.test import Client

from crowd.models import Delivery, User
from crowd.services import deliveries, reading
from tests import builders
from tests.builders import NOW
from tests.documents import tables
from tests.documents.archives import zipped

pytestmark = pytest.mark.django_db

LIST = "/admin/crowd/delivery/"


@pytest.fixture
def admin() -> Client:
    user = User.objects.create_superuser("admin@example.org", password="only for tests")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def delivery() -> Delivery:
    drive = builders.drive(excerpts=0)
    data = zipped({"good.csv": tables.table(1), "empty.csv": b""})
    made: Any = deliveries.take(
        campaign=drive.campaign, upload=io.BytesIO(data), name="a.zip", now=NOW
    )
    return made


def test_deliveries_are_listed_with_what_was_refused(admin: Client, delivery: Delivery) -> None:
    reading.read(delivery_id=delivery.pk, now=NOW)
    listed = admin.get(LIST)
    assert "a.zip" in listed.content.decode()
    shown = admin.get(f"{LIST}{delivery.pk}/change/").content.decode()
    assert "empty.csv" in shown
    assert "This file is empty." in shown


def test_a_delivery_is_stopped_and_read_on(admin: Client, delivery: Delivery) -> None:
    for action, state in (("stop", "stopped"), ("resume", "received")):
        admin.post(LIST, {"action": action, "_selected_action": [delivery.pk]})
        delivery.refresh_from_db()
        assert delivery.state == state


def test_nobody_makes_a_delivery_by_hand(admin: Client) -> None:
    assert admin.get(f"{LIST}add/").status_code == 403
