"""Workers killed with no warning while they read a delivery: nothing is lost, nothing doubled."""

import io
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection

from crowd.config import places
from crowd.models import Delivery
from crowd.services import deliveries, reading
from tests import builders
from tests.builders import NOW
from tests.documents import tables
from tests.documents.archives import tar

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

FILES = 120
SCRIPT = """
import django
django.setup()
from django.utils import timezone
from crowd.services import reading
while reading.read(delivery_id={}, now=timezone.now()):
    pass
"""


def worker(delivery: Delivery) -> "subprocess.Popen[bytes]":
    """A process that reads a delivery on the test's own servers and files."""
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": places.database_url().replace("/tamis", f"/{name}"),
        "REDIS_URL": django_settings.REDIS_URL,
        "TAMIS_SECRET_KEY": "only for tests " * 3,
        "TAMIS_VAR": str(default_storage.location).removesuffix("/files"),
    }
    script = SCRIPT.format(delivery.pk)
    return subprocess.Popen([sys.executable, "-c", script], cwd=places.root(), env=environment)


def test_a_delivery_whose_workers_are_killed_is_read_as_if_nothing_had_happened() -> None:
    drive = builders.drive(excerpts=0)
    files = {f"{number}.csv": tables.table(number) for number in range(1, FILES)}
    data = tar({**files, "empty.csv": b""}, packed="gz")
    made: Any = deliveries.take(
        campaign=drive.campaign, upload=io.BytesIO(data), name="a.tar.gz", now=NOW
    )
    for share in (0.1, 0.3, 0.5, 0.7):
        running = worker(made)
        until = time.monotonic() + 60
        while made.entries_done < share * FILES and running.poll() is None:
            assert time.monotonic() < until
            made.refresh_from_db()
        running.send_signal(signal.SIGKILL)
        running.wait()
    while made.state != "read":
        reading.read(delivery_id=made.pk, now=NOW)
        made.refresh_from_db()
    names = made.documents.order_by("pk").values_list("name", flat=True)
    assert list(names) == list(files)
    assert [each.name for each in made.refusals.all()] == ["empty.csv"]
    assert (made.entries_done, made.entries_known) == (FILES, FILES)
