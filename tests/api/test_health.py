"""The health check: what is there, and what can be done without."""

import pytest
from django.db import connection
from django.test import Client

from crowd import valkey


@pytest.fixture
def without_valkey(settings):
    valkey.client.cache_clear()
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    yield
    valkey.client.cache_clear()


def test_all_is_well(db):
    reply = Client().get("/healthz")
    assert (reply.status_code, reply.json()) == (200, {"database": True, "valkey": True})
    assert "no-store" in reply.headers["Cache-Control"]


def test_without_valkey_it_is_well_enough(db, without_valkey):
    reply = Client().get("/healthz")
    assert (reply.status_code, reply.json()) == (200, {"database": True, "valkey": False})


def test_without_postgresql_it_is_not(db, monkeypatch):
    # The test itself keeps its connection; only the address that is asked anew leads nowhere.
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    reply = Client().get("/healthz")
    assert (reply.status_code, reply.json()["database"]) == (503, False)
