"""The launcher's parts, each tried on stand-ins or in a data directory of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from crowd.config import places
from crowd.config.launch import (
    checks,
    children,
    embedded,
    logs,
    postgres,
    processes,
    root,
    supervision,
    valkey,
)
from crowd.config.launch.children import Child, Command
from crowd.config.launch.embedded import Server
from crowd.config.launch.ground import Ground
from crowd.config.launch.supervision import Kept
from crowd.config.launch.telling import Refusal

SLEEPS = "import time; time.sleep(60)"


STOPS = """
import signal, threading
from crowd.config.launch import stopping
stopping.listen()
try:
    try:
        print("ready", flush=True)
        signal.pause()
    finally:
        threading.Event().wait(0.5)
        print("everything stopped", flush=True)
except stopping.Stopped:
    print("in order", flush=True)
"""


def stand_in(code: str, *, name: str = "web") -> Command:
    return Command(name, f"the {name} process", [sys.executable, "-c", code])


def started(command: Command, directory: Path) -> Child:
    child = children.start(command, directory=directory, records=directory, log_directory=directory)
    # For an instant after its start, the system knows no command line of it.
    process = psutil.Process(child.process.pid)
    wait_for(lambda: child.exit_code is not None or processes.command_of(process))
    return child


def wait_for(condition: object, *, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A data directory in `var/test`: pytest's own temporary directories are closed to PostgreSQL's
    account when the tests run as root."""
    directory = places.var() / f"launch-{os.getpid()}" / request.node.name[:30]
    directory.mkdir(parents=True)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def ground(place: Path) -> Iterator[Ground]:
    prepared = embedded.prepare(var=place, sockets=place / "run")
    yield prepared
    embedded.stop(ground=prepared)
    if prepared.postgres_data.is_relative_to(root.ELSEWHERE):
        shutil.rmtree(prepared.postgres_data.parent)


def connect(ground: Ground) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=str(ground.sockets), user="postgres", dbname="tamis", autocommit=True
    )


# --- Before the start ----------------------------------------------------------------------------


def test_a_busy_port_is_refused_with_the_name_of_the_program_and_another_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Refusal) as refused:
            checks.free_port(port)
    sentence = str(refused.value)
    assert f"Port {port} is in use by " in sentence
    assert f"(process {os.getpid()})" in sentence
    assert f"TAMIS_PORT={port + 1} make run" in sentence


def test_a_port_used_on_the_other_localhost_is_busy_too() -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener, pytest.raises(Refusal):
        checks.free_port(listener.getsockname()[1])


def test_a_port_that_was_just_left_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    checks.free_port(port)


@pytest.mark.parametrize("nonsense", ["", "http", "0", "70000", "-1", "8000.5"])
def test_a_port_that_is_no_port_is_refused(nonsense: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMIS_PORT", nonsense)
    with pytest.raises(Refusal, match="TAMIS_PORT must be a whole number from 1 to 65535"):
        checks.port()


def test_a_second_launcher_is_refused_while_the_first_holds_the_directory(place: Path) -> None:
    refused = pytest.raises(Refusal, match=f"already running .*{os.getpid()}")
    with checks.only_one(place), refused, checks.only_one(place):
        pass
    with checks.only_one(place):
        pass


def test_servers_named_elsewhere_that_do_not_answer_are_told_without_their_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://tamis:secret@127.0.0.1:1/tamis")
    with pytest.raises(Refusal, match="DATABASE_URL does not answer") as refused:
        checks.given_servers_answer()
    assert "secret" not in str(refused.value)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("REDIS_URL", "redis://:secret@127.0.0.1:1/0")
    with pytest.raises(Refusal, match="REDIS_URL does not answer") as refused:
        checks.given_servers_answer()
    assert "secret" not in str(refused.value)


# --- Our own processes ---------------------------------------------------------------------------


def test_what_a_killed_launcher_left_running_is_stopped_by_the_next(place: Path) -> None:
    left = started(stand_in(SLEEPS), place)
    assert children.clear_left_over(records=place) == ["web"]
    assert left.process.wait(timeout=10) is not None
    assert children.clear_left_over(records=place) == []


def test_what_a_killed_child_had_started_itself_is_stopped_too(place: Path) -> None:
    forks = "import os, time; os.fork(); time.sleep(60)"
    left = started(stand_in(forks), place)
    parent = psutil.Process(left.process.pid)
    wait_for(parent.children)
    orphan = parent.children()[0]
    left.process.kill()
    left.process.wait()
    assert children.clear_left_over(records=place) == ["web"]
    wait_for(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize("difference", ["born", "command"])
def test_another_program_that_got_a_recorded_number_is_left_alone(
    place: Path, difference: str
) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPS]) as unrelated:
        record = {
            "pid": unrelated.pid,
            "born": psutil.Process(unrelated.pid).create_time(),
            "command": [sys.executable, "-c", SLEEPS],
        }
        record[difference] = 1.0 if difference == "born" else [sys.executable, "-c", "pass"]
        (place / "web.json").write_text(json.dumps(record))
        assert children.clear_left_over(records=place) == []
        assert unrelated.poll() is None
        unrelated.kill()


def test_a_record_that_was_cut_short_is_thrown_away(place: Path) -> None:
    (place / "web.json").write_text('{"pid": 1')
    assert children.clear_left_over(records=place) == []
    assert not (place / "web.json").exists()


def test_a_child_is_out_of_reach_of_the_terminals_ctrl_c(place: Path) -> None:
    child = started(stand_in(SLEEPS), place)
    assert os.getpgid(child.process.pid) != os.getpgid(0)
    children.stop([child], records=place)
    assert child.exit_code is not None


def test_a_child_that_ignores_being_asked_is_killed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "STOPPING", [(signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)])
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    child = started(stand_in(deaf.replace("'deaf'", "'deaf', flush=True")), place)
    wait_for(lambda: logs.last_words(child.log) == "deaf")
    children.stop([child], records=place)
    assert child.exit_code is not None


def test_a_dead_child_is_started_again_three_times_then_named_with_its_log(place: Path) -> None:
    command = stand_in("raise SystemExit('no such table')", name="worker")
    kept = Kept(started(command, place), lambda: started(command, place))
    for now in (1.0, 2.0, 3.0):
        kept.child.process.wait()
        supervision.look_after([kept], now=now)
    kept.child.process.wait()
    with pytest.raises(Refusal) as refused:
        supervision.look_after([kept], now=4.0)
    sentence = str(refused.value)
    assert sentence.startswith("The worker process stopped with code 1 (no such table)")
    assert str(place / "worker.log") in sentence


def test_a_child_that_dies_once_in_a_while_is_always_started_again(place: Path) -> None:
    command = stand_in("raise SystemExit(1)")
    kept = Kept(started(command, place), lambda: started(command, place))
    for now in range(0, 60 * 20, 60):
        kept.child.process.wait()
        supervision.look_after([kept], now=float(now))


def test_waiting_ends_at_once_when_a_child_is_dead(place: Path) -> None:
    child = started(stand_in("import nothing_of_that_name"), place)
    with pytest.raises(Refusal, match="No module named 'nothing_of_that_name'"):
        supervision.wait_until(
            {"the web process": lambda: False}, children=[child], patience=20, logs_in=place
        )


def test_waiting_names_what_stays_silent(place: Path) -> None:
    with pytest.raises(Refusal, match=r"^Beat did not answer within 0 s; the logs are in"):
        supervision.wait_until(
            {"the web process": lambda: True, "beat": lambda: False},
            children=[],
            patience=0.1,
            logs_in=place,
        )


def test_a_log_that_grew_large_is_turned_over_and_three_old_ones_are_kept(place: Path) -> None:
    path = place / "web.log"
    for number in range(6):
        with logs.opened(path, turn_over_at=10) as log:
            log.write(f"a long line of run {number}\n".encode())
    kept = sorted(path.name for path in place.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert logs.last_words(place / "web.log.1") == "a long line of run 4"


# --- The embedded servers ------------------------------------------------------------------------


def test_killed_servers_are_started_again_with_what_was_committed(ground: Ground) -> None:
    assert embedded.start(ground=ground) == []
    with connect(ground) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'été' AS word")
        postgres.process(ground=ground).kill()
        valkey.process(ground=ground).kill()
        wait_for(lambda: len(embedded.dead(ground=ground)) == 2)
        assert embedded.start(ground=ground) == []
    with connect(ground) as connection:
        assert connection.execute("SELECT upper(word) FROM kept").fetchall() == [("ÉTÉ",)]
    embedded.stop(ground=ground)
    assert embedded.dead(ground=ground) == [Server.POSTGRES, Server.VALKEY]


def test_a_server_killed_in_the_middle_of_a_long_query_is_started_again(ground: Ground) -> None:
    embedded.start(ground=ground, wanted=[Server.POSTGRES], durable=False)
    asks = """if True:
        import psycopg, sys
        client = psycopg.connect(host=sys.argv[1], user="postgres")
        print("asking", flush=True)
        client.execute("SELECT count(*) FROM generate_series(1, 1000000000)")
    """
    command = [sys.executable, "-c", asks, str(ground.sockets)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as client:
        client.stdout.readline()
        time.sleep(0.2)
        postgres.process(ground=ground).kill()
        assert embedded.start(ground=ground, wanted=[Server.POSTGRES], durable=False) == []
        client.kill()


def test_servers_left_running_are_adopted(ground: Ground) -> None:
    embedded.start(ground=ground, durable=False)
    before = postgres.process(ground=ground), valkey.process(ground=ground)
    assert embedded.start(ground=ground) == [Server.POSTGRES, Server.VALKEY]
    assert (postgres.process(ground=ground), valkey.process(ground=ground)) == before


def test_only_the_wanted_servers_are_started(ground: Ground) -> None:
    embedded.start(ground=ground, wanted=[Server.VALKEY])
    assert embedded.dead(ground=ground) == [Server.POSTGRES]


def test_lock_files_whose_number_is_now_another_programs_do_not_block_the_start(
    ground: Ground,
) -> None:
    embedded.start(ground=ground, durable=False)
    lock = (ground.postgres_data / "postmaster.pid").read_text()
    embedded.stop(ground=ground)
    who = {} if ground.account is None else {"user": ground.account.pw_uid}
    with subprocess.Popen(["sleep", "60"], **who) as unrelated:
        numbered = "\n".join([str(unrelated.pid), *lock.split("\n")[1:]])
        (ground.postgres_data / "postmaster.pid").write_text(numbered)
        (ground.postgres_sockets / ".s.PGSQL.5432.lock").write_text(numbered)
        (ground.valkey_data / "valkey.pid").write_text(str(unrelated.pid))
        assert embedded.start(ground=ground, durable=False) == []
        assert unrelated.poll() is None
        unrelated.kill()


def test_a_start_that_was_cut_short_leaves_nothing_that_stops_the_next(ground: Ground) -> None:
    unfinished = ground.postgres_data.with_name("postgres.unfinished")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18")
    embedded.start(ground=ground, wanted=[Server.POSTGRES], durable=False)
    assert embedded.dead(ground=ground, wanted=[Server.POSTGRES]) == []


def test_data_of_another_version_is_refused_and_left_alone(ground: Ground) -> None:
    ground.postgres_data.mkdir()
    (ground.postgres_data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Refusal, match="made by PostgreSQL 17; this is PostgreSQL 18"):
        embedded.start(ground=ground)
    assert (ground.postgres_data / "PG_VERSION").read_text() == "17\n"


def test_a_server_that_cannot_start_gives_its_last_words_and_its_log(ground: Ground) -> None:
    embedded.start(ground=ground, wanted=[Server.POSTGRES], durable=False)
    embedded.stop(ground=ground)
    with (ground.postgres_data / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(Refusal, match=r"The embedded PostgreSQL does not answer: .*postgres\.log"):
        embedded.start(ground=ground)


def test_the_servers_stand_in_a_deep_directory_with_odd_characters(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = place / "a, b" / "l'été" / ("deep" * 20)
    monkeypatch.setenv("TAMIS_VAR", str(odd))
    prepared = embedded.prepare(var=places.var(), sockets=places.socket_dir())
    try:
        embedded.start(ground=prepared, durable=False)
        with psycopg.connect(places.database_url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert redis.Redis.from_url(places.redis_url()).ping()
        assert prepared.sockets.stat().st_mode & 0o077 == 0
    finally:
        embedded.stop(ground=prepared)
        shutil.rmtree(places.socket_dir())


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stand-in for /var/lib/tamis that every account can reach, as that one."""
    if os.geteuid() != 0:
        pytest.skip("only root needs another account for PostgreSQL")
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        monkeypatch.setattr(root, "ELSEWHERE", Path(directory) / "tamis")
        yield Path(directory)


def test_in_a_closed_directory_roots_database_is_kept_elsewhere_and_nothing_is_opened(
    place: Path, elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        prepared = embedded.prepare(var=closed / "var", sockets=closed / "var" / "run")
        embedded.start(ground=prepared, durable=False)
        connect(prepared).close()
        embedded.stop(ground=prepared)
    assert prepared.postgres_data.is_relative_to(elsewhere)
    assert capsys.readouterr().out.count("the database is kept in") == 1
    assert closed.stat().st_mode & 0o077 == 0
    shutil.rmtree(elsewhere / "tamis")
    prepared = embedded.prepare(var=closed / "var", sockets=closed / "var" / "run")
    assert prepared.postgres_sockets.is_dir()


def test_programs_the_account_cannot_reach_are_copied_with_all_they_need(
    place: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(root, "CAN_RUN", "false")
    prepared = embedded.prepare(var=place / "var", sockets=place / "var" / "run")
    assert prepared.postgres_programs.is_relative_to(elsewhere)
    embedded.start(ground=prepared, durable=False)
    embedded.stop(ground=prepared)


def test_the_sockets_and_the_data_are_closed_to_other_accounts(ground: Ground) -> None:
    embedded.start(ground=ground, durable=False)
    closed = [ground.postgres_sockets, ground.postgres_data, ground.valkey_data, ground.logs]
    assert [path.stat().st_mode & 0o077 for path in closed] == [0, 0, 0, 0]


def test_the_servers_listen_on_no_network_port(ground: Ground) -> None:
    embedded.start(ground=ground, durable=False)
    for server in (postgres.process(ground=ground), valkey.process(ground=ground)):
        assert server.net_connections("inet") == []


def test_being_told_to_stop_twice_at_once_stops_everything_once() -> None:
    command = [sys.executable, "-c", STOPS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=places.root(), text=True) as told:
        assert told.stdout is not None
        assert told.stdout.readline() == "ready\n"
        told.send_signal(signal.SIGINT)
        told.send_signal(signal.SIGTERM)
        assert told.stdout.read().splitlines() == ["everything stopped", "in order"]
