"""A whole site of its own, with the product's servers and processes: to measure or to break."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from crowd.config.launch import children, embedded
from crowd.config.launch.ground import Ground

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0


@dataclass
class Site:
    """One running Tamis. Its processes can be killed and started again by name."""

    var: Path
    port: int
    settings: str
    beside: int = 0  # the port of a second web process, if there is one
    more: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are given: nothing of the shell's own configuration."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("TAMIS_") and name not in {"DATABASE_URL", "REDIS_URL"}
        }
        return kept | {
            "TAMIS_VAR": str(self.var),
            "TAMIS_ORIGIN": self.address,
            "TAMIS_SOCKETS_PORT": str(children.sockets_of(self.port)),
            "TAMIS_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": self.settings,
            **self.more,
        }

    @property
    def ground(self) -> Ground:
        return embedded.prepare(var=self.var, sockets=self.var / "run")

    def manage(self, *arguments: str) -> str:
        """Run a `manage.py` command on this site and return what it printed."""
        return self.python("-m", "django", *arguments)

    def python(self, *arguments: str) -> str:
        """Run Python on this site and return what it printed."""
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def start(self, name: str, *, port: int | None = None) -> None:
        """Start one of the processes: web, sockets, worker, documents or beat.

        Args:
            name: with anything behind a dash, another one of the same kind ("worker-2").
            port: where another web process listens.
        """
        known = children.commands(
            port=port or self.port,
            node=f"tests-{name}",
            schedule=self.var / "run" / "beat",
        )
        command = next(each for each in known if each.name == name.partition("-")[0])
        with (self.var / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command.arguments,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """End one process, and what it started, as a power cut would."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()

    def wait(self, path: str = "/healthz") -> None:
        """Wait until the web process answers.

        Raises:
            TimeoutError: it does not.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=1)
                return
            time.sleep(0.1)
        raise TimeoutError(f"The site did not answer within {PATIENCE:.0f} s; see {self.var}.")


def free_port() -> int:
    """A port nobody listens on at this moment, nor on the one next to it."""
    while True:
        with socket.socket() as probe, socket.socket() as beside, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            beside.bind(("127.0.0.1", children.sockets_of(port)))
            return port


@contextlib.contextmanager
def running(
    var: Path, *, settings: str = "crowd.config.settings", more: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """A fresh site in this directory, for the length of a block; `more` is its configuration.

    Processes that share the tests have a directory each: one would empty the other's.
    """
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        var = var.with_name(f"{var.name}-{worker}")
    site = Site(var=var, port=free_port(), settings=settings, more=more or {})
    shutil.rmtree(var, ignore_errors=True)
    embedded.start(ground=site.ground)
    try:
        with ThreadPoolExecutor() as beside:
            done = beside.submit(site.manage, "collectstatic", "--noinput", "-v0")
            site.manage("migrate", "-v0")
            done.result()
        for name in ("web", "sockets", "worker", "documents", "beat"):
            site.start(name)
        site.wait()
        yield site
    finally:
        for name in list(site.processes):
            site.kill(name)
        embedded.stop(ground=site.ground)
