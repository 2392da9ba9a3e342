"""Tests run on real servers: PostgreSQL and Valkey as embedded by `make run`, in `var/test`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from crowd import later, valkey
from crowd.services import outlines, recent
from tests import bucket

pytest_plugins = ["tests.servers"]

# The machine decides how fast an example is, and the same run must always try the same ones.
hypothesis_settings.register_profile(
    "tamis",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("tamis")

# A browser draws, fetches and runs scripts at its own pace, on a machine that may be busy: its
# stories are told once more before they count as failed. The summary names those that were (RERUN).
BROWSER_RETELLS = 1

USES_DATABASE = {"db", "transactional_db", "live_server", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=BROWSER_RETELLS))


@pytest.fixture(autouse=True)
def empty_memories(request: pytest.FixtureRequest) -> None:
    """Nothing that a test left in Valkey, or in this process, reaches the next."""
    if _uses_database(request):
        later.forget()
        valkey.client().flushdb()
        outlines.forget()
        recent.forget()


@pytest.fixture(autouse=True)
def no_veils(settings: Any) -> None:
    """What is settled shows, except where a test is about veils."""
    settings.TAMIS_VEILED_SHARE = 0.0


@pytest.fixture(autouse=True)
def own_files(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> None:
    """Originals and pictures of one test, in a directory of its own.

    With TAMIS_TEST_BUCKET=1 in a bucket of its own: any test can be run on S3.
    """
    if _uses_database(request):
        storages = {name: dict(storage) for name, storage in settings.STORAGES.items()}
        storages["default"]["OPTIONS"] = {"location": tmp_path / "files"}
        if os.environ.get("TAMIS_TEST_BUCKET") == "1":
            storages["default"] = bucket.storage()
        settings.STORAGES = storages


@pytest.fixture
def valkey_away(settings: Any) -> Iterator[None]:
    """Valkey is not there, for the length of a test."""
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    _forget_connections()
    yield
    _forget_connections()


def _uses_database(request: pytest.FixtureRequest) -> bool:
    return bool(USES_DATABASE & set(request.fixturenames)) or bool(
        request.node.get_closest_marker("django_db")
    )


def _forget_connections() -> None:
    valkey.client.cache_clear()
    valkey.script.cache_clear()
