"""What a turn costs the web process, without the server around it: `python -m tests.bench turning`.

Guests answer in turn through the product's WSGI application, in this process, beside the floor
view. Printed: processor milliseconds of this process, and of its session in PostgreSQL; with
--profile where they go.
"""

import argparse
import cProfile
import io
import json
import os
import pstats
import time
import uuid
from collections.abc import Callable
from typing import Any

import psutil

from tests import servers

FEWEST, PEOPLE = 600, 32


def main(arguments: list[str]) -> None:
    """Measure both in turn, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench turning", description=__doc__)
    parser.add_argument("--turns", type=int, default=FEWEST, help="in each of the rounds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true")
    told = parser.parse_args(arguments)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    with servers.running():
        from crowd.config.wsgi import application
        from tests.bench.folding import in_a_database_of_its_own

        figures = in_a_database_of_its_own(lambda: _measure(application, told))
    print("  ".join(f"{name} {value}" for name, value in figures.items()))


def _measure(application: Any, told: argparse.Namespace) -> dict[str, float]:
    from tests.bench.database import campaign

    campaign("turning", told.turns * (told.rounds + 1), 3)
    people = [_Guest(application) for _ in range(PEOPLE)]
    microtask = people[0].held["microtask"]["id"]
    floor = _Caller(application, "nobody")
    steps: dict[str, Callable[[int], None]] = {
        "floor": lambda _: floor.post("/api/bench/floor", {"id": microtask}),
        "turn": lambda n: people[n % PEOPLE].answer(),
    }
    for step in steps.values():
        _timed(step, told.turns // 4)
    best: dict[str, float] = {}
    for _ in range(told.rounds):
        for name, step in steps.items():
            here, there = _timed(step, told.turns)
            best[f"{name}_ms"] = min(best.get(f"{name}_ms", here), here)
            best[f"{name}_postgres_ms"] = min(best.get(f"{name}_postgres_ms", there), there)
    if told.profile:
        profiler = cProfile.Profile()
        profiler.runcall(_timed, steps["turn"], told.turns)
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(150)
    return {name: round(ms, 3) for name, ms in best.items()}


def _timed(step: Callable[[int], None], times: int) -> tuple[float, float]:
    """Processor milliseconds each, of this process and of its session in PostgreSQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        session = psutil.Process(cursor.fetchone()[0])
    here, there = time.process_time(), session.cpu_times()
    for number in range(times):
        step(number)
    spent, after = time.process_time() - here, session.cpu_times()
    of_session = after.user + after.system - there.user - there.system
    return 1000 * spent / times, 1000 * of_session / times


class _Caller:
    """A program with a token."""

    def __init__(self, application: Any, token: str = "") -> None:
        self.application, self.token = application, token

    def post(self, path: str, body: Any) -> Any:
        data = json.dumps(body).encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_ACCEPT": "application/json",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(data)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(data),
        }
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        said: list[str] = []
        reply = self.application(environ, lambda status, headers: said.append(status))
        content = b"".join(reply)
        reply.close()
        assert said[0][0] == "2", (said, content)
        return json.loads(content)


class _Guest(_Caller):
    """Someone who holds a micro-task."""

    def __init__(self, application: Any) -> None:
        super().__init__(application)
        self.token = self.post("/api/v1/contributors", {"language": "fr"})["token"]
        self.held = self.post("/api/v1/campaigns/turning/assignments", {})["assignment"]

    def answer(self) -> None:
        said = {"id": str(uuid.uuid4()), "values": {"what": "y"}, "next": True}
        reply = self.post(f"/api/v1/assignments/{self.held['id']}/answers", said)
        self.held = reply["next"]["assignment"]
