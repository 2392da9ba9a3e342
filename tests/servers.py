"""The embedded servers under the tests: a pytest plugin (named in pyproject.toml), and a command.

They are started by the product's own code (`crowd.config.launch`), in `var/test`. A test run that
was killed leaves them running, and the next one adopts them; runs side by side share them, and the
last one out stops them. `TAMIS_TEST_VAR` names another directory, for a second run with a database
of its own.

Shared by several processes (`pytest -n 2`), a run gives each a database of its own in both servers.

`python -m tests.servers COMMAND…` runs a `manage.py` command on them.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from crowd.config import places

ROOT = Path(__file__).resolve().parents[1]


def _point_at_test_servers() -> None:
    """Before the settings are read: nothing of the shell's own configuration reaches a test, which
    empties Valkey and drops databases."""
    for name in [name for name in os.environ if name.startswith("TAMIS_")]:
        if not name.startswith("TAMIS_TEST_"):
            del os.environ[name]
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ["TAMIS_VAR"] = os.environ.get("TAMIS_TEST_VAR") or str(ROOT / "var" / "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crowd.config.settings")
    if WORKER:
        os.environ["REDIS_URL"] = f"{places.redis_url()}?db={int(WORKER[2:]) + 1}"


WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # gw0, gw1, … when a run is shared by processes
_point_at_test_servers()

# After that: these import the settings' own modules.
from django.conf import settings  # noqa: E402

from crowd.config.launch import embedded, messages, readying  # noqa: E402
from crowd.config.launch.telling import Refusal  # noqa: E402


class _Use:
    """Our share in the servers: every run holds the lock together, the last one alone."""

    lock: IO[str] | None = None


def take() -> None:
    """Start or adopt the servers.

    Raises:
        Refusal: one of them does not start.
    """
    ground = embedded.prepare(var=places.var(), sockets=places.socket_dir())
    _Use.lock = open(places.var() / "in-use.lock", "w")  # noqa: SIM115 (held as long as we run)
    fcntl.flock(_Use.lock, fcntl.LOCK_SH)
    embedded.start(ground=ground, durable=False)


def leave() -> None:
    """Stop the servers if no other run uses them."""
    if _Use.lock is None:
        return
    with _Use.lock, contextlib.suppress(BlockingIOError):
        fcntl.flock(_Use.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        embedded.stop(ground=embedded.prepare(var=places.var(), sockets=places.socket_dir()))
    _Use.lock = None


@contextlib.contextmanager
def running() -> Iterator[None]:
    """The servers, for the length of a block."""
    take()
    try:
        yield
    finally:
        leave()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that leads the run."""
    if WORKER:
        _name_audiences()
    if hasattr(config, "workerinput") or config.option.collectonly or config.option.help:
        return
    messages.compile_all(root=ROOT)
    try:
        take()
    except Refusal as refusal:
        raise pytest.UsageError(str(refusal)) from refusal


def _name_audiences() -> None:
    """Messages know no databases: what one process tells must not be heard in another's."""
    settings.TAMIS_LIVE_PREFIX = f"{settings.TAMIS_LIVE_PREFIX}-{WORKER}"
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = settings.TAMIS_LIVE_PREFIX


def pytest_sessionstart(session: pytest.Session) -> None:
    """Gather the static files if one changed: pages name them by their content."""
    if _Use.lock is not None:
        readying.collect_static()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them, unless another run uses them."""
    if not hasattr(config, "workerinput"):
        leave()


if __name__ == "__main__":
    with running():
        code = subprocess.call([sys.executable, "manage.py", *sys.argv[1:]], cwd=ROOT)
    sys.exit(code)
