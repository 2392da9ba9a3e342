"""`make run` as a whole, in its own data directory: what it starts, says, survives and stops."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from crowd.config import places
from crowd.config.launch import embedded, postgres, root, valkey
from crowd.config.launch.ground import Ground

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OURS = ["beat", "documents", "sockets", "web", "worker"]
READY = "Ctrl-C stops everything."


class Start:
    """One `make run`, without make."""

    def __init__(self, place: Path, port: int, **environment: str) -> None:
        self.place, self.port = place, port
        self.output = place.with_name("output.txt")
        self.begun = time.monotonic()
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crowd.config.launch"],
                cwd=places.root(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | {"TAMIS_VAR": str(place), "TAMIS_PORT": str(port)} | environment,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def until(self, words: str, *, seconds: float = 150) -> float:
        """Wait for words; the result is the seconds since the start."""
        while words not in self.said:
            ended = self.process.poll()
            assert ended is None or words in self.said, f"ended with {ended}: {self.said}"
            assert time.monotonic() - self.begun < seconds, self.said
            time.sleep(0.05)
        return time.monotonic() - self.begun

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def pid(self, name: str) -> int:
        return int(json.loads((self.place / "run" / f"{name}.json").read_text())["pid"])

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        connection.request("GET", path)
        return connection.getresponse().status


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A data directory for this whole file: the samples are drawn once."""
    directory = places.var() / f"start-{os.getpid()}" / "var"
    directory.mkdir(parents=True)
    yield directory
    data = _ground(directory).postgres_data
    if data.is_relative_to(root.ELSEWHERE):
        shutil.rmtree(data.parent)
    shutil.rmtree(directory.parent)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def starts(place: Path, port: int) -> Iterator[list[Start]]:
    """Starts made by a test, ended with it."""
    made: list[Start] = []
    yield made
    for start in made:
        if start.process.poll() is None:
            start.end()


def _ground(place: Path) -> Ground:
    return embedded.prepare(var=place, sockets=place / "run")


def _is_quiet(place: Path) -> bool:
    """Whether nothing of that data directory runs any more."""
    ours = [one for one in psutil.process_iter() if _belongs(one, place)]
    return not ours and len(embedded.dead(ground=_ground(place))) == 2


def _belongs(process: psutil.Process, place: Path) -> bool:
    try:
        return process.environ().get("TAMIS_VAR") == str(place)
    except psutil.Error:
        return False


def _start(starts: list[Start], place: Path, port: int, **environment: str) -> Start:
    starts.append(Start(place, port, **environment))
    return starts[-1]


def _knock_at_a_socket(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port + 1, timeout=20)  # their own process
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
        "Origin": f"http://localhost:{port}",
        "X-Forwarded-For": "203.0.113.7",
    }
    connection.request("GET", "/ws/me/", headers=headers)
    assert connection.getresponse().status in {101, 403}
    connection.close()


def test_a_start_serves_the_site_and_ctrl_c_stops_everything(
    place: Path, port: int, starts: list[Start]
) -> None:
    start = _start(starts, place, port)
    start.until(READY)
    assert f"http://localhost:{port}" in start.said
    assert start.get("/healthz") == 200
    assert start.get("/") == 200
    link = next(line for line in start.said.splitlines() if "As admin" in line).split()[2]
    assert start.get(link.removeprefix(f"http://localhost:{port}")) in {200, 302}
    _knock_at_a_socket(port)
    assert start.end(signal.SIGINT) == 0
    assert "Stopped." in start.said
    assert _is_quiet(place)
    # Rule 3: no address of a visitor is kept, not even in a log.
    written = "".join(log.read_text() for log in (place / "log").iterdir())
    assert "127.0.0.1" not in written
    assert "203.0.113.7" not in written


def test_a_second_start_takes_seconds_and_sigterm_stops_it_too(
    place: Path, port: int, starts: list[Start]
) -> None:
    if not (place / "files").exists():  # run alone, this test starts for the first time
        first = _start(starts, place, port)
        first.until(READY)
        first.end()
    start = _start(starts, place, port)
    # A few seconds on a machine that does nothing else; the bound is for a busy one.
    assert start.until(READY) < 60
    assert start.end(signal.SIGTERM) == 0
    assert _is_quiet(place)


def test_a_start_beside_a_running_one_says_so_and_disturbs_nothing(
    place: Path, port: int, starts: list[Start]
) -> None:
    start = _start(starts, place, port)
    start.until(READY)
    said = start.said
    second = subprocess.run(
        [sys.executable, "-m", "crowd.config.launch"],
        cwd=places.root(),
        env=os.environ | {"TAMIS_VAR": str(place)},
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert second.stderr.startswith("Tamis is already running here (process ")
    assert len(second.stderr.splitlines()) == 1
    assert start.said == said
    assert start.get("/healthz") == 200


def test_a_busy_port_is_one_sentence_and_nothing_is_left_running(
    place: Path, starts: list[Start]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        start = _start(starts, place, listener.getsockname()[1])
        assert start.process.wait(timeout=60) == 1
    assert "is in use by" in start.said.splitlines()[-1]
    assert "Traceback" not in start.said
    assert _is_quiet(place)


def test_after_kill_9_the_next_start_takes_over_the_servers_and_replaces_the_rest(
    place: Path, port: int, starts: list[Start]
) -> None:
    killed = _start(starts, place, port)
    killed.until(READY)
    left = {name: psutil.Process(killed.pid(name)) for name in OURS}
    servers = [server.process(ground=_ground(place)) for server in (postgres, valkey)]
    killed.end(signal.SIGKILL)
    assert all(process.is_running() for process in left.values())
    start = _start(starts, place, port)
    start.until(READY)
    assert f"left these running, now stopped: {', '.join(OURS)}" in start.said
    assert "taken over: PostgreSQL and Valkey" in start.said
    assert not any(process.is_running() for process in left.values())
    assert [server.process(ground=_ground(place)) for server in (postgres, valkey)] == servers
    assert start.get("/healthz") == 200


def test_a_process_that_dies_is_named_and_started_again(
    place: Path, port: int, starts: list[Start]
) -> None:
    start = _start(starts, place, port)
    start.until(READY)
    for name in OURS:
        dead = start.pid(name)
        os.kill(dead, signal.SIGKILL)
        start.until(f"killed by signal 9; its log is {place}/log/{name}.log. Starting it again.")
        until = time.monotonic() + 20
        while start.pid(name) == dead:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert psutil.Process(start.pid(name)).is_running()


def test_servers_that_die_are_started_again_and_the_site_goes_on(
    place: Path, port: int, starts: list[Start]
) -> None:
    start = _start(starts, place, port)
    start.until(READY)
    for server, title in ((postgres, "PostgreSQL"), (valkey, "Valkey")):
        server.process(ground=_ground(place)).kill()
        start.until(f"{title} died; starting again.")
        until = time.monotonic() + 30
        while start.get("/healthz") != 200:
            assert time.monotonic() < until, start.said
            time.sleep(0.2)


def test_a_process_that_cannot_live_ends_the_start_with_its_last_words(
    place: Path, port: int, starts: list[Start], tmp_path: Path
) -> None:
    # A library that is broken on this machine, seen by all who import it but the launcher.
    (tmp_path / "granian.py").write_text("raise ImportError('libsomething.so.1: cannot open')")
    start = _start(starts, place, port, PYTHONPATH=str(tmp_path))
    assert start.process.wait(timeout=120) == 1
    assert "The web process stopped with code 1" in start.said
    assert "libsomething.so.1: cannot open" in start.said
    assert _is_quiet(place)


def test_a_setting_that_makes_no_sense_is_one_sentence(
    place: Path, port: int, starts: list[Start]
) -> None:
    start = _start(starts, place, port, TAMIS_DEBUG="yes")
    assert start.process.wait(timeout=60) == 1
    assert start.said.strip() == "TAMIS_DEBUG must be 0 or 1, not 'yes'."


def test_servers_named_in_the_environment_are_used_instead(
    place: Path, port: int, starts: list[Start]
) -> None:
    elsewhere = place.with_name("elsewhere")
    start = _start(
        starts,
        elsewhere,
        port,
        DATABASE_URL=places.database_url(),
        REDIS_URL=places.redis_url(),
        TAMIS_SECRET_KEY="only for this test, and long enough",
    )
    start.until(READY)
    assert start.get("/healthz") == 200
    assert start.end() == 0
    assert not (elsewhere / "postgres").exists()
    assert not (elsewhere / "valkey" / "valkey.pid").exists()
    assert embedded.dead(ground=_ground(places.var())) == []
